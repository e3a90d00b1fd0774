"""Puts the text of a page in two columns in the order in which it is read.

Most programs write one column after the other, and the text comes in that order. Some write line by
line across both; then each line would join two sentences. A table looks much alike, but its cells
do not fill their columns.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# Where a gutter may be, as shares of the width of the text.
_FIRST, _LAST = 0.3, 0.7
_STEPS = 80
# Of all runs so few may reach over the gutter: a title, a wide picture's caption.
_OVER = 0.1
# The share of its column that a line fills at least, on the median.
_FULL = 0.6
# Lines that jump from the right column back to the left one.
_FEWEST_JUMPS = 5


class Run(NamedTuple):
    """A box of text that was written at once, in points from the lower left corner of a page.

    Attributes:
        left: Where it begins.
        bottom: Its lower edge.
        right: Where it ends.
        top: Its upper edge.
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
        Lines as numbers of runs, in reading order; None where that is the order as written.
    """
    gutter = _gutter(runs)
    if gutter is None:
        return None
    sides = [-1 if run.right <= gutter else 1 if run.left >= gutter else 0 for run in runs]
    jumps = sum(a > 0 > b for a, b in pairwise(sides))
    left = [number for number, side in enumerate(sides) if side < 0]
    right = [number for number, side in enumerate(sides) if side > 0]
    if jumps < _FEWEST_JUMPS or not _are_columns(runs, left, right, gutter):
        return None
    # What reaches over both columns ends those above it.
    order: list[list[int]] = []
    waiting: dict[int, list[int]] = {-1: [], 1: []}
    for number, side in enumerate(sides):
        if side:
            waiting[side].append(number)
        else:
            order += [*_lines(runs, waiting[-1]), *_lines(runs, waiting[1]), [number]]
            waiting = {-1: [], 1: []}
    return order + _lines(runs, waiting[-1]) + _lines(runs, waiting[1])


def _gutter(runs: Sequence[Run]) -> float | None:
    """Find where the fewest runs stand, near the middle; None where too many reach over it."""
    if len(runs) < 2 * _FEWEST_JUMPS:
        return None
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    places = [
        left + (right - left) * (_FIRST + (_LAST - _FIRST) * step / _STEPS)
        for step in range(_STEPS + 1)
    ]
    over = [sum(run.left < place < run.right for run in runs) for place in places]
    fewest = min(over)
    best = [place for place, count in zip(places, over, strict=True) if count == fewest]
    return median(best) if fewest <= _OVER * len(runs) else None


def _are_columns(
    runs: Sequence[Run], left: Sequence[int], right: Sequence[int], gutter: float
) -> bool:
    """Tell whether two columns are about as wide, and their lines mostly fill them."""
    begin, end = min(runs[n].left for n in left), max(runs[n].right for n in right)
    widths = gutter - begin, end - min(runs[n].left for n in right)
    filled = [
        median(sum(runs[n].right - runs[n].left for n in line) for line in _lines(runs, column))
        for column in (left, right)
    ]
    full = all(there >= _FULL * width for there, width in zip(filled, widths, strict=True))
    return full and min(widths) >= _FULL * max(widths)


def _lines(runs: Sequence[Run], numbers: Sequence[int]) -> list[list[int]]:
    """Join neighbours that stand on one line."""
    lines: list[list[int]] = []
    for number in numbers:
        if lines and _same_line(runs[lines[-1][-1]], runs[number]):
            lines[-1].append(number)
        else:
            lines.append([number])
    return lines


def _same_line(first: Run, second: Run) -> bool:
    shared = min(first.top, second.top) - max(first.bottom, second.bottom)
    return shared > 0.5 * min(first.top - first.bottom, second.top - second.bottom)
