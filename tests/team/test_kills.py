"""A pusher that is killed at any moment leaves one whole push, and readers see nothing else."""

import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import pytest
from asking import ask

from searchkit.query import Query
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import digest_of
from searchkit.team.push import push

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")]

KILLS = int(os.environ.get("KILLS", "20"))

PUSHER = """
    import importlib.util, sys
    from pathlib import Path
    spec = importlib.util.spec_from_file_location("conftest", sys.argv[1])
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    from searchkit.config import Settings
    from searchkit.indexes.index import Index
    from searchkit.team.index import SharedIndex
    from searchkit.team.push import push
    embedder = conftest.HashingEmbedder()
    indexes = [Index(Path(root), embedder, Settings()) for root in sys.argv[3:]]
    shared = SharedIndex(sys.argv[2])
    shared.snapshot()
    print("ready", flush=True)
    while True:
        for index in indexes:
            push(index, shared, "repo")
            print("pushed", flush=True)
"""


def test_a_killed_pusher_leaves_one_whole_push(shared, folder) -> None:
    words = ("even", "odd")
    indexes = [
        folder(word, {f"{n}.txt": f"{word} text {n}\n" for n in range(12)} | {"same.txt": "same\n"})
        for word in words
    ]
    push(indexes[0], shared, "repo")
    conftest = Path(__file__).parents[1] / "conftest.py"
    roots = [str(index.root) for index in indexes]
    command = [sys.executable, "-c", textwrap.dedent(PUSHER), str(conftest), shared.url, *roots]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    chance, seen, stopped = random.Random(7), Counter[str](), threading.Event()
    with ThreadPoolExecutor(len(READERS)) as pool:
        readers = [pool.submit(_read_on, read, shared.url, seen, stopped) for read in READERS]
        try:
            for _ in range(KILLS):
                with subprocess.Popen(command, stdout=PIPE, text=True, env=paths) as pusher:
                    assert pusher.stdout is not None
                    assert pusher.stdout.readline() == "ready\n"
                    time.sleep(chance.random() * 2)
                    pusher.kill()
                seen[_whole(shared)] += 1
        finally:
            stopped.set()
        for reader in readers:
            reader.result()  # fails where it saw anything but one whole push
    print(f"{KILLS} kills; whole pushes seen: {dict(seen)}")
    assert set(seen) <= {"even", "odd"}
    done = push(indexes[1], shared, "repo")
    assert _whole(shared) == "odd"
    assert done.manifest.chunks == 13


def _whole(shared: SharedIndex) -> str:
    """Which push a reader sees; fails unless it is one, and all of it."""
    snapshot = shared.snapshot()
    (manifest,) = snapshot.manifests
    found = snapshot.chunks.to_table(filter="state = 'chunk'").to_pylist()
    assert digest_of(row["key"] for row in found) == manifest.digest
    assert len(found) == manifest.chunks == 13
    (word,) = {row["text"].split()[0] for row in found} - {"same"}
    return word


def _asked(shared: SharedIndex) -> str:
    """Which push an answer is of; fails unless all of its hits are of that one."""
    hits = ask(shared, Query("text even odd same", mode="lexical", limit=50)).hits
    (word,) = {hit.text.split()[0] for hit in hits} - {"same"}
    assert len(hits) == 13
    return word


READERS = (_whole, _asked)


def _read_on(
    read: Callable[[SharedIndex], str], url: str, seen: Counter[str], stopped: threading.Event
) -> None:
    shared = SharedIndex(url)
    while not stopped.is_set():
        seen[read(shared)] += 1
