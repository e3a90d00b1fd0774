"""A large shared index: size, time to index, recall of its vectors, time of a question, memory.

Run: python tests/bench/team_scale.py CHUNKS FOLDER [--repositories 50] [--commits 200]

Texts of random words, each about a topic whose words it shares with others, and vectors of hashed
words, as in `scale.py`: nothing is embedded. One repository has all CHUNKS; then so many small ones
are pushed in turn, as their users would, and one of them again and again. Each step runs in a
process of its own, whose peak memory is told; one step alone is run by `--step`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measure import machine, table

from searchkit import Index
from searchkit.config import Settings
from searchkit.query import Query
from searchkit.team import rows, schema, tables
from searchkit.team.ask import ask
from searchkit.team.generation import set_vocabulary
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest
from searchkit.team.push import push
from searchkit.team.searcher import _FIRST, TeamSearcher
from searchkit_index.catalog.records import passage_digest
from searchkit_index.embedder import Role, Vectors

DIMENSION, WORDS, TOPICS, LENGTH = 256, 50_000, 3_000, 34
BLOCK, PART = 20_000, 1_000_000  # rows in a batch, and in a commit
QUESTIONS = 40


class Texts:
    """Random texts; those of one seed are always the same."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng([3, seed])
        topics = np.random.default_rng(1)
        self._topics = topics.integers(0, WORDS, (TOPICS, 60))

    def some(self, count: int, length: int = LENGTH) -> np.ndarray:
        """Return the words of so many texts: a third frequent, most of a topic, some rare."""
        random, topic = self._random, self._random.integers(0, TOPICS, count)
        frequent = np.minimum(random.zipf(1.3, (count, length // 3)), WORDS) - 1
        of_topic = self._topics[topic[:, None], random.integers(0, 60, (count, length // 2))]
        rare = random.integers(0, WORDS, (count, length - length // 3 - length // 2))
        return np.concatenate([frequent, of_topic, rare], 1)


class StandIn:
    """Embeds texts of such words: the rarer one is, the more it counts."""

    name = fingerprint = "stand-in"
    dimension = DIMENSION

    def __init__(self) -> None:
        random = np.random.default_rng(2)
        weights = np.log(2 + np.arange(WORDS, dtype=np.float32))
        self._vectors = random.standard_normal((WORDS, DIMENSION)).astype(np.float32)
        self._vectors *= weights[:, None]

    def of(self, words: np.ndarray) -> Vectors:
        """Return vectors of length 1 of the words of each row."""
        vectors = np.zeros((len(words), DIMENSION), np.float32)
        for column in words.T:
            vectors += self._vectors[column]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        found = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in enumerate(texts):
            words = [int(word[1:]) for word in text.split() if word[1:].isdecimal()] or [0]
            found[row] = self.of(np.array([words]) % WORDS)[0]
        return found


def batches(first: int, count: int) -> Iterator[Any]:
    """Yield rows of the table of chunks; the same numbers make the same rows."""
    texts, embedder = Texts(first), StandIn()
    for start in range(first, first + count, BLOCK):
        size = min(BLOCK, first + count - start)
        words = texts.some(size)
        yield _batch(start, words, embedder.of(words).astype("<f2"))


def _batch(first: int, words: np.ndarray, vectors: Vectors) -> Any:
    """Make rows column by column: row by row it would take longer than all else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    size, of_chunks = len(words), schema.schema_of(schema.CHUNKS, DIMENSION)
    names = pa.array([f"w{word}" for word in range(WORDS)])
    lists = pa.FixedSizeListArray.from_arrays(names.take(pa.array(words.ravel())), LENGTH)
    terms = pc.binary_join(lists.cast(pa.list_(pa.string())), " ")
    text = pc.binary_join_element_wise(terms, terms, terms, "\n")
    numbers = range(first, first + size)
    paths = [f"src/m{number // 20}.py" for number in numbers]
    ordinals = [number % 20 for number in numbers]
    passages = [passage_digest("", each).hex() for each in text.to_pylist()]
    same = {"repository": "large", "state": schema.CHUNK, "start_line": 1, "end_line": 3}
    same |= {"symbol": "", "kind": "code", "language": "python", "natural_language": None}
    same |= {"inner_language": None, "place": "", "test": False, "length": LENGTH}
    told = [same[name] for name in ("kind", "language", "natural_language", "inner_language")]
    keys = [
        rows.digest_of_row(("large", path, ordinal, 1, 3, *told, "", passage), vector.tobytes())
        for path, ordinal, passage, vector in zip(paths, ordinals, passages, vectors, strict=True)
    ]
    columns = {"key": keys, "path": paths, "ordinal": ordinals, "passage": passages}
    columns |= {"text": text, "terms": terms}
    columns |= {
        name: pa.repeat(pa.scalar(value, of_chunks.field(name).type), size)
        for name, value in same.items()
    }
    halves = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), DIMENSION)
    ordered = [
        pa.array(columns[field.name], field.type) for field in of_chunks if field.name != "vector"
    ]
    return pa.RecordBatch.from_arrays([*ordered, halves], schema=of_chunks)


def counted(chunks: int) -> dict[str, int]:
    """Count in how many chunks each word stands."""
    held = np.zeros(WORDS, np.int64)
    for first in range(0, chunks, PART):
        texts = Texts(first)
        for start in range(first, min(first + PART, chunks), BLOCK):
            words = np.sort(texts.some(min(BLOCK, chunks - start)), axis=1)
            new = np.ones(words.shape, bool)
            new[:, 1:] = words[:, 1:] != words[:, :-1]
            held += np.bincount(words[new], minlength=WORDS)
    return {f"w{word}": count for word, count in enumerate(held.tolist()) if count}


def _manifest(chunks: int) -> Manifest:
    told: dict[str, Any] = {"version": schema.VERSION, "name": "large", "generation": 1}
    told |= {"remote": "", "commit": "", "modified": False, "prefix": "", "pushed": time.time()}
    told |= {"model": StandIn.name, "fingerprint": StandIn.name, "dimension": DIMENSION}
    told |= {"files": chunks // 20, "chunks": chunks, "terms": chunks * LENGTH, "pending": 0}
    return Manifest(**told, languages={"python": chunks // 20}, skipped={}, digest="")


def make(shared: SharedIndex, chunks: int, scratch: Path) -> dict[str, str]:
    """Write the large repository in parts; goes on where it was broken off."""
    del scratch
    table_, began = shared.create(DIMENSION), time.process_time()
    of_chunks = schema.schema_of(schema.CHUNKS, DIMENSION)
    table_.checkout_latest()
    there = table_.count_rows()
    for first in range(there, chunks, PART):
        files = tables.written(table_, batches(first, min(PART, chunks - first)), of_chunks)
        shared.retried(table_, tables.Change(files).commit)
        print(
            f"{min(first + PART, chunks):,} chunks, {time.process_time() - began:.0f} s CPU",
            file=sys.stderr,
        )
    if there <= chunks:
        set_vocabulary(shared, "large", counted(chunks))
        files = tables.written(table_, iter([rows.manifest_row(_manifest(chunks))]), of_chunks)
        shared.retried(table_, tables.Change(files).commit)
    spent = f"{time.process_time() - began:.0f} s CPU for {max(0, chunks - there):,} chunks"
    return {"made and written": spent}


def indexed(shared: SharedIndex, chunks: int, scratch: Path) -> dict[str, str]:
    """Index it, as the push would at its end."""
    del scratch
    began, wall = time.process_time(), time.perf_counter()
    shared.tidy()
    spent = time.process_time() - began
    found = {"indexed": f"{spent:.0f} s CPU, {time.perf_counter() - wall:.0f} s"}
    return found | _size(shared, chunks) | {"memory of the indexer": f"{_peak():,.0f} MB"}


def _size(shared: SharedIndex, chunks: int) -> dict[str, str]:
    sizes = dict(_files(shared.url))

    def below(part: str) -> float:
        return sum(size for path, size in sizes.items() if part in path) / chunks

    data, indexes = below("chunks.lance/data/"), below("chunks.lance/_indices/")
    return {"bytes a chunk": f"{below(''):,.0f} (data {data:,.0f}, indexes {indexes:,.0f})"}


def _files(url: str) -> Iterator[tuple[str, int]]:
    """Yield paths and sizes of all files of a place."""
    from pyarrow import fs

    if "://" in url:
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        store, folder = fs.S3FileSystem(endpoint_override=endpoint), url.partition("://")[2]
    else:
        store, folder = fs.LocalFileSystem(), url
    for found in store.get_file_info(fs.FileSelector(folder, recursive=True)):
        if found.is_file:
            yield found.path, found.size


def asked(shared: SharedIndex, chunks: int, scratch: Path) -> dict[str, str]:
    """Ask whole questions, each by both sides; compare the semantic side with a scan."""
    del chunks, scratch
    embedder, words = StandIn(), Texts(4).some(QUESTIONS, 9)
    questions = [" ".join(f"w{word}" for word in row) for row in words]
    ask(shared, Query("w1"), embedder=embedder, compare=False)
    spent: list[tuple[float, float]] = []
    for question in questions:
        wall, cpu = time.perf_counter(), time.process_time()
        ask(shared, Query(question, limit=10), embedder=embedder, compare=False)
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = (sorted(1000 * each for each in every) for every in zip(*spent, strict=True))
    late = int(0.95 * len(spent))
    found = {
        "p50": f"{walls[len(spent) // 2]:.0f} ms, CPU {cpus[len(spent) // 2]:.0f} ms",
        "p95": f"{walls[late]:.0f} ms, CPU {cpus[late]:.0f} ms",
        "memory of the reader": f"{_peak():,.0f} MB",
    }
    return found | {"recall at 10": f"{_recall(shared, embedder.of(words)):.3f}"}


def _recall(shared: SharedIndex, vectors: Vectors) -> float:
    """Compare the ten nearest of an index with those of a scan, which is one for all questions."""
    snapshot = shared.snapshot()
    searcher = TeamSearcher(snapshot, StandIn())
    found = [[row["key"] for row in searcher._lot(each, _FIRST, "")[:10]] for each in vectors]
    exact = _nearest(snapshot.chunks, vectors)
    return float(
        np.mean([len({*some} & best) / 10 for some, best in zip(found, exact, strict=True)])
    )


def _nearest(table_: Any, vectors: Vectors) -> list[set[str]]:
    """Find the keys of the ten rows that are nearest to each vector, by looking at every row."""
    best = np.full((len(vectors), 10), -np.inf, np.float32)
    rows_ = np.zeros((len(vectors), 10), np.int64)
    where = "state = 'chunk'"
    for batch in table_.to_batches(columns=["vector"], filter=where, with_row_address=True):
        halves = batch["vector"].flatten().to_numpy(zero_copy_only=False)
        cosines = vectors @ halves.reshape(-1, DIMENSION).astype(np.float32).T
        scores = np.concatenate([best, cosines], 1)
        addresses = batch["_rowaddr"].to_numpy().astype(np.int64)
        all_rows = np.concatenate([rows_, np.broadcast_to(addresses, cosines.shape)], 1)
        kept = np.argpartition(-scores, 9, axis=1)[:, :10]
        best = np.take_along_axis(scores, kept, 1)
        rows_ = np.take_along_axis(all_rows, kept, 1)
    wheres = [f"_rowaddr IN ({','.join(map(str, row.tolist()))})" for row in rows_]
    return [{key for (key,) in tables.values(table_, ["key"], where)} for where in wheres]


def pushed(shared: SharedIndex, repositories: int, scratch: Path) -> dict[str, str]:
    """Push so many small repositories in turn, then one of them after a change to one file."""
    indexes = [_folder(scratch / f"small{number}", number) for number in range(repositories)]
    kept = _timing_of_tidying()
    spent = []
    for index in indexes:
        began = time.perf_counter()
        push(index, shared, index.root.name)
        spent.append(time.perf_counter() - began - kept[-1].wall)
    changed = indexes[0]
    (changed.root / "0.py").write_text("w1 w2 w3\n", encoding="utf-8")
    began = time.perf_counter()
    changed.build()
    built = time.perf_counter() - began
    push(changed, shared, changed.root.name)
    whole = time.perf_counter() - began
    return {
        f"{repositories} pushes, p50": f"{1000 * sorted(spent)[len(spent) // 2]:.0f} ms",
        "slowest": f"{1000 * max(spent):.0f} ms",
        "tidied": _told(kept),
        "one file changed": f"{1000 * whole:.0f} ms, of it its own index {1000 * built:.0f} ms",
        "memory of the pusher": f"{_peak():,.0f} MB",
    }


def _folder(root: Path, seed: int, files: int = 20) -> Index:
    """Index a folder of small files."""
    root.mkdir()
    for file, row in enumerate(Texts(1_000_000_007 + seed).some(files)):
        text = "\n".join(f"w{word}" for word in row)
        (root / f"{file}.py").write_text(f"{text}\n", encoding="utf-8")
    index = Index(root, StandIn(), Settings())
    index.build()
    return index


class Tidied(NamedTuple):
    """One call of `tidy`: whether it was due, wall seconds, and processor seconds."""

    due: bool
    wall: float
    cpu: float


def _timing_of_tidying() -> list[Tidied]:
    tidy, kept = SharedIndex.tidy, list[Tidied]()

    def timed(self: SharedIndex) -> bool:
        wall, cpu = time.perf_counter(), time.process_time()
        due = tidy(self)
        kept.append(Tidied(due, time.perf_counter() - wall, time.process_time() - cpu))
        return due

    SharedIndex.tidy = timed  # type: ignore[method-assign]
    return kept


def _told(kept: Sequence[Tidied]) -> str:
    due = [each for each in kept if each.due] or [Tidied(False, 0.0, 0.0)]
    longest = max(due, key=lambda each: each.wall)
    times = sum(each.due for each in kept)
    return f"{times} times, the longest {longest.wall:.1f} s, {longest.cpu:.1f} s CPU"


def committed(shared: SharedIndex, commits: int, scratch: Path) -> dict[str, str]:
    """Push a small repository again and again, one file of it changed each time; then tidy up."""
    embedder, table_ = StandIn(), shared.create(DIMENSION)
    two = [_folder(scratch / name, 0) for name in "ab"]
    (two[1].root / "0.py").write_text("w1 w2 w3\n", encoding="utf-8")
    two[1].build()
    kept, spent = _timing_of_tidying(), list[float]()
    for number in range(commits):
        wall = time.perf_counter()
        push(two[number % 2], shared, "restless", replacing=True)
        spent.append(time.perf_counter() - wall - kept[-1].wall)
    tenth = max(1, commits // 10)
    halves = [1000 * sorted(some)[tenth // 2] for some in (spent[:tenth], spent[-tenth:])]
    table_.checkout_latest()
    found = {
        f"{commits} pushes of one file": f"{halves[0]:.0f} ms at first, {halves[1]:.0f} ms at last",
        "tidied": _told(kept),
        "before": _versions(shared, table_),
    }
    wall = time.perf_counter()
    ask(shared, Query("w1 w2"), embedder=embedder, compare=False)
    found["a first question"] = f"{1000 * (time.perf_counter() - wall):.0f} ms"
    wall, cpu = time.perf_counter(), time.process_time()
    shared.erase_deleted()
    spent_cpu = time.process_time() - cpu
    found["all versions dropped"] = f"{time.perf_counter() - wall:.1f} s, {spent_cpu:.1f} s CPU"
    return found | {"after": _versions(shared, table_)}


def _versions(shared: SharedIndex, table_: Any) -> str:
    sizes = [size for _, size in _files(shared.url)]
    table_.checkout_latest()
    return f"{len(table_.versions()):,} versions, {len(sizes):,} files, {sum(sizes) / 1e6:,.0f} MB"


def compacted(shared: SharedIndex, chunks: int, scratch: Path) -> dict[str, str]:
    """Rewrite all that has deleted rows, and index it anew: what `forget` costs at most."""
    del scratch
    began, cpu = time.perf_counter(), time.process_time()
    shared.erase_deleted()
    spent = time.process_time() - cpu
    found = {"erased": f"{time.perf_counter() - began:.0f} s, {spent:.0f} s CPU"}
    return found | _size(shared, chunks)


def _peak() -> float:
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


Step = Callable[[SharedIndex, int, Path], dict[str, str]]
STEPS: dict[str, Step] = {"make": make, "indexed": indexed, "asked": asked}
STEPS |= {"pushed": pushed, "compacted": compacted, "committed": committed}


def main() -> None:
    """Run every step in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("chunks", type=int)
    parser.add_argument(
        "folder", help="or `s3://`, with what `s3_server.py` prints in the environment"
    )
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--commits", type=int, default=200, help="of one small repository")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        counts = {"pushed": given.repositories, "committed": given.commits}
        count = counts.get(given.step, given.chunks)
        with tempfile.TemporaryDirectory() as scratch:
            shared = SharedIndex(given.folder)
            print(json.dumps(STEPS[given.step](shared, count, Path(scratch).resolve())))
        return
    lines = []
    for step in ("make", "indexed", "asked", "pushed", "asked", "compacted", "committed"):
        again = [sys.executable, __file__, *sys.argv[1:], "--step", step]
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {"SEARCHKIT_HOME": home}
            done = subprocess.run(again, env=environment, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        lines += [[step, name, value] for name, value in found.items()]
        print(step, found, file=sys.stderr)
    print(machine())
    print(table(["step", "what", f"{given.chunks:,} chunks"], lines))


if __name__ == "__main__":
    main()
