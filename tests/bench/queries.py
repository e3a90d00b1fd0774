"""How long a query takes: warm, inside a process, and as a whole process.

Run: python tests/bench/queries.py TREE

A warm query is held against the least that finding by meaning can be: to embed the question and to
multiply all vectors with it, by numpy in float32. The whole process is held against one that only
imports what any such tool must load. TREE must be indexed.
"""

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from measure import machine, median_seconds, table

QUESTIONS = (
    "open a socket", "parse the configuration file", "how are errors logged", "retry with backoff",
    "read lines of a file", "convert bytes to text", "sort a list of dictionaries by key",
    "открыть сетевое соединение", "設定ファイルを読み込む", "decodificar una cadena JSON",
    "thread pool", "class for command line arguments", "compute a checksum", "gzip",
    "wie wird ein Datum formatiert", "find the longest common prefix of some strings",
)  # fmt: skip
IMPORTS = "import numpy, faiss, onnxruntime, tokenizers, sqlite3"


def warm(ask: Callable[[str], object]) -> float:
    """Median seconds of a question inside a process, once each has been asked."""
    times = []
    for question in (*QUESTIONS, *QUESTIONS, *QUESTIONS):
        start = time.perf_counter()
        ask(question)
        times.append(time.perf_counter() - start)
    return median(times[len(QUESTIONS) :])


def scan(catalog: Path) -> Callable[[str], object]:
    """The ten nearest of the catalog's vectors by numpy, embedding included."""
    from searchkit import load_embedder

    embedder = load_embedder("nano")
    with sqlite3.connect(catalog) as connection:
        rows = [data for (data,) in connection.execute("SELECT data FROM vector")]
    vectors = np.frombuffer(b"".join(rows), np.float16).astype(np.float32)
    vectors = vectors.reshape(len(rows), embedder.dimension)

    def ask(question: str) -> object:
        scores = vectors @ embedder.encode([question], "query")[0]
        nearest = np.argpartition(-scores, 10)[:10]
        return nearest[np.argsort(-scores[nearest])]

    return ask


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    tree = parser.parse_args().tree
    from searchkit import Index

    with Index.open(tree) as index:
        status = index.status()
        took = {
            mode: warm(partial(index.search, mode=mode, refresh=False))
            for mode in ("hybrid", "semantic", "lexical")
        }
    print(machine(), f"\n{tree.name}: {status.files:,} files, {status.chunks:,} chunks\n")
    took["numpy alone"] = peer = warm(scan(status.folder / "catalog.sqlite"))
    rows = [(name, f"{each * 1e3:.1f} ms", f"{each / peer:.2f}") for name, each in took.items()]
    print(table(("warm query", "median", "ratio"), rows), "\n")
    searchkit = str(Path(sys.executable).with_name("searchkit"))
    base = median_seconds([sys.executable, "-c", IMPORTS])
    rows = [(IMPORTS, f"{base * 1e3:.0f} ms", "1.00")]
    for name, options in (("query", []), ("query --no-refresh", ["--no-refresh"])):
        whole = median_seconds([searchkit, "query", "open a socket", str(tree), *options])
        rows.append((f"searchkit {name}", f"{whole * 1e3:.0f} ms", f"{whole / base:.2f}"))
    print(table(("whole process", "median", "ratio"), rows))


if __name__ == "__main__":
    main()
