"""Splits what names lines of a file: as it is typed, and as answers and compilers print it."""

import re
from pathlib import Path
from typing import NamedTuple

_LINES = re.compile(r"(?P<path>.+):(?P<first>\d+)(?P<to>-(?P<last>\d+)?)?", re.ASCII | re.DOTALL)
_COLUMN = re.compile(r"(?P<place>.+:\d+):\d+:?", re.ASCII | re.DOTALL)


class Place(NamedTuple):
    """Lines of a file.

    Attributes:
        path: The file.
        first: The first line, from 1.
        last: The last line; None for all from the first.
    """

    path: Path
    first: int
    last: int | None


def split(typed: str) -> Place | None:
    """Split `PATH:10`, `PATH:10-`, `PATH:10-40`, or `PATH:10:5` with a column, which is left out.

    Args:
        typed: What was typed.

    Returns:
        The place; None where no line is named.
    """
    column = _COLUMN.fullmatch(typed)
    if column and not Path(column["place"]).exists():  # no file has that colon in its name
        typed = column["place"]
    found = _LINES.fullmatch(typed)
    if not found:
        return None
    first = int(found["first"])
    to_end = None if found["to"] else first
    return Place(Path(found["path"]), first, int(found["last"]) if found["last"] else to_end)
