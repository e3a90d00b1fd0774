"""Makes the index over the vectors of a shared table, and tells how much of it a question reads."""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from searchkit.team import tables
from searchkit.team.storage import library

if TYPE_CHECKING:
    import pyarrow as pa

    from searchkit_index.catalog.clusters import Clusters

# Rows above which a scan of all vectors takes longer than a person wants to wait.
_SCANNED = 200_000

NAME = "vector_idx"
"""The index as the table calls it."""

_COLUMN = "vector"


class _Form(NamedTuple):
    """Parameters of an index and of questions to it.

    Attributes:
        bits: Bits of a code for each number of a vector.
        size: Size of a part, as a multiple of the square root of the number of vectors.
        compared: Vectors that are compared whole, as a multiple of those wanted.
        roots: Parts looked into while that is cheap, as a multiple of the root of their number.
        cheap: Number of vectors that a question can look at in little time.
    """

    bits: int
    size: int
    compared: int
    roots: int
    cheap: int


# In memory a code takes 54 bytes with one bit for each number, 90 with two. Above this many vectors
# codes of two bits do not fit in a session (`storage.new_session`), and codes of one bit only in
# part: a part of the index that is not held is read again, in 0.2 ms whatever its size, and 0.2 ms
# more for each 4,000 vectors. So parts are larger there.
_LARGE = 5_000_000
_USUAL = _Form(bits=2, size=1, compared=2, roots=24, cheap=2_200_000)
_COARSE = _Form(bits=1, size=3, compared=6, roots=28, cheap=8_000_000)

# The ten vectors nearest to a question about real code lie in a number of parts that grows as the
# square root of the number of parts: 0.95 of them in 2.5 roots, 0.97 in 4, 0.99 in 6. If a tenth of
# the rows may answer, 0.95 lie in 4.3 roots; if a hundredth may, in 6.5. Vectors with less in
# common lie further apart: of those made of hashed words 0.965 lie in 24 roots, and in larger parts
# 0.955 in 26, all of which are looked into while that is cheap.
_LEAST, _LEAST_OF_SOME = 8, 12

# An index is made anew once its table has this many times the rows.
_GROWN = 4

# More rows than there are, so that Lance writes one file.
_ONE_FILE = (1 << 32) - 1

# Rows of a sample that lie side by side, and are read at once.
_RUN = 16


def probed(rows: int, *, of_some: bool) -> int:
    """Return how many parts of the index a question looks into at least.

    Args:
        rows: Number of rows of the table.
        of_some: Whether only some of the rows may answer.

    Returns:
        How many, which may be more than there are.
    """
    parts = _parts(rows)
    form, root = _form(rows), math.sqrt(parts)
    cheap = parts * form.cheap / max(rows, 1)
    least = _LEAST_OF_SOME if of_some else _LEAST
    return math.ceil(max(least * root, min(form.roots * root, cheap)))


def compared(rows: int, wanted: int) -> int:
    """Return how many rows, the best by their codes, are compared by their whole vectors.

    Args:
        rows: Number of rows of the table.
        wanted: How many of the nearest are asked for.

    Returns:
        How many.
    """
    return wanted * _form(rows).compared


def _form(rows: int) -> _Form:
    return _COARSE if rows > _LARGE else _USUAL


def _parts(rows: int) -> int:
    return max(1, math.isqrt(rows) // _form(rows).size)


def make(table: Any) -> None:
    """Index the vectors of a table, where there are so many that it is worth it.

    Args:
        table: The table of chunks, at its newest version.
    """
    rows = table.count_rows()
    if rows < _SCANNED or not _is_due(table, rows):
        return
    with tempfile.TemporaryDirectory() as scratch:
        clusters = _clusters(table, _parts(rows))
        parts = _written_parts(table, clusters, Path(scratch) / "parts.lance")
        # One or two bits for each number, and then whole vectors (RaBitQ, arXiv:2405.12497): made
        # in a third of the time that product quantisation takes, and scanned in half of it.
        dimension = clusters.centres.shape[1]
        kind, given = ("IVF_RQ", {"num_bits": _form(rows).bits})
        if dimension % 8:
            kind, given = ("IVF_PQ", {"num_sub_vectors": dimension})
        table.create_index(
            _COLUMN,
            kind,
            metric="dot",
            replace=True,
            num_partitions=len(clusters.centres),
            ivf_centroids=clusters.centres.astype("<f2"),
            precomputed_partition_dataset=str(parts),
            **given,
        )


def read_ahead(table: Any) -> None:
    """Read the codes of all vectors into the cache of a table."""
    if _is_made(table):
        table.prewarm_index(NAME)


def segments(table: Any) -> dict[str, set[int]]:
    """List the segments of the index.

    Args:
        table: The table of chunks.

    Returns:
        The numbers of the files that each knows, by its id; empty where there is no index.
    """
    known = [each for each in table.describe_indices() if each.name == NAME]
    return {each.uuid: set(each.fragment_ids) for each in (known[0].segments if known else ())}


def _is_made(table: Any) -> bool:
    return bool(segments(table))


def merge(table: Any) -> None:
    """Merge the segments that pushes added to the index: some 0.3 s for a million vectors.

    Args:
        table: The table of chunks, at its newest version.
    """
    count = len(segments(table))
    if count > 1:
        table.optimize.optimize_indices(num_indices_to_merge=count, index_names=[NAME])


def _is_due(table: Any, rows: int) -> bool:
    """Tell whether there is no index yet, or one that was made for a much smaller table."""
    if not _is_made(table):
        return True
    made = table.stats.index_stats(NAME)["indices"]
    is_usual = any(each["sub_index"].get("num_bits") == _USUAL.bits for each in made)
    if is_usual and _form(rows) is _COARSE:
        return True
    side = (_USUAL if is_usual else _COARSE).size * max(each["num_partitions"] for each in made)
    return rows >= _GROWN * int(side) ** 2


def _clusters(table: Any, count: int) -> "Clusters":
    """Find the centres of parts, by rows in runs that are spread evenly over the table."""
    import numpy as np

    from searchkit_index.catalog.clusters import SAMPLE, Clusters

    runs = np.linspace(0, table.count_rows() - _RUN, count * SAMPLE // _RUN).astype(int)
    rows = np.unique(runs[:, np.newaxis] + np.arange(_RUN))
    sample = table.take(rows.tolist(), columns=[_COLUMN])[_COLUMN]
    return Clusters(tables.finite(sample)[0], count)


def _written_parts(table: Any, clusters: "Clusters", path: Path) -> Path:
    """Write which part each row is of, as Lance takes it."""
    import pyarrow as pa

    of_parts = pa.schema({"row_id": pa.uint64(), "partition": pa.uint32()})

    def batches() -> "Iterator[pa.RecordBatch]":
        for batch in tables.batches(table, [_COLUMN], with_row_id=True):
            matrix, there = tables.finite(batch[_COLUMN])
            ids = batch["_rowid"].to_numpy()[there]
            yield pa.RecordBatch.from_arrays(
                [pa.array(ids), pa.array(clusters.of(matrix), pa.uint32())], schema=of_parts
            )

    reader = pa.RecordBatchReader.from_batches(of_parts, batches())
    library().write_dataset(reader, path, max_rows_per_file=_ONE_FILE)
    return path
