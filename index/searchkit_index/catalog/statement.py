"""Binds many values to SQL statements."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Value = TypeVar("_Value", int, str)

# Values bound to one statement; SQLite allows 32,766 since 3.32.
_BOUND = 10_000


def marks(values: Sequence[object]) -> str:
    """Write as many placeholders as there are values."""
    return ",".join("?" * len(values))


def batches(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Cut values into so many as one statement can bind."""
    for start in range(0, len(values), _BOUND):
        yield values[start : start + _BOUND]
