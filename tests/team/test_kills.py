"""A pusher that is killed at any moment leaves one whole push, and readers see nothing else."""

import os
import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from searchkit.team.index import SharedIndex
from searchkit.team.manifest import digest_of
from searchkit.team.push import push

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does"),
]

KILLS = int(os.environ.get("KILLS", "20"))

PUSHER = """
    import importlib.util, sys
    from pathlib import Path
    spec = importlib.util.spec_from_file_location("conftest", sys.argv[1])
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    from searchkit.config import Settings
    from searchkit.index import Index
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
    chance, seen = random.Random(7), set()
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as pusher:
            assert pusher.stdout is not None
            assert pusher.stdout.readline() == "ready\n"
            end = time.monotonic() + chance.random() * 1.5
            while time.monotonic() < end:
                seen.add(_whole(shared))
            pusher.kill()
        seen.add(_whole(shared))
    assert seen <= {"even", "odd"}
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
