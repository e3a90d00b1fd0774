"""Keeps what was read of chunks for further questions, until the catalog changes."""

from collections.abc import Iterable, Iterator, Sequence

from searchkit.ranking.ranked import Ranked
from searchkit.search.query_vector import Vector
from searchkit_index.catalog.records import Model, Named
from searchkit_index.catalog.selection import Selection
from searchkit_index.catalog.store import Store

# How many are kept: chunks, and ids of vectors, of some 500 bytes each; vectors, of 1 kB.
_CHUNKS, _FILES = 5_000, 1_000


class ChunkCache:
    """Reads chunks, each once: questions that follow each other find much the same ones.

    Args:
        store: The catalog, in the same thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state: tuple[int, int] | None = None
        self._named: dict[int, Named] = {}
        self._of_vectors: dict[int, list[int]] = {}
        self._openings: dict[str, Vector] = {}
        self._count: int | None = None

    def count(self) -> int:
        """Return how many chunks there are."""
        self._sync()
        if self._count is None:  # for a million it takes 10 ms
            self._count = self._store.statistics.count("chunk")
        return self._count

    def names(self, chunk_ids: Sequence[int]) -> Iterator[Named]:
        """Yield what `Chunks.names` yields, in the order of the ids."""
        self._sync()
        kept = self._named
        missing = [chunk_id for chunk_id in chunk_ids if chunk_id not in kept]
        kept |= {named.chunk_id: named for named in self._store.chunks.names(missing)}
        return (kept[chunk_id] for chunk_id in chunk_ids if chunk_id in kept)

    def of_vectors(
        self, vector_ids: Sequence[int], among: Selection | None
    ) -> dict[int, list[int]]:
        """Return what `Chunks.of_vectors` returns."""
        if among is not None:
            return self._store.chunks.of_vectors(vector_ids, among)
        self._sync()
        kept = self._of_vectors
        missing = [vector_id for vector_id in vector_ids if vector_id not in kept]
        kept |= {vector_id: [] for vector_id in missing} | self._store.chunks.of_vectors(missing)
        return {vector_id: kept[vector_id] for vector_id in vector_ids}

    def openings(self, model: Model, chunks: Iterable[Ranked]) -> dict[str, Vector]:
        """Return the vectors of the first chunks of files; see `Embeddings.openings`.

        Args:
            model: Always the same.
            chunks: Chunks of the files, with their paths.

        Returns:
            Vectors by paths, those of other files as well.
        """
        self._sync()
        missing = [chunk.chunk_id for chunk in chunks if chunk.path not in self._openings]
        self._openings |= self._store.embeddings.openings(model, missing)
        return self._openings

    def _sync(self) -> None:
        """Forget what may have changed, and what is too much."""
        state = self._store.state()
        many = max(len(self._named), len(self._of_vectors)) > _CHUNKS
        if state != self._state or many or len(self._openings) > _FILES:
            self._state, self._count = state, None
            self._named, self._of_vectors, self._openings = {}, {}, {}
