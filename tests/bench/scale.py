"""What an index of very many chunks costs: building it, asking it, refreshing it.

Run: python tests/bench/scale.py SOURCE --chunks 1000000 [--stand-in] [--memory 512MB]

The tree is made of the files below SOURCE, again and again, each time with other names in them, so
that no two chunks are alike. With `--stand-in` texts are embedded by a hash of their words, in no
time: what is measured is the catalog and the vectors, not the model.
"""

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from zlib import crc32

import numpy as np
from measure import machine, table

from searchkit import Index
from searchkit.config import Settings
from searchkit_index.embedder import Embedder, Role, Vectors

# Of real source files in several languages, a chunk is about so many bytes.
_BYTES = 420
_NAME = re.compile(r"\b[A-Za-z_]{4,}\b")
_QUESTIONS = (
    "open a socket",
    "parse the configuration file",
    "retry with backoff",
    "where are files written to disk",
    "разобрать аргументы командной строки",
)


class StandIn:
    """Texts that share words get near vectors."""

    name = fingerprint = "stand-in"
    dimension = 256

    def __init__(self) -> None:
        self._words: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            words = _NAME.findall(text)[:24] or [text]
            vectors[row] = np.sum([self._word(word) for word in words], axis=0)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _word(self, word: str) -> Vectors:
        if word not in self._words:
            if len(self._words) > 50_000:
                self._words.clear()
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest())
            found = np.random.default_rng(seed).standard_normal(self.dimension, np.float32)
            self._words[word] = found
        return self._words[word]


def generate(source: Path, tree: Path, chunks: int) -> int:
    """Write files until they hold about so many chunks; returns how many files."""
    texts = list(_texts(source))
    written = files = number = 0
    while written < chunks * _BYTES:
        for name, text in texts:
            path = tree / f"copy{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_renamed(text, number) if number else text, encoding="utf-8")
            written += len(text)
            files += 1
            if written >= chunks * _BYTES:
                break
        number += 1
    return files


def _texts(source: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink() and 200 < path.stat().st_size < 200_000:
            try:
                yield str(path.relative_to(source)), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def _renamed(text: str, number: int) -> str:
    """Every second name, by its hash, gets an ending."""
    suffix = f"_{number}"
    return _NAME.sub(lambda name: name[0] + suffix * (crc32(name[0].encode()) % 2), text)


def measure(tree: Path, files: int, stand_in: bool, memory: str) -> dict[str, object]:
    """One line of figures; runs in a process of its own, whose peak memory is told."""
    from searchkit.embedders import load_embedder
    from searchkit_index.memory import size

    settings = Settings(refresh_seconds=600)
    embedder = StandIn() if stand_in else load_embedder()
    with Index(tree, embedder, settings) as index:
        start = time.perf_counter()
        report = index.build(memory=size(memory))
        built = time.perf_counter() - start
        peak = _peak()
        status = index.status()
        on_disk = status.catalog_bytes + status.vector_bytes
        found: dict[str, object] = {
            "files": f"{files:,}",
            "chunks": f"{status.chunks:,}",
            "built in": f"{built:,.0f} s",
            "chunks/s": f"{report.embedded / built:,.0f}",
            "peak MB": f"{peak:,.0f}",
            "bytes per chunk": f"{on_disk / status.chunks:,.0f}",
            "layout": status.layout,
            "recall at 10": "1 (flat)" if status.recall is None else f"{status.recall:.3f}",
        }
        times = []
        for question in _QUESTIONS * 5:
            start = time.perf_counter()
            index.search(question, refresh=False)
            times.append(time.perf_counter() - start)
        found["start-up"] = f"{_opened(tree, embedder, settings):.2f} s"
        found["query p50"] = f"{1000 * median(times):.0f} ms"
        found["nothing to do"] = f"{_refreshed(index):.2f} s"
        changed = next(path for path, _ in index.files() if path.endswith((".py", ".c", ".go")))
        with (tree / changed).open("a", encoding="utf-8") as stream:
            stream.write("\n\nwholly_new = 1\n")
        found["one file changed"] = f"{_refreshed(index):.2f} s"
        (tree / changed).unlink()
        found["one file gone"] = f"{_refreshed(index):.2f} s"
    return found


def _opened(tree: Path, embedder: Embedder, settings: Settings) -> float:
    """Until an index that nobody has open has answered."""
    start = time.perf_counter()
    with Index(tree, embedder, settings) as index:
        index.search(_QUESTIONS[0], refresh=False)
    return time.perf_counter() - start


def _refreshed(index: Index) -> float:
    start = time.perf_counter()
    index.refresh()
    return time.perf_counter() - start


def _peak() -> float:
    """Of this process and the one that reads files, together, in megabytes."""
    own, child = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return sum(resource.getrusage(who).ru_maxrss for who in (own, child)) / scale


def main() -> None:
    """Make the tree, measure it in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--stand-in", action="store_true")
    parser.add_argument("--memory", default="0", metavar="SIZE")
    parser.add_argument("--tree", type=int, metavar="FILES", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.tree:
        found = measure(arguments.source, arguments.tree, arguments.stand_in, arguments.memory)
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch).resolve() / "tree"
        files = generate(arguments.source, tree, arguments.chunks)
        again = [sys.executable, __file__, str(tree), "--tree", str(files)]
        again += ["--memory", arguments.memory, *(["--stand-in"] if arguments.stand_in else [])]
        environment = os.environ | {"SEARCHKIT_HOME": f"{scratch}/home"}
        done = subprocess.run(again, env=environment, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    print(machine())
    print(table(list(found), [list(found.values())]))


if __name__ == "__main__":
    main()
