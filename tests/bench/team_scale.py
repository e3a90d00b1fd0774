"""A large shared index: size, time to index, recall of its vectors, time of a question, memory.

Run: python tests/bench/team_scale.py CHUNKS FOLDER [--pushes N]

Texts of random words, the frequent ones as frequent as in a language, and vectors of hashed words,
as in `scale.py`: nothing is embedded. Then so many small pushes follow, of 20 chunks each.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measure import machine, table

DIMENSION, WORDS, LENGTH, BLOCK = 256, 50_000, 30, 20_000


class Texts:
    """Random texts with their vectors."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)
        self._vectors = self._random.standard_normal((WORDS, DIMENSION)).astype(np.float32)

    def some(self, count: int) -> tuple[list[list[str]], np.ndarray]:
        """Return the words and the vectors, of length 1, of so many texts."""
        picked = np.minimum(self._random.zipf(1.3, (count, LENGTH)), WORDS) - 1
        rare = self._random.integers(0, WORDS, (count, 4))  # what tells a text from others
        words = np.concatenate([picked, rare], 1)
        vectors = np.zeros((count, DIMENSION), np.float32)
        for column in words.T:
            vectors += self._vectors[column] / np.log2(2 + WORDS / (1 + column))[:, None] ** -1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return [[f"w{word}" for word in row] for row in words], vectors


def batches(texts: Texts, chunks: int, repository: str, start: int = 0) -> Iterator[Any]:
    """Yield rows of the table of chunks."""
    import pyarrow as pa

    from searchkit.team.schema import CHUNK, CHUNKS, schema_of

    schema = schema_of(CHUNKS, DIMENSION)
    for first in range(start, start + chunks, BLOCK):
        words, vectors = texts.some(min(BLOCK, start + chunks - first))
        count = len(words)
        numbers = range(first, first + count)
        plain: dict[str, Any] = {
            "key": [f"{repository}{number:024x}" for number in numbers],
            "passage": [f"{number:032x}" for number in numbers],
            "path": [f"src/module{number // 20}.py" for number in numbers],
            "text": [" ".join(row) * 3 for row in words],
            "terms": [" ".join(row) for row in words],
        }
        every: dict[str, Any] = {"repository": repository, "state": CHUNK, "kind": "code"}
        every |= {"length": LENGTH + 4, "language": "python", "start_line": 1, "end_line": 30}
        empty: dict[str, Any] = {"string": "", "int32": 0, "bool": False}
        columns = []
        for field in schema:
            if field.name == "vector":
                halves = pa.array(vectors.astype(np.float16).reshape(-1))
                columns.append(pa.FixedSizeListArray.from_arrays(halves, DIMENSION))
                continue
            value = every.get(field.name, empty[str(field.type)])
            columns.append(pa.array(plain.get(field.name, [value] * count), field.type))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def main() -> None:
    import pyarrow as pa

    from searchkit.team.index import SharedIndex
    from searchkit.team.schema import CHUNKS, schema_of
    from searchkit.team.upkeep import tidy

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("chunks", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pushes", type=int, default=50)
    given = parser.parse_args()
    texts, shared, rows = Texts(), SharedIndex(str(given.folder)), []
    chunks = shared.create(DIMENSION)
    began = time.perf_counter()
    made = batches(texts, given.chunks, "a")
    chunks.add(pa.RecordBatchReader.from_batches(schema_of(CHUNKS, DIMENSION), made))
    rows.append(["written", f"{time.perf_counter() - began:.1f} s"])
    began = time.perf_counter()
    tidy(chunks, shared.url)
    rows.append(["indexed", f"{time.perf_counter() - began:.1f} s"])
    size = sum(path.stat().st_size for path in given.folder.rglob("*") if path.is_file())
    rows.append(["bytes a chunk", f"{size / given.chunks:,.0f}"])
    rows += asked(shared, texts)
    rows += pushes(shared, texts, given.pushes)
    rows += [[f"{name}, then", value] for name, value in asked(shared, texts)]
    rows.append(["memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB"])
    print(machine())
    print(table(["what", f"{given.chunks:,} chunks"], rows))


def asked(shared: object, texts: Texts, count: int = 20) -> list[list[str]]:
    """Ask both sides; compare the semantic one with a scan."""
    from lancedb.query import MatchQuery

    from searchkit.team.searcher import _PARTS, _REFINE

    chunks = shared.open("chunks")
    words, vectors = texts.some(count)
    seconds: dict[str, list[float]] = {"semantic": [], "lexical": []}
    found = []
    where = "state = 'chunk'"
    for row, vector in zip(words, vectors, strict=True):
        began = time.perf_counter()
        query = chunks.search(vector, vector_column_name="vector").distance_type("dot")
        query = query.where(where, prefilter=True).nprobes(_PARTS).refine_factor(_REFINE)
        near = query.select(["key"]).limit(250).to_arrow()["key"].to_pylist()
        seconds["semantic"].append(time.perf_counter() - began)
        exact = chunks.search(vector, vector_column_name="vector").distance_type("dot")
        exact = exact.where(where, prefilter=True).bypass_vector_index().select(["key"]).limit(10)
        wanted = exact.to_arrow()["key"].to_pylist()
        found.append(len({*wanted} & {*near[:10]}) / 10)
        began = time.perf_counter()
        match = chunks.search(MatchQuery(" ".join(row[-4:]), "terms"), query_type="fts")
        match.where(where, prefilter=True).select(["key", "terms"]).limit(800).to_arrow()
        seconds["lexical"].append(time.perf_counter() - began)
    times = [[f"{side}, p50", f"{1000 * median(each):.0f} ms"] for side, each in seconds.items()]
    return [["recall at 10", f"{np.mean(found):.3f}"], *times]


def pushes(shared: object, texts: Texts, count: int) -> list[list[str]]:
    """Write many small commits, of repositories in turn, each followed by what a push tidies."""
    from searchkit.team.schema import CHUNKS, schema_of
    from searchkit.team.upkeep import tidy

    chunks, seconds, tidied = shared.open("chunks"), [], 0
    for number in range(count):
        began = time.perf_counter()
        rows = batches(texts, 20, f"r{number % 50}", number * 20)
        shared.merge(chunks, ["key"], rows, schema_of(CHUNKS, DIMENSION))
        seconds.append(time.perf_counter() - began)
        tidied += tidy(chunks, shared.url)
    return [
        [f"{count} small commits, p50", f"{1000 * median(seconds):.0f} ms"],
        ["tidied", f"{tidied} times"],
    ]


if __name__ == "__main__":
    main()
