"""The words of a question in a text, and the way to the next of them."""

from collections.abc import Sequence

from searchkit.excerpt import best_line
from searchkit.excerpt import marks as spans
from searchkit.excerpt import terms_to_mark as telling

__all__ = ["best_line", "first_match", "spans", "telling"]


def first_match(lines: Sequence[str], terms: frozenset[str], start: int, step: int) -> int | None:
    """The nearest line after `start`, in the direction of `step`, that holds a term."""
    at = start + step
    while 0 <= at < len(lines):
        if next(spans(lines[at], terms), None):
            return at
        at += step
    return None
