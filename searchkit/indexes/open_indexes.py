"""Keeps the indexes of many folders, and the catalogs of those used last open."""

import threading
from collections.abc import Callable
from pathlib import Path

from searchkit.indexes.index import Index
from searchkit_index.closing import Closing

# So many folders keep their catalogs open between two questions.
_MOST_OPEN = 256


class OpenIndexes(Closing):
    """The index of each root, made at first need; safe to use from several threads.

    Args:
        make: Makes the index of a resolved root, which opens nothing until it is asked.
    """

    def __init__(self, make: Callable[[Path], Index]) -> None:
        self._make = make
        self._indexes: dict[Path, Index] = {}  # the least recently used first
        self._lock = threading.Lock()

    def of(self, root: Path) -> Index:
        """Return the index of a resolved root; close the least recently used of too many."""
        with self._lock:
            index = self._indexes.pop(root, None) or self._make(root)
            self._indexes[root] = index
            idle = self._indexes.pop(next(iter(self._indexes))) if self._is_full() else None
        if idle is not None:
            idle.close()
        return index

    def _is_full(self) -> bool:
        return len(self._indexes) > _MOST_OPEN

    def close(self) -> None:
        """Close every index; calls under way in other threads still end normally."""
        with self._lock:
            indexes, self._indexes = self._indexes, {}
        for index in indexes.values():
            index.close()
