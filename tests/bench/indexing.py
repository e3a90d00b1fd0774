"""How fast a tree is indexed, in how much memory, and what a run with nothing to do takes.

Run: python tests/bench/indexing.py TREE... [--generated 100000]

Beside the chunks per second stands what the model alone reaches on the same texts in the same run:
their ratio is what walking, reading, chunking and storing cost. A second checkout is a copy of the
tree, indexed with the vectors of the first, as a share of the first's time. Needs an installed
searchkit.
"""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from measure import machine, run, table

HEADER = (
    "tree", "files", "MB", "chunks", "seconds", "chunks/s", "of the model alone", "peak MB",
    "nothing to do", "a second checkout", "index bytes per chunk",
)  # fmt: skip

_SAMPLE = 2_000  # passages that the model embeds alone


def measure(tree: Path, home: str) -> list[object]:
    """One row of the table."""
    command = [str(Path(sys.executable).with_name("searchkit")), "index", "-q"]
    first = run([*command, str(tree)], SEARCHKIT_HOME=home)
    again = run([*command, str(tree)], SEARCHKIT_HOME=home)
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(tree, Path(folder) / tree.name, symlinks=True)
        second = run([*command, str(copy)], SEARCHKIT_HOME=home)
    from searchkit import Index

    os.environ["SEARCHKIT_HOME"] = home
    with Index.open(tree) as index:
        status = index.status()
        alone = model_alone(status.folder / "catalog.sqlite")
    with sqlite3.connect(status.folder / "catalog.sqlite") as connection:
        (size,) = connection.execute("SELECT sum(size) FROM file WHERE skipped IS NULL").fetchone()
    rate = status.passages / first.seconds
    on_disk = status.catalog_bytes + status.vector_bytes
    return [
        tree.name,
        f"{status.files:,}",
        f"{(size or 0) / 1e6:.1f}",
        f"{status.chunks:,}",
        f"{first.seconds:.1f}",
        f"{rate:.0f}",
        f"{rate / alone:.0%}",
        f"{first.megabytes:.0f}",
        f"{again.seconds:.2f} s",
        f"{second.seconds / first.seconds:.0%}",
        f"{on_disk / max(1, status.chunks):,.0f}",
    ]


def model_alone(catalog: Path) -> float:
    """Passages per second that the model embeds, over an even sample of the catalog's."""
    from searchkit import load_embedder

    with sqlite3.connect(catalog) as connection:
        (count,) = connection.execute("SELECT count(*) FROM passage").fetchone()
        rows = connection.execute(
            "SELECT symbol || char(10) || text FROM passage WHERE id % ? = 0 LIMIT ?",
            (max(1, count // _SAMPLE), _SAMPLE),
        )
        texts = [text for (text,) in rows]
    embedder = load_embedder()
    embedder.encode(texts[:16], "document")
    start = time.perf_counter()
    embedder.encode(texts, "document")
    return len(texts) / (time.perf_counter() - start)


def generate(folder: Path, count: int) -> Path:
    """A tree of `count` small files, a hundred to a folder, no two alike."""
    tree = folder / f"generated-{count}"
    for number in range(count):
        path = tree / f"d{number // 100}" / f"module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"def function_{number}(value):\n    return value + {number}\n")
    return tree


def main() -> None:
    """Measure the trees named, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trees", nargs="*", type=Path)
    parser.add_argument("--generated", type=int, default=0, metavar="FILES")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        trees = list(arguments.trees)
        if arguments.generated:
            trees.append(generate(Path(scratch), arguments.generated))
        rows = [measure(tree, f"{scratch}/home") for tree in trees]
    print(machine())
    print(table(HEADER, rows))


if __name__ == "__main__":
    main()
