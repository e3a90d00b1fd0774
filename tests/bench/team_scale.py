"""A large shared index: size, time to index, recall of its vectors, time of a question, memory.

Run: python tests/bench/team_scale.py SOURCE CHUNKS FOLDER [--repositories 50] [--commits 200]

The chunks are those of the files below SOURCE, again and again with other names, and vectors are of
hashed words, as in `scale.py`: nothing is embedded. One repository has all CHUNKS; then so many
small ones are pushed in turn, as their users would, and one of them again and again. Each step runs
in a process of its own, whose peak memory is told; one step alone is run by `--step`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, starmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import renamed
from measure import machine, peak, table
from renamed_rows import DIMENSION, Copies

from searchkit import Index
from searchkit.config import Settings
from searchkit.query import Query
from searchkit.team import rows, schema, tables
from searchkit.team.ask import Asker
from searchkit.team.generation import set_vocabulary
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest
from searchkit.team.nearest import nearest
from searchkit.team.push import push
from searchkit.team.searcher import _FIRST
from searchkit_index.embedder import Vectors

PART = 1_000_000  # rows in a commit, at least
QUESTIONS, ASKED = 40, 6  # and words of each
RECALLED = 240  # whose nearest are compared with a scan's: of 40 the error would be 0.02


class Given(NamedTuple):
    """What a step is given: the folder that texts are of, counts, and a folder to write in."""

    source: Path
    chunks: int
    repositories: int
    commits: int
    scratch: Path


def _manifest(chunks: int, terms: int) -> Manifest:
    told: dict[str, Any] = {"version": schema.VERSION, "name": "large", "generation": 1}
    told |= {"remote": "", "commit": "", "modified": False, "prefix": "", "pushed": time.time()}
    name = renamed.StandIn.name
    told |= {"model": name, "fingerprint": name, "dimension": DIMENSION}
    told |= {"files": chunks // 20, "chunks": chunks, "terms": terms, "pending": 0}
    return Manifest(**told, languages={"python": chunks // 20}, skipped={}, digest="")


def make(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Write the large repository, some copies in each commit."""
    copies = Copies(given.source, given.scratch)
    table_, began = shared.create(DIMENSION), time.process_time()
    sizes = [copies.size] * (given.chunks // copies.size) + [given.chunks % copies.size]
    numbered = list(enumerate(filter(None, sizes), 1))
    at_once = -(-PART // copies.size)
    for start in range(0, len(numbered), at_once):
        some = numbered[start : start + at_once]
        every = chain.from_iterable(starmap(copies.batches, some))
        _add(shared, table_, every)
        print(f"{some[-1][0]} copies, {time.process_time() - began:.0f} s CPU", file=sys.stderr)
    set_vocabulary(shared, "large", copies.counted(numbered))
    terms = sum(copies.terms(size) for _, size in numbered)
    _add(shared, table_, iter([rows.manifest_row(_manifest(given.chunks, terms))]))
    spent = f"{time.process_time() - began:.0f} s CPU, of {len(numbered)} copies"
    return {"made and written": spent}


def _add(shared: SharedIndex, table_: Any, batches: Iterator[Any]) -> None:
    files = tables.write(table_, batches, schema.schema_of(schema.CHUNKS, DIMENSION))
    shared.retried(table_, tables.Change(files).commit)


def indexed(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Index it, as the push would at its end."""
    began, wall = time.process_time(), time.perf_counter()
    shared.tidy()
    spent = time.process_time() - began
    found = {"indexed": f"{spent:.0f} s CPU, {time.perf_counter() - wall:.0f} s"}
    return found | _size(shared, given.chunks) | {"memory of the indexer": f"{peak():,.0f} MB"}


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


def _asker(shared: SharedIndex) -> Asker:
    embedder = renamed.StandIn()
    return Asker(shared, Settings(), lambda *_: embedder, compare=False)


def asked(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Ask whole questions, each by both sides; compare the semantic side with a scan."""
    del given
    embedder, texts = renamed.StandIn(), _texts(shared)
    questions, asker = _questions(texts), _asker(shared)
    asker.search(Query("socket"))
    spent: list[tuple[float, float]] = []
    for question in questions[:QUESTIONS]:
        wall, cpu = time.perf_counter(), time.process_time()
        asker.search(Query(question, limit=10))
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = (sorted(1000 * each for each in every) for every in zip(*spent, strict=True))
    late = int(0.95 * len(spent))
    found = {
        "p50": f"{walls[len(spent) // 2]:.0f} ms, CPU {cpus[len(spent) // 2]:.0f} ms",
        "p95": f"{walls[late]:.0f} ms, CPU {cpus[late]:.0f} ms",
        "memory of the reader": f"{peak():,.0f} MB",
    }
    recalls = (_recall(shared, embedder.encode(some, "query")) for some in (texts, questions))
    of = ("of texts of chunks", f"of {ASKED} words of them")
    return found | {f"recall at 10 {what}": r for what, r in zip(of, recalls, strict=True)}


def _texts(shared: SharedIndex) -> list[str]:
    """Take the texts of some chunks."""
    random, table_ = np.random.default_rng(4), shared.snapshot().chunks
    found: list[str] = []
    while len(found) < RECALLED:
        row = int(random.integers(0, table_.count_rows()))
        text = table_.take([row], columns=["text"])["text"][0].as_py()
        if len({*renamed.embedded(text)}) >= ASKED:
            found.append(text)
    return found


def _questions(texts: Sequence[str]) -> list[str]:
    """Take some words of each text; every second question has them as they were in the source."""
    random = np.random.default_rng(5)
    words = [random.permutation(sorted({*renamed.embedded(text)}))[:ASKED] for text in texts]
    asked_ = [" ".join(some) for some in words]
    return [re.sub(r"_\d+\b", "", q) if row % 2 else q for row, q in enumerate(asked_)]


def _recall(shared: SharedIndex, vectors: Vectors) -> str:
    """Compare the ten nearest of an index with those of a scan, which is one for all questions.

    Others that are as near count as well: of many copies of one text any ten will do.
    """
    snapshot, near = shared.snapshot(), []
    for vector, least in zip(vectors, _tenth(snapshot.chunks, vectors), strict=True):
        _, cosines = nearest(snapshot, vector, _FIRST, "")
        near.append((cosines[:10] >= least - 1e-4).mean())
    return f"{np.mean(near):.3f} +- {np.std(near) / np.sqrt(len(near)):.3f}"


def _tenth(table_: Any, vectors: Vectors) -> Vectors:
    """Find the cosine of the row that is tenth nearest to each vector, by looking at every row."""
    best = np.full((len(vectors), 10), -np.inf, np.float32)
    for batch in tables.batches(table_, ["vector"], "state = 'chunk'"):
        halves = batch["vector"].flatten().to_numpy(zero_copy_only=False)
        cosines = vectors @ halves.reshape(-1, DIMENSION).astype(np.float32).T
        nearer = cosines.max(axis=1) > best.min(axis=1)
        both = np.concatenate([best[nearer], cosines[nearer]], 1)
        best[nearer] = np.partition(both, -10, axis=1)[:, -10:]
    return np.asarray(best.min(axis=1))


def pushed(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Push so many small repositories in turn, then one of them after a change to one file."""
    indexes = [_folder(given, f"small{number}", number) for number in range(given.repositories)]
    kept = _timing_of_tidying()
    spent = []
    for index in indexes:
        began = time.perf_counter()
        push(index, shared, index.root.name)
        spent.append(time.perf_counter() - began - kept[-1].wall)
    changed = indexes[0]
    _change(changed)
    began = time.perf_counter()
    changed.build()
    built = time.perf_counter() - began
    push(changed, shared, changed.root.name)
    whole = time.perf_counter() - began
    return {
        f"{given.repositories} pushes, p50": f"{1000 * sorted(spent)[len(spent) // 2]:.0f} ms",
        "slowest": f"{1000 * max(spent):.0f} ms",
        "tidied": _told(kept),
        "one file changed": f"{1000 * whole:.0f} ms, of it its own index {1000 * built:.0f} ms",
        "memory of the pusher": f"{peak():,.0f} MB",
    }


def _folder(given: Given, name: str, seed: int, files: int = 20) -> Index:
    """Index a folder of some files of the source, with names that are nowhere else."""
    random = np.random.default_rng([3, seed])
    originals = list(renamed.texts(given.source))
    chosen = [originals[each] for each in random.integers(0, len(originals), files)]
    root = given.scratch / name
    sum(renamed.copied(chosen, root, 1_000_000 + seed))
    index = Index(root, renamed.StandIn(), Settings())
    index.build()
    return index


def _change(index: Index) -> None:
    """Change a file of a folder."""
    path = index.root / next(path for path, _ in index.files())
    with path.open("a", encoding="utf-8") as stream:
        stream.write("\n\nwholly_new = 1\n")


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


def committed(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Push a small repository again and again, one file of it changed each time; then tidy up."""
    table_, commits = shared.create(DIMENSION), given.commits
    two = [_folder(given, name, 0) for name in "ab"]
    _change(two[1])
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
    _asker(shared).search(Query("open a socket"))
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


def compacted(shared: SharedIndex, given: Given) -> dict[str, str]:
    """Rewrite all that has deleted rows, and index it anew: what `forget` costs at most."""
    began, cpu = time.perf_counter(), time.process_time()
    shared.erase_deleted()
    spent = time.process_time() - cpu
    found = {"erased": f"{time.perf_counter() - began:.0f} s, {spent:.0f} s CPU"}
    return found | _size(shared, given.chunks)


Step = Callable[[SharedIndex, Given], dict[str, str]]
STEPS: dict[str, Step] = {"make": make, "indexed": indexed, "asked": asked}
STEPS |= {"pushed": pushed, "compacted": compacted, "committed": committed}


def main() -> None:
    """Run every step in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("chunks", type=int)
    parser.add_argument(
        "folder", help="or `s3://`, with what `s3_server.py` prints in the environment"
    )
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--commits", type=int, default=200, help="of one small repository")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        counts = given.chunks, given.repositories, given.commits
        with tempfile.TemporaryDirectory() as scratch:
            told = Given(given.source, *counts, Path(scratch).resolve())
            print(json.dumps(STEPS[given.step](SharedIndex(given.folder), told)))
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
