"""Keeps long lists in little memory: beyond a few megabytes they move to a temporary file."""

import json
import weakref
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

# Bytes of a list that are kept in memory.
_IN_MEMORY = 4_000_000


class Spool(Generic[Row]):
    """A list that is filled once, and read from its beginning any number of times.

    Args:
        make: Makes a row of the values that it was appended as.
    """

    def __init__(self, make: Callable[..., Row]) -> None:
        self._make = make
        self._count = 0
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- it goes with the list
        weakref.finalize(self, self._file.close)

    def append(self, *values: Any) -> None:
        """Add a row, as values that JSON can hold, lone surrogates included."""
        self._file.write(json.dumps(values).encode("ascii") + b"\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        at = 0
        for _ in range(self._count):
            self._file.seek(at)
            line = self._file.readline()
            at = self._file.tell()
            yield self._make(*json.loads(line))
