"""Finds the rows of a shared table whose vectors are nearest to that of a question."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from searchkit.search.query_vector import Vector
from searchkit.team import tables, vector_index
from searchkit.team.index import Snapshot
from searchkit_index.embedder import cosines

if TYPE_CHECKING:
    import pyarrow as pa

Near = tuple["np.ndarray[Any, Any]", Vector]
"""Ids of rows, and their cosines."""

# Some of the rows that versions name may have been deleted since. Where less than this part of them
# is left, the table as a whole is asked, which takes longer.
_LEFT = 0.8


def nearest(snapshot: Snapshot, vector: Vector, count: int, where: str) -> tuple[list[int], Vector]:
    """Find the nearest rows, by the index where there is one.

    The index finds rows by short codes. Their vectors are compared here, in float32: Lance rounds
    the question to float16.

    Args:
        snapshot: The tables.
        vector: float32, `(dimension,)`, length 1.
        count: At most so many.
        where: Which rows may answer, in SQL; "" for every row.

    Returns:
        Their ids, best first, and their cosines.
    """
    table, found = snapshot.chunks, None
    if snapshot.scans and not where:
        found = _in_versions(table, snapshot.scans, vector, count)
    ids, cosines = found or _in_table(table, vector, count, where)
    order = np.argsort(-cosines, kind="stable")[:count]
    return ids[order].tolist(), cosines[order]


def _in_versions(
    table: Any, versions: Mapping[str, Any], vector: Vector, count: int
) -> Near | None:
    """Ask each segment of the index in a version of its own; None where too much was deleted."""
    size = table.count_rows()
    asked = _asked(vector, vector_index.compared(size, count), size, of_some=False)
    # Read at once, though in vain where too much was deleted: that is rare, and these rows are few.
    rest = tables.in_thread(partial(_in_no_segment, table, vector))
    scans = [tables.in_thread(partial(_named, *each, asked)) for each in versions.items()]
    ids, distances = _joined([scan() for scan in scans])
    named = ids[np.argsort(distances, kind="stable")[: asked["k"]]]
    found = _compared(tables.take(table, "vector", named.tolist()), vector)
    return _joined([found, rest()]) if len(found[0]) >= _LEFT * len(named) else None


def _named(segment: str, version: Any, asked: Mapping[str, Any]) -> Near:
    """Return the ids that a segment names, and their distances by its codes."""
    found = version.scanner(
        columns=["_distance"], nearest=asked, index_segments=[segment], with_row_id=True
    ).to_table()
    return found["_rowid"].to_numpy(), found["_distance"].to_numpy()


def _in_no_segment(table: Any, vector: Vector) -> Near:
    """Compare the vectors of the rows that no segment of the index knows."""
    known = set().union(*vector_index.segments(table).values())
    files = [each for each in table.get_fragments() if each.fragment_id not in known]
    found = [(np.empty(0, np.uint64), np.empty(0, np.float32))]
    for batch in tables.batches(table, ["vector"], with_row_id=True, files=files) if files else ():
        found.append(_compared(batch, vector))
    return _joined(found)


def _in_table(table: Any, vector: Vector, count: int, where: str) -> Near:
    """Ask the table as a whole."""
    size = table.count_rows()
    found = table.to_table(
        # Where some rows are in no index, Lance reads the vectors of all that it names in any
        # case: read apart they would be read twice, 1,500 in 40 ms of processor time each.
        columns=["vector", "_distance"],
        nearest=_asked(vector, vector_index.compared(size, count), size, of_some=bool(where)),
        filter=where or None,
        prefilter=True,
        with_row_id=True,
    )
    return _compared(found, vector)


def _asked(vector: Vector, wanted: int, size: int, *, of_some: bool) -> dict[str, Any]:
    return {
        "column": "vector",
        "q": vector,
        "k": wanted,
        "metric": "dot",
        "minimum_nprobes": vector_index.probed(size, of_some=of_some),
    }


def _compared(rows: "pa.Table | pa.RecordBatch", vector: Vector) -> Near:
    """Compute the cosines of rows that have vectors."""
    matrix, there = tables.finite(rows["vector"])
    return rows["_rowid"].to_numpy()[there], cosines(matrix, vector).clip(-1, 1)


def _joined(parts: Sequence[Near]) -> Near:
    ids, scores = zip(*parts, strict=True)
    return np.concatenate(ids), np.concatenate(scores)
