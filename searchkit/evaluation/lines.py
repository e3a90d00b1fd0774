"""Reads files of one record a line, as people write them; blank lines are passed over."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from searchkit.printable import error_line
from searchkit.training.packed_text import UNREADABLE
from searchkit_index.errors import SearchkitError

T = TypeVar("T")

_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def read_lines(
    path: Path, read: Callable[[str], T], record: str, example: str, *, header: bool = False
) -> Iterator[T]:
    """Read every record of a file.

    Args:
        path: The file, in UTF-8; gzipped if its name ends in `.gz`.
        read: Makes a record of a line, or raises any of the errors that wrong input leads to.
        record: What messages call a record.
        example: A line as it has to be.
        header: Whether the first line holds the names of columns.

    Yields:
        The records, in order; at least one.

    Raises:
        SearchkitError: The file cannot be read or holds no record, or a line is none; the message
            names the line.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    hint = f"write `{example}` on each line"
    number, empty = 0, True
    try:
        with opener(path, "rt", encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() and not (header and number == 1):
                    yield read(line)
                    empty = False
    except UNREADABLE as error:
        told = f"`{path}` cannot be read: {error_line(error)}"
        raise SearchkitError(told, "name a text in UTF-8, or one that is packed by gzip") from error
    except _MALFORMED as error:
        raise SearchkitError(f"line {number} of `{path}` is no {record}", hint) from error
    if empty:
        raise SearchkitError(f"`{path}` holds no {record}", hint)
