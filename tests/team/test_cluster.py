"""Folders that workers push: without a cluster, by workers that can fail, in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from asking import ask

from searchkit.query import Query
from searchkit.team import cluster, shard, tables
from searchkit.team.cluster import Cluster, Folder, WorkerLostError
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.shard import Made, Shard, Task
from searchkit_index.errors import CatalogBusyError, ModelError, QueryError, StorageError

pytestmark = pytest.mark.integration


class Here:
    """Makes shards when they are asked for; loses the first ones that it is told to."""

    slots = 2

    def __init__(self, lost: int = 0, most: int = 1_000) -> None:
        self.made: list[Shard] = []
        self._lost, self._most = lost, most

    def submit(self, task: Task, some: Shard) -> tuple[Task, Shard, object]:
        return task, some, object()

    def next(self, waiting: Sequence[Any]) -> Any:
        return waiting[-1]  # not in the order in which they were given out

    def result(self, ticket: Any) -> Made:
        task, some, _ = ticket
        if self._lost:
            self._lost -= 1
            raise WorkerLostError("gone")
        if len(self.made) == self._most:
            raise KeyboardInterrupt
        self.made.append(some)
        return shard.make(task, some)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of two files, each noted at once."""
    monkeypatch.setattr(cluster, "_SHARD_FILES", 2)
    monkeypatch.setattr(cluster, "_NOTE_SECONDS", -1.0)
    monkeypatch.setattr(shard, "_embedders", {})


def _rows(shared: SharedIndex) -> list[dict]:
    """All rows, in order, and the terms; of manifests what does not tell of the moment."""
    chunks = shared.open("chunks").to_table(filter="state = 'chunk'").to_pylist()
    terms = set(tables.values(shared.open("vocabulary"), ["repository", "term", "chunks"]))
    named = [(m.name, m.files, m.chunks, m.terms, m.skipped, m.languages, m.digest)
             for m in shared.snapshot().manifests]  # fmt: skip
    return [*sorted(chunks, key=lambda row: row["key"]), sorted(terms), named]


@pytest.mark.usefixtures("small")
def test_workers_make_the_table_that_one_process_makes(
    tmp_path: Path, local, folder, embedder
) -> None:
    alone, together = (SharedIndex(str(tmp_path / name)) for name in ("alone", "together"))
    other = folder("other", {f"{n}.txt": f"walrus {n}\n" for n in range(5)})
    for index in (local, other):
        push(index, alone, index.root.name)
    folders = [Folder(index.root, index.root.name) for index in (local, other)]
    seen: list[tuple[int, int]] = []
    losing = Cluster(together, Here(lost=2), type(embedder))
    done = list(losing.push(folders, lambda *reached: seen.append(reached)))
    assert _rows(together) == _rows(alone)
    assert {each.manifest.name for each in done} == {"tree", "other"}
    assert seen[-1][0] == seen[-1][1]
    assert not together.open("shards").count_rows()
    assert ask(together, Query("open a socket"), embedder=embedder).hits[0].path == "net/sockets.py"
    again = list(Cluster(together, Here(), type(embedder)).push(folders))
    assert [(each.added, each.removed) for each in again] == [(0, 0), (0, 0)]
    changed = folder("other", {"0.txt": "elephant\n"})
    push(changed, alone, "other")
    fresh = type(embedder)()
    (last,) = Cluster(together, Here(), lambda: fresh).push([Folder(other.root, "other")])
    assert (last.added, last.removed) == (1, 1)
    assert _rows(together) == _rows(alone)


@pytest.mark.usefixtures("small")
def test_a_push_that_was_killed_goes_on_from_where_it_was(shared, folder, embedder) -> None:
    index = folder("repo", {f"{n}.txt": f"walrus {n}\n" for n in range(9)})
    folders, first, second = [Folder(index.root, "repo")], Here(most=3), Here()
    with pytest.raises(KeyboardInterrupt):
        list(Cluster(shared, first, lambda: embedder).push(folders))
    assert not shared.open("chunks").count_rows()
    (done,) = Cluster(shared, second, lambda: embedder).push(folders)
    assert (len(first.made), len(second.made)) == (3, 2)
    assert (done.added, done.manifest.files) == (9, 9)
    assert shared.open("chunks").count_rows() == 10


@pytest.mark.usefixtures("small")
def test_shards_that_were_made_just_before_a_fault_are_kept(
    shared, folder, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_NOTE_SECONDS", 9e9)
    index = folder("repo", {f"{n}.txt": f"walrus {n}\n" for n in range(9)})
    folders, second = [Folder(index.root, "repo")], Here()
    with pytest.raises(KeyboardInterrupt):
        list(Cluster(shared, Here(most=3), lambda: embedder).push(folders))
    list(Cluster(shared, second, lambda: embedder).push(folders))
    assert len(second.made) == 2


@pytest.mark.usefixtures("small")
def test_what_cannot_be_pushed_says_so(shared, folder, embedder) -> None:
    index = folder("repo", {"a.txt": "walrus\n"})
    folders = [Folder(index.root, "repo")]
    with pytest.raises(StorageError, match="lost 3 times"):
        list(Cluster(shared, Here(lost=9), lambda: embedder).push(folders))
    models = iter([embedder, type(embedder)(32)])
    with pytest.raises(ModelError, match="another model"):
        list(Cluster(shared, Here(), lambda: next(models)).push(folders))
    with shared.writing("repo"), pytest.raises(CatalogBusyError):
        list(Cluster(shared, Here(), lambda: embedder).push(folders))
    list(Cluster(shared, Here(), lambda: embedder).push(folders))
    other = [Folder(folder("other", {"b.txt": "elephant\n"}).root, "repo")]
    with pytest.raises(QueryError, match="another folder"):
        list(Cluster(shared, Here(), lambda: embedder).push(other))
