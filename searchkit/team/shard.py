"""Makes rows of some files of a repository, on any machine: reads, embeds and writes them.

A shard is indexed by itself, in a temporary folder; its rows are those that an index of the whole
folder would give.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from searchkit.status import model_id_of
from searchkit.team import rows, schema, tables
from searchkit.team.index import SharedIndex
from searchkit.team.label import WHOLE, labelled
from searchkit.team.manifest import is_counts
from searchkit.team.pull import keep_vectors
from searchkit.team.storage import faults, library
from searchkit.team.where import among, chunks_of
from searchkit_index.caching_embedder import CachingEmbedder
from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder
from searchkit_index.errors import ModelError
from searchkit_index.pipeline import changes, fingerprint
from searchkit_index.pipeline.build import Build
from searchkit_index.vector_cache import VectorCache
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules

if TYPE_CHECKING:
    import pyarrow as pa

_PATHS = 500  # in one condition
_CACHE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Task:
    """What holds for all shards of a repository.

    Attributes:
        url: Where the shared index is.
        repository: The repository's name.
        generation: Number of the last push; 0 before the first.
        anew: Whether all rows are sent, also those that are there already.
        rules: Which files are taken.
        open_embedder: Loads the model; called once in each process.
        fingerprint: Fingerprint of that model on the machine that pushes.
    """

    url: str
    repository: str
    generation: int
    anew: bool
    rules: Rules
    open_embedder: Callable[[], Embedder]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Shard:
    """Some files of a repository.

    Attributes:
        files: Files as the walker found them, with their contents.
    """

    files: tuple[tuple[File, bytes], ...]

    def name(self, task: Task) -> str:
        """Digest all that its rows depend on; notes of the shard have this name."""
        parts = [task.repository, task.generation, task.anew, task.fingerprint]
        whole = blake2b(repr(parts).encode(), digest_size=16)
        whole.update(fingerprint.of_terms().encode())
        for file, data in self.files:
            mark = fingerprint.of_file(file.path, file.size, task.rules)
            digest = blake2b(data, digest_size=16).hexdigest()
            whole.update(repr((file.path, mark, digest)).encode())
        return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a shard.

    Attributes:
        files: Descriptions of files, as JSON; they are part of no version of the table yet.
        lengths: Number of terms of each chunk, by its key; also of chunks that were there before.
        new: How many of the chunks were written.
        pending: Chunks that have no vector.
        indexed: Files of the repository.
        languages: Those files by their language.
        skipped: Files that were passed over, for each reason.
        terms: For each term the number of chunks that have it.
    """

    files: tuple[str, ...]
    lengths: Mapping[str, int]
    new: int
    pending: int
    indexed: int
    languages: Mapping[str, int]
    skipped: Mapping[str, int]
    terms: Mapping[str, int]

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self | None:
        """Read what was written of a shard as JSON; None where it is none."""
        counts = ("lengths", "languages", "skipped", "terms")
        numbers = ("new", "pending", "indexed")
        files = written.get("files")
        sound = (
            written.keys() == {"files", *counts, *numbers}
            and all(is_counts(written[name]) for name in counts)
            and all(isinstance(written[name], int) for name in numbers)
            and isinstance(files, list)
            and all(isinstance(file, str) for file in files)
        )
        return cls(**{**written, "files": tuple(files or ())}) if sound else None

    def fragments(self) -> list[Any]:
        """Return the files of the table, as `tables.Change` takes them."""
        return [library().fragment.FragmentMetadata.from_json(each) for each in self.files]


_embedders: dict[str, Embedder] = {}


def make(task: Task, shard: Shard) -> Made:
    """Make the rows of a shard, and write those that the table lacks.

    Args:
        task: What holds for all shards.
        shard: The files.

    Returns:
        The result.

    Raises:
        ModelError: The model on this machine is not the one on the machine that pushes.
        StorageError, CatalogError: As their names say.
    """
    embedder = _embedder(task)
    table = SharedIndex(task.url).open(schema.CHUNKS)
    there = [] if task.anew or not task.generation else _there(table, task, shard)
    with tempfile.TemporaryDirectory(prefix="searchkit-") as scratch:
        catalog = Path(scratch, "catalog.sqlite")
        with closing(VectorCache(Path(scratch, "vectors.sqlite"), _CACHE_BYTES)) as cache:
            keep_vectors(cache, embedder, task.repository, there)
            cached = CachingEmbedder(embedder, cache, task.repository)
            with closing(Store(catalog, create=True)) as store:
                _index(store, Path(scratch, "tree"), task.rules, cached, shard)
                known = {row["key"] for row in there}
                return _made(task, table, store, embedder, known)


