"""Finds nearest vectors by FAISS files, made from the catalog and free to be deleted any time.

The only importer of faiss. A published file is read-only and memory-mapped; what was embedded since
it was made (the tail) is searched beside it, and what was deleted since is for the caller to drop,
who knows which ids are still alive.
"""

import contextlib
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit_index.atomic import replacing
from searchkit_index.catalog.checksum import checksum
from searchkit_index.catalog.connection import damaged, faults
from searchkit_index.catalog.records import Publication
from searchkit_index.catalog.store import Store
from searchkit_index.errors import StorageError
from searchkit_index.memory import Ceiling

Ids = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Blocks = Callable[[], Iterator[tuple[Ids, Matrix]]]

# Up to so many vectors a flat scan in half precision is exact and takes a few milliseconds.
FLAT_LIMIT = 200_000

# An inverted file must find so much of what the flat scan finds, in the ten best.
RECALL = 0.98

# Coarse codes name so many, which the vectors themselves then put in order.
_CANDIDATES = 200

# What twice as many lists must add to the recall to be worth their time.
_GAIN = 0.002

# Scores that differ by less are the same, summed in another order.
_TIE = 1e-5

_SMALL = 1000  # a tail of so many is read and scanned within a few milliseconds
_SAMPLE = 256  # vectors asked for when recall is measured


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
        model_id: Whose vectors.
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
        import faiss

        return faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))

    def sync(self) -> None:
        """Follow the catalog: map a newer published file, and read the tail."""
        publication = self._store.publication(self._model_id)
        if publication != self._publication:
            self._publication = publication
            self._published = publication and load(self._store.path.parent, publication)
            self._tail = self._empty()
            self._last_id = publication.generation if publication and self._published else 0
        for ids, matrix in self._store.vectors(self._model_id, self._last_id):
            if matrix.shape[1] != self._dimension:
                raise damaged(self._store.path)
            self._tail.add_with_ids(matrix, ids)
            self._last_id = int(ids[-1])

    def __len__(self) -> int:
        """Count the vectors that are searched, deleted ones included."""
        return int(sum(index.ntotal for index in (self._published, self._tail) if index))

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
            found.append(self._of_file(query, limit, allowed))
        if self._tail.ntotal:
            found.append(_search(self._tail, query, limit, allowed))
        ids = np.concatenate([part.ids for part in found])
        scores = np.concatenate([part.scores for part in found])
        best = np.lexsort((ids, -scores))[:limit]
        return Scored(ids[best], scores[best])

    def _of_file(self, query: Matrix, limit: int, allowed: Ids | None) -> Scored:
        """Find the nearest published ones: coarse codes name candidates, the vectors order them."""
        assert self._publication is not None
        if self._publication.recall is None:
            return _search(self._published, query, limit, allowed)
        found = _search(self._published, query, max(limit, _CANDIDATES), allowed)
        stored = self._store.vectors_of(found.ids.tolist())
        scores = [
            stored[id_] @ query if id_ in stored else score  # what died since is for the caller
            for id_, score in zip(found.ids.tolist(), found.scores, strict=True)
        ]
        return Scored(found.ids, np.array(scores, np.float32))


def _search(index: Any, query: Matrix, limit: int, allowed: Ids | None) -> Scored:
    import faiss

    # One query is scanned by one thread anyway, and idle ones that spin slow a busy machine down.
    # The setting is each thread's own.
    faiss.omp_set_num_threads(1)
    scores, ids = index.search(
        query[np.newaxis], min(limit, index.ntotal), params=_parameters(index, allowed)
    )
    real = ids[0] >= 0  # FAISS pads with -1 when it finds too few
    return Scored(ids[0][real], scores[0][real])


def _parameters(index: Any, allowed: Ids | None) -> Any:
    import faiss

    if allowed is None:
        return None
    selector = faiss.IDSelectorBatch(allowed)
    if hasattr(index, "nprobe"):
        return faiss.SearchParametersIVF(sel=selector, nprobe=index.nprobe)
    return faiss.SearchParameters(sel=selector)


