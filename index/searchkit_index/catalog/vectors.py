"""Finds nearest vectors by FAISS files, which are made from the catalog and may be deleted.

A published file is read-only and memory-mapped. Vectors that were made after it (the tail) are
searched beside it; those deleted since are dropped by the caller, who knows which ids are alive.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.checksum import checksum
from searchkit_index.catalog.connection import damaged
from searchkit_index.catalog.records import Publication
from searchkit_index.catalog.store import Store
from searchkit_index.system.memory import require

Ids = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]

# Coarse codes find candidates, in lots of this size, each of which is ordered by whole vectors: so
# the best are the same however many are wanted.
CANDIDATES = 250

# Address space that FAISS takes with its linear algebra.
_FAISS_BYTES = 450_000_000


def faiss_library() -> Any:
    """Import FAISS; raise StorageError where there is no address space for it."""
    if "faiss" not in sys.modules:
        require(_FAISS_BYTES, "FAISS")
    import faiss

    return faiss


class Scored(NamedTuple):
    """Vectors that were found, best first.

    Attributes:
        ids: Their ids, int64.
        scores: Their cosines, float32.
    """

    ids: Ids
    scores: Matrix


class VectorIndex:
    """The vectors of one model: the published file and the tail.

    Args:
        store: The catalog, in the same thread.
        model_id: The model of the vectors.
        dimension: Their length.
    """

    def __init__(self, store: Store, model_id: int, dimension: int) -> None:
        self._store = store
        self._model_id = model_id
        self._dimension = dimension
        self._publication: Publication | None = None
        self._published: Any = None
        self._tail = self._empty()
        self._last_id = 0

    def _empty(self) -> Any:
        faiss = faiss_library()
        return faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))

    def sync(self) -> None:
        """Catch up with the catalog: map a newer published file, and read the tail."""
        publication = self._store.embeddings.publication(self._model_id)
        if publication != self._publication:
            self._publication = publication
            self._published = publication and load(self._store.path.parent, publication)
            self._tail = self._empty()
            self._last_id = publication.generation if publication and self._published else 0
        for ids, matrix in self._store.embeddings.vectors(self._model_id, self._last_id):
            if matrix.shape[1] != self._dimension:
                raise damaged(self._store.path)
            self._tail.add_with_ids(matrix, ids)
            self._last_id = int(ids[-1])

    def search(self, query: Matrix, limit: int, allowed: Ids | None = None) -> Scored:
        """Find the nearest vectors by cosine, some of which may have been deleted since.

        Args:
            query: float32, `(dimension,)`, length 1.
            limit: At most so many.
            allowed: Only these ids; None for all.

        Returns:
            Ids and cosines, best first.
        """
        found = [Scored(np.empty(0, np.int64), np.empty(0, np.float32))]
        if self._published is not None and self._published.ntotal:
            found.append(self._search_file(query, limit, allowed))
        if self._tail.ntotal:
            found.append(_search(self._tail, query, limit, allowed))
        ids = np.concatenate([part.ids for part in found])
        scores = np.concatenate([part.scores for part in found])
        best = np.lexsort((ids, -scores))[:limit]
        return Scored(ids[best], scores[best])

    def _search_file(self, query: Matrix, limit: int, allowed: Ids | None) -> Scored:
        """Find the nearest published vectors: coarse codes find them, whole vectors order them."""
        assert self._publication is not None
        if self._publication.recall is None:
            return _search(self._published, query, limit, allowed)
        ends = lot_ends(CANDIDATES, limit)
        found = _search(self._published, query, ends[-1], allowed)
        stored = self._store.embeddings.vectors_of(found.ids.tolist())
        scores = [
            stored[id_] @ query if id_ in stored else score  # the caller drops those deleted since
            for id_, score in zip(found.ids.tolist(), found.scores, strict=True)
        ]
        lots = np.searchsorted(ends, np.arange(len(scores)), "right")
        return Scored(found.ids, in_turn(np.array(scores, np.float32), lots))


def lot_ends(first: int, limit: int) -> list[int]:
    """Divide candidates into lots that are the same however many are wanted.

    Args:
        first: How many the first lot holds; all lots before one hold as many as that one.
        limit: How many candidates are wanted at least.

    Returns:
        Where each lot ends, the last one at the limit or beyond it.
    """
    ends = [first]
    while ends[-1] < limit:
        ends.append(2 * ends[-1])
    return ends


def in_turn(scores: npt.NDArray[Any], lots: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Lower scores so that no candidate of a later lot comes before one of an earlier lot.

    Args:
        scores: Scores of all candidates, `(count,)`; changed in place.
        lots: The number of the lot of each candidate, ascending.

    Returns:
        The scores.
    """
    for start in np.flatnonzero(np.diff(lots)) + 1:
        least = np.nextafter(scores[:start].min(), scores.dtype.type(-np.inf))
        scores[start:] = scores[start:].clip(max=least)
    return scores


def _search(index: Any, query: Matrix, limit: int, allowed: Ids | None) -> Scored:
    faiss = faiss_library()

    # One query is scanned by one thread anyway, and idle ones that spin slow a busy machine down.
    # The setting is each thread's own.
    faiss.omp_set_num_threads(1)
    scores, ids = index.search(
        query[np.newaxis], min(limit, index.ntotal), params=_parameters(index, allowed)
    )
    real = ids[0] >= 0  # FAISS pads with -1 when it finds too few
    return Scored(ids[0][real], scores[0][real])


def _parameters(index: Any, allowed: Ids | None) -> Any:
    faiss = faiss_library()

    if allowed is None:
        return None
    selector = faiss.IDSelectorBatch(allowed)
    if hasattr(index, "nprobe"):
        return faiss.SearchParametersIVF(sel=selector, nprobe=index.nprobe)
    return faiss.SearchParameters(sel=selector)


def load(folder: Path, publication: Publication) -> Any:
    """Map a published file; None when it is missing, damaged, or not what was published."""
    faiss = faiss_library()

    try:
        if not (present(folder, publication) and intact(folder, publication)):
            return None
        return faiss.read_index(str(folder / publication.file), faiss.IO_FLAG_MMAP_IFC)
    except (OSError, RuntimeError):
        return None


def present(folder: Path, publication: Publication) -> bool:
    """Tell whether the published file is there, with its length."""
    path = folder / publication.file
    return path.is_file() and 0 < publication.bytes == path.stat().st_size


def intact(folder: Path, publication: Publication) -> bool:
    """Tell by its checksum whether the published file is the one that was published here."""
    path = folder / publication.file
    return path.parent == folder and checksum(path) == publication.checksum
