"""Sends a local index to a shared one: what changed since the last push, in one commit."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from searchkit.indexes.index import Index
from searchkit.status import model_id_of
from searchkit.team import rows, schema, tables
from searchkit.team.checkout import Checkout
from searchkit.team.generation import Generation, set_vocabulary
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest, check_name, digest_of, next_manifest
from searchkit.team.rows import Described
from searchkit.team.signing import signed
from searchkit.team.storage import faults
from searchkit_index.catalog.store import Store
from searchkit_index.errors import NotIndexedError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        manifest: What is known now of the repository.
        added: Chunks that were sent.
        removed: Chunks that are gone.
        seconds: How long it took.
    """

    manifest: Manifest
    added: int
    removed: int
    seconds: float


def push(
    index: Index,
    shared: SharedIndex,
    name: str,
    *,
    wait: bool = True,
    replacing: bool = False,
) -> Pushed:
    """Send the index of a folder; whoever asks meanwhile sees the last push, or this, whole.

    See `Team.push`.
    """
    began = time.monotonic()
    check_name(name)
    table = shared.create(index.embedder.dimension)
    checkout = Checkout.of(index.root)
    with (
        shared.writing(name, wait=wait),
        index.sessions.borrow() as session,
        session.store.reading(),
    ):
        pushing = _Pushing(index, session.store, shared, name)
        done = pushing.chunks(table, checkout, replacing=replacing)
        pushing.vocabulary()
    shared.tidy()
    return Pushed(*done, time.monotonic() - began)


class _Pushing:
    """One push, while its lease and the local catalog are held."""

    def __init__(self, index: Index, store: Store, shared: SharedIndex, name: str) -> None:
        self._index, self._store, self._shared, self._name = index, store, shared, name
        model_id = model_id_of(store, index.embedder)
        if model_id is None:
            raise NotIndexedError(
                f"`{index.root}` was never indexed with `{index.embedder.name}`",
                "type `searchkit index PATH`",
            )
        self._model_id = model_id

    def chunks(
        self, table: Any, checkout: Checkout, *, replacing: bool
    ) -> tuple[Manifest, int, int]:
        """Send what the table lacks, and the manifest with it; nothing where nothing changed."""
        there = Generation.of(self._shared, table, self._name)
        here = {each.key: each for each in rows.described(self._store, self._model_id, self._name)}
        if not replacing:
            there.refuse_another(checkout, {each.path for each in here.values()})
        new = [each for key, each in here.items() if key not in there.lengths]
        gone = [key for key in there.lengths if key not in here]
        length = sum(length for key, length in there.lengths.items() if key in here)
        dimension = self._index.embedder.dimension
        manifest = self._manifest(checkout, here, there.manifest)
        if there.manifest and not new and not gone and manifest.says_same(there.manifest):
            return there.manifest, 0, 0

        def batches() -> "Iterator[pa.RecordBatch]":
            nonlocal manifest, length
            for batch in rows.chunk_rows(self._store, new, self._name, dimension):
                length += sum(batch.column("length").to_pylist())
                yield batch
            manifest = signed(replace(manifest, terms=length))
            yield rows.manifest_row(manifest)

        of_chunks = schema.schema_of(schema.CHUNKS, dimension)
        with faults(self._shared.url):
            files = tables.write(table, batches(), of_chunks)
        there.commit_next(self._shared, table, files, gone)
        return manifest, len(new), len(gone)

    def _manifest(
        self, checkout: Checkout, here: Mapping[str, Described], before: Manifest | None
    ) -> Manifest:
        statistics, embedder = self._store.statistics, self._index.embedder
        files, _ = statistics.coverage()
        return next_manifest(
            before,
            self._name,
            checkout,
            embedder,
            files=files,
            chunks=len(here),
            terms=0,
            pending=sum(each.whole.vector is None for each in here.values()),
            languages={name: count for name, (count, _) in statistics.languages().items()},
            skipped=statistics.skipped(),
            digest=digest_of(here),
        )

    def vocabulary(self) -> None:
        """Bring the table of terms up to the local index; a push that was killed before it, too."""
        here = dict(self._store.chunks.term_counts())
        set_vocabulary(self._shared, self._name, here)