def load(folder: Path, publication: Publication) -> Any:
    """Map a published file; None when it is missing, damaged, or not what was published."""
    import faiss

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


def outdated(store: Store, model_id: int, share: float) -> bool:
    """Tell whether publishing again pays: no usable file, or too many vectors missing or dead.

    Args:
        store: The catalog.
        model_id: Whose vectors.
        share: Part of the published vectors that may be missing, or dead, before it pays. What was
            embedded since and is dead again counts as missing: whoever searches holds it in memory.

    Returns:
        Whether to publish.
    """
    publication = store.publication(model_id)
    alive = store.statistics.embedded(model_id)
    if publication is None:
        return alive > 0
    folder = store.path.parent
    with faults(store.path):
        if not (present(folder, publication) and intact(folder, publication)):
            return True
    dead = publication.count - (alive - store.count_after(model_id, publication.generation))
    tail = store.generation(model_id) - publication.generation  # ids are never given twice
    return max(tail, dead) > max(_SMALL, publication.count * share)


def publish(
    store: Store, model_id: int, dimension: int, ceiling: Ceiling | None = None
) -> Publication:
    """Write all vectors of a model to a FAISS file, and make it the one that is read.

    The file is complete and on disk before the catalog names it; files that the catalog does not
    name any more are removed.

    Args:
        store: The catalog.
        model_id: Whose vectors.
        dimension: Their length.
        ceiling: Bounds the memory of this process; under a low one vectors are stored more
            coarsely. None for no bound.

    Returns:
        What was published.

    Raises:
        StorageError: The disk is full, or the ceiling too low for so many vectors.
    """
    import faiss

    folder = store.path.parent
    generation = store.generation(model_id)
    count = store.statistics.embedded(model_id)
    layout = _layout(count, dimension, ceiling.room() if ceiling else sys.maxsize)
    index, recall = _build(store, model_id, count, dimension, layout)
    count = index.ntotal
    name = f"vectors-{model_id}-{generation}.faiss"
    with faults(store.path), replacing(folder / name) as temporary:
        try:
            faiss.write_index(index, str(temporary))
        except RuntimeError as error:
            raise OSError(0, "the vectors could not be written") from error
        del index  # the digest brings the file into memory beside it
        digest = checksum(temporary)
    publication = Publication(
        generation=generation,
        count=count,
        file=name,
        bytes=(folder / name).stat().st_size,
        checksum=digest,
        layout=layout.factory,
        recall=recall,
    )
    with store.write():
        store.publish(model_id, publication)
    _remove_others(folder, model_id, name)
    return publication


