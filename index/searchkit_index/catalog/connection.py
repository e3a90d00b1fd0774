"""Opens one SQLite connection to a catalog, sets it up, and translates its errors.

The only module that knows SQLite's error codes. Knows no table.
"""

import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from searchkit_index.catalog import schema
from searchkit_index.errors import (
    CatalogBusyError,
    CatalogDamagedError,
    CatalogError,
    CatalogNewerError,
    NotIndexedError,
    SearchkitError,
    StorageError,
)
from searchkit_index.system.atomic import create_private

BUSY_SECONDS = 5.0


class Connection:
    """A catalog that is open, migrated to this version; for one thread at a time.

    Args:
        path: The catalog file.
        create: Make the file, readable by the owner only, where there is none.

    Attributes:
        path: The catalog file.
        raw: SQLite's own connection.
        lacks_room: Whether the disk has no room for the file that processes share beside a
            catalog: then it is only read, and best closed soon.

    Raises:
        NotIndexedError: There is no such file and `create` is false.
        StorageError: There is no room and `create` is true, or it may not be read.
        CatalogNewerError: A later version wrote it.
        CatalogDamagedError: It is no catalog, or a broken one; by each method too.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if create:
            create_private(path)
        elif not _may_be_file(path):
            raise NotIndexedError(f"there is no catalog at `{path}`", "type `searchkit index PATH`")
        self.lacks_room = False
        with faults(path):
            self._opened = identity(path)
            try:
                self.raw = _connect(_address(path), path)
            except sqlite3.OperationalError as error:
                if create or not _lacks_room(error, path):
                    raise
                self.raw, self.lacks_room = _connect_without_room(path), True

    def require_current(self) -> None:
        """Raise NotIndexedError where the file was erased, or made anew, since it was opened."""
        if identity(self.path) != self._opened:
            raise _erased(self.path)

    def require_room(self) -> None:
        """Raise StorageError where the disk had no room when the file was opened."""
        if self.lacks_room:
            raise _no_room(self.path)

    def erase_journal(self) -> None:
        """Move the journal into the file, and truncate it.

        While another process reads, the journal is left for the next run.
        """
        if not _has_journal(self.path):
            return
        self.run("PRAGMA busy_timeout = 0")
        try:
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.run(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

    def close(self) -> None:
        """Close the file."""
        self.raw.close()

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run a transaction: all that happens inside is kept, or nothing of it."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.raw.rollback()
            raise
        self.run("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read the state of one moment, whatever others write meanwhile."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self.raw.rollback()

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run one statement."""
        with faults(self.path):
            return self.raw.execute(sql, values)

    def many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement for each row of values."""
        with faults(self.path):
            self.raw.executemany(sql, rows)

    def rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a statement and yield what it finds, row by row."""
        with faults(self.path):  # a damaged page is found only when its rows are read
            # Not `yield from`: it would close the cursor when the database may be closed already.
            for row in self.raw.execute(sql, values):  # noqa: UP028
                yield row

    def expect(self, row: Sequence[Any], *kinds: Any) -> None:
        """Raise CatalogDamagedError where values of a row are of other types, whatever wrote it."""
        if not all(map(isinstance, row, kinds)):
            raise damaged(self.path)

    def row(self, sql: str, *values: Any) -> Any:
        """Run a statement and return the first row; None if there is none."""
        with faults(self.path):
            return self.raw.execute(sql, values).fetchone()


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # which SQLite meets too
        return True


def _connect_without_room(path: Path) -> sqlite3.Connection:
    """Open a catalog to read it where there is no room for the file that processes share beside it.

    A process that locks all others out needs no such file, but must wait until none has the catalog
    open. Without a journal, none need be locked out.
    """
    if not _has_journal(path):
        try:
            return _connect(_address(path, fixed=True), path)
        except sqlite3.OperationalError as error:  # its tables are not made yet
            raise _no_room(path) from error
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return _connect(_address(path), path, alone=True)
        except sqlite3.OperationalError as error:
            # Two that begin at once block each other, and SQLite waits for neither.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0.01, 0.1))


def _connect(address: str, path: Path, *, alone: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True
    )
    try:
        if alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_journal(path: Path) -> bool:
    journal = path.with_name(f"{path.name}-wal")
    return journal.exists() and journal.stat().st_size > 0


