"""Writes the vectors of a model to a FAISS file, and makes it the one that is read."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from searchkit_index.catalog.checksum import checksum
from searchkit_index.catalog.connection import faults
from searchkit_index.catalog.layout import Layout, choose
from searchkit_index.catalog.records import Publication
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import CANDIDATES, Ids, Matrix, faiss_library, intact, present
from searchkit_index.system.atomic import replacing
from searchkit_index.system.memory import Ceiling

Blocks = Callable[[], Iterator[tuple[Ids, Matrix]]]

# The part of the ten nearest vectors that an inverted file must find.
RECALL = 0.98

# What twice as many lists must add to the recall to be worth their time.
_GAIN = 0.002

# Scores that differ by less are the same, summed in another order.
_TIE = 1e-5
_SMALL = 1000  # a tail of so many is read and scanned within a few milliseconds
_SAMPLE = 256  # vectors asked for when recall is measured


def outdated(store: Store, model_id: int, share: float) -> bool:
    """Tell whether publishing again pays: no usable file, or too many vectors missing or dead.

    Args:
        store: The catalog.
        model_id: The model of the vectors.
        share: Part of the published vectors that may be missing, or dead, before it pays. Vectors
            embedded since count as missing even if they are dead: each search holds them in memory.

    Returns:
        Whether to publish.
    """
    publication = store.embeddings.publication(model_id)
    alive = store.statistics.embedded(model_id)
    if publication is None:
        return alive > 0
    folder = store.path.parent
    with faults(store.path):
        if not (present(folder, publication) and intact(folder, publication)):
            return True
    since = store.embeddings.count_after(model_id, publication.generation)
    dead = publication.count - (alive - since)
    # Ids are never given twice.
    tail = store.embeddings.generation(model_id) - publication.generation
    return max(tail, dead) > max(_SMALL, publication.count * share)


def publish(
    store: Store, model_id: int, dimension: int, ceiling: Ceiling | None = None
) -> Publication:
    """Write all vectors of a model to a FAISS file, and make it the one that is read.

    The file is complete and on disk before the catalog names it; files that the catalog does not
    name any more are removed.

    Args:
        store: The catalog.
        model_id: The model of the vectors.
        dimension: Their length.
        ceiling: Bounds the memory of this process; under a low one vectors are stored more
            coarsely. None for no bound.

    Returns:
        What was published.

    Raises:
        StorageError: The disk is full, or the ceiling too low for so many vectors.
    """
    faiss = faiss_library()

    folder = store.path.parent
    generation = store.embeddings.generation(model_id)
    count = store.statistics.embedded(model_id)
    layout = choose(count, dimension, ceiling.room() if ceiling else sys.maxsize)
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
        store.embeddings.publish(model_id, publication)
    _remove_others(folder, model_id, name)
    return publication


def _build(
    store: Store, model_id: int, count: int, dimension: int, layout: Layout
) -> tuple[Any, float | None]:
    """Build a filled index and, where it is not exact, measure its recall at 10."""
    faiss = faiss_library()

    def blocks() -> Iterator[tuple[Ids, Matrix]]:
        return store.embeddings.vectors(model_id)

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
    faiss = faiss_library()

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

    Coarse codes bound the recall; then more lists do not raise it.
    """
    queries = _sample(blocks, count, _SAMPLE)
    tenth = _tenth_best_scores(blocks, queries)
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

    Vectors of the same cosine count as well: of many copies of a text any ten will do.
    """
    _, found = index.search(queries, CANDIDATES)
    near = 0
    for query, ids, least in zip(queries, found, tenth, strict=True):
        stored = store.embeddings.vectors_of(ids[ids >= 0].tolist())
        near += min(10, sum(bool(vector @ query >= least - _TIE) for vector in stored.values()))
    return near / (10 * len(queries))


def _tenth_best_scores(blocks: Blocks, queries: Matrix) -> Matrix:
    """Compute the tenth highest true score for each query, by a scan in bounded memory."""
    scores = np.full((len(queries), 10), -1, np.float32)
    for _, matrix in blocks():
        scores = np.sort(np.hstack([scores, queries @ matrix.T]), axis=1)[:, -10:]
    return scores[:, 0]


def _remove_others(folder: Path, model_id: int, name: str) -> None:
    stale = [*folder.glob(f"vectors-{model_id}-*.faiss"), *folder.glob("vectors-*.tmp")]
    for path in stale:
        if path.name != name:
            # Windows removes no file that a reader has mapped; the next run tries again.
            with contextlib.suppress(OSError):
                path.unlink()
