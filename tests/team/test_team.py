"""A shared index answers as the local ones do that were pushed to it, and shows whole pushes only."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("lancedb")

from searchkit.config import Settings
from searchkit.index import Index
from searchkit.query import Filter, Query
from searchkit.team.ask import TeamAnswer, ask
from searchkit.team.index import SharedIndex
from searchkit.team.push import Pushed, push

QUESTIONS = (
    "open a socket", "ParseConfig", "sopa de tomate", "公園を散歩", "run the installer", "config path"
)


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bucket") / "team"


@pytest.fixture
def local(take_in, embedder):
    with Index(take_in(embedder), embedder, Settings()) as index:
        index.build()
        yield index


def test_first(local, bucket, embedder):
    import time
    shared = SharedIndex(str(bucket))
    t = time.time()
    pushed = push(local, shared, "tree")
    print(pushed, time.time() - t)
    t = time.time()
    print(push(local, shared, "tree"), time.time() - t)
    for q in QUESTIONS:
        for mode in ("hybrid", "lexical", "semantic"):
            t = time.time()
            mine = local.search(Query(q, mode=mode), refresh=False)
            theirs = ask(shared, Query(q, mode=mode), embedder=embedder).hits
            print(q, mode, time.time() - t)
            assert [(h.path, h.start_line, round(h.score, 5), h.confidence and round(h.confidence, 4)) for h in mine] == [(h.path, h.start_line, round(h.score, 5), h.confidence and round(h.confidence, 4)) for h in theirs]