def _address(path: Path, *, fixed: bool = False) -> str:
    """Write the address of the file for SQLite; on a read-only disk there can be no journal."""
    address = f"file:{quote(os.fsencode(path))}"
    writable = os.access(path.parent, os.W_OK) and not fixed
    return address if writable else f"{address}?immutable=1"


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # The file is not trusted: its schema may call no function, and each page is checked.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("BEGIN")  # another process may migrate it between two looks
    version = _version(connection, path)
    connection.rollback()
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    if version < schema.VERSION and not os.access(path.parent, os.W_OK):
        raise CatalogError(
            f"`{path}` was written by an earlier version, and cannot be written to",
            "index again where there is room, with another `SEARCHKIT_HOME`",
        )
    if version < schema.VERSION:
        connection.execute("PRAGMA journal_mode = WAL")
        schema.migrate(connection)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Read the schema version of a catalog; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if version > schema.VERSION and application == schema.APPLICATION_ID:
        raise CatalogNewerError(
            f"`{path}` was written by a later version of searchkit",
            "update searchkit, or type `searchkit forget PATH` and index again",
        )
    if version == 0:
        known = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    else:
        known = application == schema.APPLICATION_ID and schema.is_ours(connection, version)
    if not known:
        raise damaged(path)
    return int(version)


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Translate SQLite's errors into this package's.

    Args:
        path: The catalog, for the messages.

    Yields:
        Once, for the statements to run.

    Raises:
        CatalogBusyError: Another process held the lock for longer than `BUSY_SECONDS`.
        StorageError: No room, or no permission, to write.
        CatalogDamagedError: The file is no database, or a broken one.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translated(error, path) from error
    except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in its message
        raise damaged(path) from error
    except OSError as error:
        hint = "free some room, or set `SEARCHKIT_HOME` to a folder with more"
        if isinstance(error, PermissionError):
            hint = "check who owns it, or set `SEARCHKIT_HOME`"
        place = path.parent if error.filename is None else os.fsdecode(error.filename)
        raise StorageError(f"cannot write to `{place}`: {error.strerror}", hint) from error


def _translated(error: sqlite3.DatabaseError, path: Path) -> SearchkitError:
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CatalogBusyError(
            "another process is writing to this index", "wait for it, and try again"
        )
    if _lacks_room(error, path):
        return _no_room(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        does = "write to" if os.access(path, os.R_OK) else "read"
        return StorageError(f"cannot {does} `{path}`", "check who owns it, or set `SEARCHKIT_HOME`")
    # Text that is not UTF-8 is an error without a code.
    undecodable = isinstance(error, sqlite3.OperationalError) and not code
    bad = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    if code in bad or undecodable:
        return damaged(path)
    return CatalogError(f"the catalog `{path}` failed: {error}")


def _code(error: sqlite3.DatabaseError) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _lacks_room(error: sqlite3.DatabaseError, path: Path) -> bool:
    if _code(error) == sqlite3.SQLITE_CANTOPEN:
        return _takes_no_file(path.parent)
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _takes_no_file(folder: Path) -> bool:
    """Tell whether a disk with room holds as many files as it can; some know no such number."""
    if not hasattr(os, "statvfs"):
        return False
    state = os.statvfs(folder)
    return bool(state.f_files and not state.f_favail)


def _no_room(path: Path) -> StorageError:
    """Make the error for a catalog on a full disk."""
    return StorageError(
        f"no room to write in `{path.parent}`", "free some room; what was indexed before is kept"
    )


def identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode, which identify a file if its name is reused; None without a file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _erased(path: Path) -> NotIndexedError:
    """Make the error for a catalog that was erased while it was open."""
    return NotIndexedError(
        f"the index in `{path.parent}` was erased meanwhile", "type `searchkit index PATH`"
    )


def damaged(path: Path) -> CatalogDamagedError | NotIndexedError:
    """Make the error for a catalog with impossible content."""
    if not path.exists():
        return _erased(path)
    return CatalogDamagedError(
        f"the catalog `{path}` is damaged, or not a catalog",
        "type `searchkit forget PATH`, then `searchkit index PATH`",
    )
