"""Finds the reading order of a page with two columns.

Most programs write one column after the other, which is the reading order. Some write line by line
across both columns, so that each line would join two sentences. A table is written in the same way,
but its cells do not fill their columns.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# The gutter between the columns is searched between these shares of the width of the text, at so
# many positions.
_FIRST, _LAST = 0.3, 0.7
_STEPS = 80
# The largest share of runs that cross the gutter, such as a title or the caption of a wide picture.
_MOST_CROSSING = 0.1
# The least share of its column that the median line fills, and of the wider column that the
# narrower one has.
_LEAST_FILLED = 0.6
# The fewest times that the text goes from the right column back to the left one.
_FEWEST_JUMPS = 5


class Run(NamedTuple):
    """The box around text that was written at once, in points from the lower left of the page.

    Attributes:
        left, right: Where the text begins and ends.
        bottom, top: Its lower and upper edge.
    """

    left: float
    bottom: float
    right: float
    top: float


def reading_order(runs: Sequence[Run]) -> list[list[int]] | None:
    """Find the order of the runs of a page.

    Args:
        runs: In the order in which they were written.

    Returns:
        The lines in reading order, each with the indices of its runs; None if the runs are in
        reading order, or in no columns.
    """
    gutter = _gutter(runs)
    if gutter is None:
        return None
    sides = [-1 if run.right <= gutter else 1 if run.left >= gutter else 0 for run in runs]
    jumps = sum(side > 0 > following for side, following in pairwise(sides))
    left = [at for at, side in enumerate(sides) if side < 0]
    right = [at for at, side in enumerate(sides) if side > 0]
    if jumps < _FEWEST_JUMPS or not _are_columns(runs, left, right, gutter):
        return None
    # A run that crosses the gutter ends the columns above it.
    order: list[list[int]] = []
    columns: dict[int, list[int]] = {-1: [], 1: []}
    for at, side in enumerate(sides):
        if side:
            columns[side].append(at)
        else:
            order += [*_lines(runs, columns[-1]), *_lines(runs, columns[1]), [at]]
            columns = {-1: [], 1: []}
    return order + _lines(runs, columns[-1]) + _lines(runs, columns[1])


def _gutter(runs: Sequence[Run]) -> float | None:
    """Find the position near the middle that the fewest runs cross; None if too many cross it."""
    if len(runs) < 2 * _FEWEST_JUMPS:
        return None
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    positions = [
        left + (right - left) * (_FIRST + (_LAST - _FIRST) * step / _STEPS)
        for step in range(_STEPS + 1)
    ]
    crossing = [sum(run.left < position < run.right for run in runs) for position in positions]
    fewest = min(crossing)
    best = [
        position for position, count in zip(positions, crossing, strict=True) if count == fewest
    ]
    return median(best) if fewest <= _MOST_CROSSING * len(runs) else None


def _are_columns(
    runs: Sequence[Run], left: Sequence[int], right: Sequence[int], gutter: float
) -> bool:
    """Tell whether two columns are about as wide, and their lines mostly fill them."""
    begin, end = min(runs[at].left for at in left), max(runs[at].right for at in right)
    widths = gutter - begin, end - min(runs[at].left for at in right)
    filled = [
        median(sum(runs[at].right - runs[at].left for at in line) for line in _lines(runs, column))
        for column in (left, right)
    ]
    are_full = all(
        line >= _LEAST_FILLED * width for line, width in zip(filled, widths, strict=True)
    )
    return are_full and min(widths) >= _LEAST_FILLED * max(widths)


def _lines(runs: Sequence[Run], indices: Sequence[int]) -> list[list[int]]:
    """Join neighbouring runs on the same line, given and returned as indices."""
    lines: list[list[int]] = []
    for at in indices:
        if lines and _are_on_one_line(runs[lines[-1][-1]], runs[at]):
            lines[-1].append(at)
        else:
            lines.append([at])
    return lines


def _are_on_one_line(first: Run, second: Run) -> bool:
    shared = min(first.top, second.top) - max(first.bottom, second.bottom)
    return shared > 0.5 * min(first.top - first.bottom, second.top - second.bottom)
