"""Finds the rows of a shared table whose vectors are nearest to that of a question."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from searchkit.search.query_vector import Vector
from searchkit.team import tables, vector_index
from searchkit.team.index import Snapshot

Near = tuple["np.ndarray[Any, Any]", Vector]
"""Ids of rows, and their cosines."""

# Of the rows that are named, some may have been deleted since. Where fewer than this part of them
# are left, others are named in their place, which takes longer.
_LEFT = 0.8


def nearest(snapshot: Snapshot, vector: Vector, count: int, where: str) -> tuple[list[int], Vector]:
    """Find the nearest rows, by the index where there is one.

    The index names rows by short codes. Whole vectors are compared here, by all digits of the
    question: Lance compares by half of them.

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
    rest = tables.begun(partial(_in_no_segment, table, vector))
    scans = [tables.begun(partial(_named, *each, asked)) for each in versions.items()]
    ids, distances = map(np.concatenate, zip(*(scan() for scan in scans), strict=True))
    named = ids[np.argsort(distances, kind="stable")[: asked["k"]]]
    left, vectors = tables.vectors(table, named.tolist())
    if len(left) < _LEFT * len(named):
        return None
    others, cosines = rest()
    return np.concatenate([left, others]), np.concatenate([_cosines(vectors, vector), cosines])


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
    ids, cosines = [np.empty(0, np.uint64)], [np.empty(0, np.float32)]
    for batch in tables.batches(table, ["vector"], with_row_id=True, files=files) if files else ():
        matrix, there = tables.finite(batch["vector"])
        ids.append(batch["_rowid"].to_numpy()[there])
        cosines.append(_cosines(matrix, vector))
    return np.concatenate(ids), np.concatenate(cosines)


def _in_table(table: Any, vector: Vector, count: int, where: str) -> Near:
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
    matrix, there = tables.finite(found["vector"].combine_chunks())
    return found["_rowid"].to_numpy()[there], _cosines(matrix, vector)


def _asked(vector: Vector, wanted: int, size: int, *, of_some: bool) -> dict[str, Any]:
    return {
        "column": "vector",
        "q": vector,
        "k": wanted,
        "metric": "dot",
        "minimum_nprobes": vector_index.probed(size, of_some=of_some),
    }


def _cosines(matrix: Vector, vector: Vector) -> Vector:
    cosines: Vector = (matrix @ vector).clip(-1, 1)
    return cosines
