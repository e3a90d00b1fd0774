"""Binds many values to SQL statements."""

from collections.abc import Iterator, Sequence

# Values bound to one statement; SQLite allows 32,766 since 3.32.
_BOUND = 10_000


def marks(values: Sequence[int]) -> str:
    """Write as many placeholders as there are values."""
    return ",".join("?" * len(values))


def batches(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut values into so many as one statement can bind."""
    for start in range(0, len(values), _BOUND):
        yield values[start : start + _BOUND]