def _embedder(task: Task) -> Embedder:
    embedder = _embedders.get(task.fingerprint) or task.open_embedder()
    if embedder.fingerprint != task.fingerprint:
        raise ModelError(
            f"a worker has another model `{embedder.name}` than you have",
            "install the same version of searchkit on all machines",
        )
    _embedders[task.fingerprint] = embedder
    return embedder


def _there(table: Any, task: Task, shard: Shard) -> list[Mapping[str, Any]]:
    """Read the rows of the files of the last push: what did not change is not embedded again."""
    ours = chunks_of(task.repository)
    paths = [rows.storable_path(file.path) for file, _ in shard.files]
    found: list[Mapping[str, Any]] = []
    with faults(task.url):
        for at in range(0, len(paths), _PATHS):
            where = f"{ours} AND {among('path', paths[at : at + _PATHS])}"
            there = tables.records(table, WHOLE, where)
            found += (labelled(row, task.url) for row in there)
    return found


def _index(store: Store, root: Path, rules: Rules, embedder: Embedder, shard: Shard) -> None:
    """Index the files of a shard by the usual pipeline, below a folder of its own."""
    found = changes.Changes(outdated=True)
    for file, data in shard.files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        found.changed.append("", file.path, len(data), file.mtime_ns, file.ctime_ns, None)
    Build(store, root, rules, embedder).run(found)


def _made(task: Task, table: Any, store: Store, embedder: Embedder, known: set[str]) -> Made:
    """Write the rows that the table lacks, and describe all of the shard."""
    model_id = model_id_of(store, embedder)
    chunks = [] if model_id is None else list(rows.described(store, model_id, task.repository))
    new = [each for each in chunks if each.key not in known]
    lengths: dict[str, int] = {}
    with faults(task.url):
        of_chunks = schema.schema_of(schema.CHUNKS, embedder.dimension)
        batches = rows.chunk_rows(store, new, task.repository, embedder.dimension)
        batches = _noting_lengths(batches, lengths)
        written = tables.write(table, batches, of_chunks) if new else []
        if len(new) < len(chunks):
            kept = [each.key for each in chunks if each.key in known]
            lengths |= tables.values(table, ["key", "length"], among("key", kept))
    statistics = store.statistics
    return Made(
        files=tuple(json.dumps(each.to_json()) for each in written),
        lengths=lengths,
        new=len(new),
        pending=sum(each.whole.vector is None for each in chunks),
        indexed=statistics.coverage()[0],
        languages={name: count for name, (count, _) in statistics.languages().items()},
        skipped=statistics.skipped(),
        terms=dict(store.chunks.term_counts()),
    )


def _noting_lengths(
    batches: Iterator["pa.RecordBatch"], lengths: dict[str, int]
) -> Iterator["pa.RecordBatch"]:
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("key", "length"))
        lengths.update(zip(*columns, strict=True))
        yield batch


def together(all_made: Sequence[Made]) -> Made:
    """Add up the results of several shards.

    Args:
        all_made: The result of each shard, in their order.

    Returns:
        The sums.
    """
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("languages", "skipped", "terms")
    }
    lengths: dict[str, int] = {}
    for each in all_made:
        lengths |= each.lengths
        for name, count in counts.items():
            count.update(getattr(each, name))
    return replace(
        Made((), {}, 0, 0, 0, {}, {}, {}),
        files=tuple(file for each in all_made for file in each.files),
        lengths=lengths,
        new=sum(each.new for each in all_made),
        pending=sum(each.pending for each in all_made),
        indexed=sum(each.indexed for each in all_made),
        **counts,
    )
