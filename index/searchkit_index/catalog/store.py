"""The catalog: one SQLite file that holds the truth about a root.

Opens it, runs its transactions, and stores settings of the root. Files, chunks, embeddings, lexicon
and statistics have modules of their own, with all other SQL but the schema. Reads no sources,
embeds nothing, ranks nothing.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from searchkit_index.catalog.chunks import Chunks
from searchkit_index.catalog.connection import Connection, damaged
from searchkit_index.catalog.embeddings import Embeddings
from searchkit_index.catalog.files import Files
from searchkit_index.catalog.lexicon import Lexicon
from searchkit_index.catalog.statistics import Statistics


def _are_rules(value: Any) -> bool:
    globs = ("include", "exclude")
    return isinstance(value, dict) and all(
        isinstance(each, list | tuple) and all(isinstance(glob, str) for glob in each)
        for each in (value.get(name, ()) for name in globs)
    )


def _ends_with_number(value: Any) -> bool:
    return isinstance(value, list) and isinstance(value[-1] if value else None, int)


# Settings by their keys, each with a check of its value.
_SETTINGS: dict[str, Callable[[Any], bool]] = {
    "root": lambda value: isinstance(value, str),
    "rules": _are_rules,
    "memory": lambda value: isinstance(value, int) and value >= 0,
    "last_run": lambda value: isinstance(value, int | float),
    "lexicon": _ends_with_number,
    "merged": lambda value: _ends_with_number(value) and len(value) == 2,
}


class Store:
    """A catalog, open in one thread.

    `path` is its file; `files`, `chunks`, `embeddings` and `lexicon` are what it holds, and
    `statistics` its figures.

    Args:
        path: The catalog file.
        create: Whether to make the file where there is none.

    Raises, from every method: CatalogBusyError, CatalogDamagedError, StorageError.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._sql = Connection(path, create=create)
        self.files = Files(self._sql)
        self.chunks = Chunks(self._sql)
        self.embeddings = Embeddings(self._sql)
        self.lexicon = Lexicon(self._sql)
        self.statistics = Statistics(self._sql)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    @property
    def lacks_room(self) -> bool:
        """Whether it is only read, since the disk has no room; see `Connection`."""
        return self._sql.lacks_room

    def require_current(self) -> None:
        """Raise NotIndexedError where the catalog was erased, or made anew, since it was opened."""
        self._sql.require_current()

    def require_room(self) -> None:
        """Raise StorageError where the disk had no room when the catalog was opened."""
        self._sql.require_room()

    def erase_journal(self) -> None:
        """Erase removed text from the journal, unless another process reads it right now."""
        self._sql.erase_journal()

    def write(self) -> AbstractContextManager[None]:
        """Run a transaction: all that happens inside is kept, or nothing of it."""
        return self._sql.write()

    def reading(self) -> AbstractContextManager[None]:
        """Read the state of one moment, whatever others write meanwhile."""
        return self._sql.reading()

    def version(self) -> int:
        """Return a number that changes whenever another process has written."""
        return int(self._sql.row("PRAGMA data_version")[0])

    def state(self) -> tuple[int, int]:
        """Return numbers that change whenever this process or another has written."""
        return self.version(), self._sql.raw.total_changes

    def get(self, key: str) -> Any:
        """Return a setting.

        Args:
            key: Its name.

        Returns:
            The value; None when there is none.

        Raises:
            CatalogDamagedError: It is of another type than was stored.
        """
        row = self._sql.row("SELECT value FROM meta WHERE key = ?", key)
        if row is None:
            return None
        try:
            value = json.loads(row[0])
        except (TypeError, ValueError, RecursionError):
            raise damaged(self.path) from None
        if key in _SETTINGS and not _SETTINGS[key](value):
            raise damaged(self.path)
        return value

    def set(self, key: str, value: Any) -> None:
        """Store a setting, a value that JSON can hold."""
        self._sql.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, json.dumps(value))
