"""What an index of very many chunks costs: building it, asking it, refreshing it.

Run: python tests/bench/scale.py SOURCE --chunks 1000000 [--stand-in] [--memory 512MB]

The tree is made of the files below SOURCE, again and again, each time with other names in them, so
that no two chunks are alike. With `--stand-in` texts are embedded by a hash of their words, in no
time: what is measured is the catalog and the vectors, not the model.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import renamed
from measure import machine, peak, table

from searchkit import Index
from searchkit.config import Settings
from searchkit_index.embedder import Embedder

# Of real source files in several languages, a chunk is about so many bytes.
_BYTES = 420
_QUESTIONS = (
    "open a socket",
    "parse the configuration file",
    "retry with backoff",
    "where are files written to disk",
    "разобрать аргументы командной строки",
)


def measure(tree: Path, files: int, stand_in: bool, memory: str) -> dict[str, object]:
    """One line of figures; runs in a process of its own, whose peak memory is told."""
    from searchkit.embedders import load_embedder

    settings = Settings(refresh_seconds=600)
    embedder = renamed.StandIn() if stand_in else load_embedder()
    with Index(tree, embedder, settings) as index:
        found = {"files": f"{files:,}", **_built(index, memory)}
        found["start-up"] = f"{_opened(tree, embedder, settings):.2f} s"
        found["query p50"] = f"{1000 * median(_asked(index)):.0f} ms"
        found["nothing to do"] = f"{_refreshed(index):.2f} s"
        changed = next(path for path, _ in index.files() if path.endswith((".py", ".c", ".go")))
        with (tree / changed).open("a", encoding="utf-8") as stream:
            stream.write("\n\nwholly_new = 1\n")
        found["one file changed"] = f"{_refreshed(index):.2f} s"
        (tree / changed).unlink()
        found["one file gone"] = f"{_refreshed(index):.2f} s"
    return found


def _built(index: Index, memory: str) -> dict[str, object]:
    """What the first run took, and what it left."""
    from searchkit_index.system.memory import size

    start = time.perf_counter()
    report = index.build(memory=size(memory))
    seconds = time.perf_counter() - start
    together, status = peak() + peak(resource.RUSAGE_CHILDREN), index.status()  # with the reader
    on_disk = status.catalog_bytes + status.vector_bytes
    return {
        "chunks": f"{status.chunks:,}",
        "built in": f"{seconds:,.0f} s",
        "chunks/s": f"{report.embedded / seconds:,.0f}",
        "peak MB": f"{together:,.0f}",
        "bytes per chunk": f"{on_disk / status.chunks:,.0f}",
        "layout": status.layout,
        "recall at 10": "1 (flat)" if status.recall is None else f"{status.recall:.3f}",
    }


def _asked(index: Index) -> list[float]:
    """Seconds of each question."""
    times = []
    for question in _QUESTIONS * 5:
        start = time.perf_counter()
        index.search(question, refresh=False)
        times.append(time.perf_counter() - start)
    return times


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
        files = renamed.write(arguments.source, tree, arguments.chunks * _BYTES)
        again = [sys.executable, __file__, str(tree), "--tree", str(files)]
        again += ["--memory", arguments.memory, *(["--stand-in"] if arguments.stand_in else [])]
        environment = os.environ | {"SEARCHKIT_HOME": f"{scratch}/home"}
        done = subprocess.run(again, env=environment, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    print(machine())
    print(table(list(found), [list(found.values())]))


if __name__ == "__main__":
    main()