class _Layout(NamedTuple):
    """How a file stores vectors: in so many lists, 0 for none, and so many bits a number."""

    lists: int
    bits: int

    @property
    def factory(self) -> str:
        inner = "SQfp16" if self.bits == 16 else f"SQ{self.bits}"
        return f"IVF{self.lists},{inner}" if self.lists else f"IDMap2,{inner}"

    def bytes(self, count: int, dimension: int) -> int:
        """Estimate what building takes: codes, ids on both sides, a fifth for lists that grow."""
        return count * (dimension * self.bits // 8 * (6 if self.lists else 5) // 5 + 48)


def _layout(count: int, dimension: int, room: int) -> _Layout:
    """Choose the finest layout for which there is room.

    Args:
        count: How many vectors.
        dimension: Their length.
        room: Bytes that building may take.

    Returns:
        The layout.

    Raises:
        StorageError: There is none.
    """
    # 40 training points for each list are what FAISS asks for to cluster well; it copies them.
    lists = min(4 * math.isqrt(count), room // (40 * 4 * 4 * dimension))
    flat = [_Layout(0, bits) for bits in (16, 8, 4)] if count <= FLAT_LIMIT else []
    inverted = [_Layout(lists, bits) for bits in (8, 4)] if count > FLAT_LIMIT and lists else []
    for layout in (*flat, *inverted):
        if layout.bytes(count, dimension) <= room:
            return layout
    raise StorageError(
        f"{room / 1e6:,.0f} MB of memory are left, too little for {count:,} vectors",
        "give more with `--memory`; what was indexed is kept and found by its words",
    )


def _build(
    store: Store, model_id: int, count: int, dimension: int, layout: _Layout
) -> tuple[Any, float | None]:
    """Build a filled index and, where it is not exact, measure its recall at 10."""
    import faiss

    def blocks() -> Iterator[tuple[Ids, Matrix]]:
        return store.vectors(model_id)

    index = faiss.index_factory(dimension, layout.factory, faiss.METRIC_INNER_PRODUCT)
    exact = layout.bits == 16
    sample = np.zeros((1, dimension), np.float32)
    if not exact:
        sample = _sample(blocks, count, 40 * layout.lists or _SMALL)
    index.train(sample)
    _reserve(index, sample, count)
    del sample
    for ids, matrix in blocks():
        index.add_with_ids(matrix, ids)
    return index, None if exact else _tune(index, store, blocks, count)


def _reserve(index: Any, sample: Matrix, count: int) -> None:
    """Reserve the room that the vectors will take: growing step by step takes twice as much."""
    import faiss

    if hasattr(index, "nlist"):
        lists = faiss.downcast_InvertedLists(index.invlists)
        _, nearest = index.quantizer.search(sample, 1)
        shares = np.bincount(nearest[:, 0], minlength=index.nlist) * count // len(sample)
        sizes = (index.code_size * shares).tolist()
        codes = [(lists.codes.at(row), size) for row, size in enumerate(sizes)]
    else:
        inner = faiss.downcast_index(index.index)
        codes = [(inner.codes, count * inner.code_size)]
    for bytes_, size in codes:
        bytes_.resize(size)
        bytes_.resize(0)


def _sample(blocks: Blocks, count: int, size: int) -> Matrix:
    """Take about `size` of the vectors, evenly spread."""
    step = max(1, count // size)
    return np.concatenate([matrix[::step] for _, matrix in blocks()])


def _tune(index: Any, store: Store, blocks: Blocks, count: int) -> float:
    """Visit as few lists as `RECALL` at 10 allows; return the recall reached.

    Codes that are too coarse have a bound of their own, which more lists do not raise.
    """
    queries = _sample(blocks, count, _SAMPLE)
    tenth = _tenth(blocks, queries)
    lists = getattr(index, "nlist", 1)
    probed, before = min(4, lists), 0.0
    while True:
        if lists > 1:
            index.nprobe = probed
        recall = _recall(index, store, queries, tenth)
        if recall >= RECALL or probed == lists or recall < before + _GAIN:
            return recall
        probed, before = min(2 * probed, lists), recall


def _recall(index: Any, store: Store, queries: Matrix, tenth: Matrix) -> float:
    """Compute the part of the ten nearest that are among the candidates.

    Others as near count as well: of many copies of one text any ten will do.
    """
    _, found = index.search(queries, _CANDIDATES)
    near = 0
    for query, ids, least in zip(queries, found, tenth, strict=True):
        stored = store.vectors_of(ids[ids >= 0].tolist())
        near += min(10, sum(bool(vector @ query >= least - _TIE) for vector in stored.values()))
    return near / (10 * len(queries))


def _tenth(blocks: Blocks, queries: Matrix) -> Matrix:
    """Compute the tenth highest true score for each query, by a scan in bounded memory."""
    scores = np.full((len(queries), 10), -1, np.float32)
    for _, matrix in blocks():
        scores = np.sort(np.hstack([scores, queries @ matrix.T]), axis=1)[:, -10:]
    return scores[:, 0]


def _remove_others(folder: Path, model_id: int, name: str) -> None:
    stale = [*folder.glob(f"vectors-{model_id}-*.faiss"), *folder.glob("vectors-*.tmp")]
    for path in stale:
        if path.name != name:
            # Windows does not let go of a file that a reader has mapped; the next run tries again.
            with contextlib.suppress(OSError):
                path.unlink()
