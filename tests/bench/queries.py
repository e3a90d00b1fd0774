"""How long a query takes: warm, inside a process, and as a whole process.

Run: python tests/bench/queries.py TREE

The whole process is held against one that only imports what any such tool must load. TREE must be
indexed.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

from measure import machine, median_seconds, table

QUESTIONS = (
    "open a socket", "parse the configuration file", "how are errors logged", "retry with backoff",
    "read lines of a file", "convert bytes to text", "sort a list of dictionaries by key",
    "открыть сетевое соединение", "設定ファイルを読み込む", "decodificar una cadena JSON",
    "thread pool", "class for command line arguments", "compute a checksum", "gzip",
    "wie wird ein Datum formatiert", "find the longest common prefix of some strings",
)  # fmt: skip
IMPORTS = "import numpy, faiss, onnxruntime, tokenizers, sqlite3"


def warm(tree: Path, mode: str) -> float:
    """Median seconds of a query inside a process, embedding included."""
    from searchkit import Index

    with Index.open(tree) as index:
        times = []
        for question in (*QUESTIONS, *QUESTIONS, *QUESTIONS):
            start = time.perf_counter()
            index.search(question, mode=mode)
            times.append(time.perf_counter() - start)
    return median(times[len(QUESTIONS) :])


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    tree = parser.parse_args().tree
    from searchkit import Index

    with Index.open(tree) as index:
        status = index.status()
    print(machine(), f"\n{tree.name}: {status.files:,} files, {status.chunks:,} chunks\n")
    rows = [
        (mode, f"{warm(tree, mode) * 1e3:.1f} ms") for mode in ("hybrid", "semantic", "lexical")
    ]
    print(table(("warm query", "median"), rows), "\n")
    searchkit = str(Path(sys.executable).with_name("searchkit"))
    base = median_seconds([sys.executable, "-c", IMPORTS])
    rows = [(IMPORTS, f"{base * 1e3:.0f} ms", "1.00")]
    for name, options in (("query", []), ("query --no-refresh", ["--no-refresh"])):
        took = median_seconds([searchkit, "query", "open a socket", str(tree), *options])
        rows.append((f"searchkit {name}", f"{took * 1e3:.0f} ms", f"{took / base:.2f}"))
    print(table(("whole process", "median", "ratio"), rows))


if __name__ == "__main__":
    main()
