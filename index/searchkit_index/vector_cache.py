"""Caches vectors for all indexes, so that no text is embedded twice.

In a clone, a worktree, an earlier branch or a folder that moved, only new texts are embedded. A
damaged cache is replaced by an empty one; a busy, full or read-only one is not used. Texts are kept
as digests, roots as the names of their index folders.
"""

import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from searchkit_index import trail
from searchkit_index.errors import CatalogBusyError, StorageError
from searchkit_index.system.atomic import create_private

Result = TypeVar("Result")

_BUSY_SECONDS = 2.0
_DAY = 86_400

# When the file is too large, a tenth of the vectors is erased, the least recently used first.
_EVICTED = 10

# `key` is the digest of a model and a text. `data` is float16, little-endian, and behind it the
# CRC-32 of both. `used` is the day, since 1970, of the last use. A row of `holder` says that an
# index has held the text. A vector of 256 numbers takes 0.65 kB in all, 0.5 kB of it the numbers.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS root (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vector (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, used INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS vector_used ON vector (used, id);
CREATE TABLE IF NOT EXISTS holder (
    root INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    vector INTEGER NOT NULL REFERENCES vector (id) ON DELETE CASCADE,
    PRIMARY KEY (root, vector)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holder_vector ON holder (vector, root);
"""


class VectorCache:
    """The vectors of all indexes, in one SQLite file; safe under many threads and processes.

    Args:
        path: The file, in a folder that is there; made at the first use, for its owner only.
        limit: Bytes that it may take; beyond them the least recently used vectors are erased.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._lock = threading.Lock()
        self._sql: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._let_go()

    def get(self, keys: Sequence[bytes], root: str) -> list[bytes | None]:
        """Find vectors, and note that an index holds their texts.

        Args:
            keys: As `key_of` gives them.
            root: The name of the index folder.

        Returns:
            float16 vectors, one for each key; None for those that are not there.
        """

        def found(sql: sqlite3.Connection) -> list[bytes | None]:
            rows = sql.execute(
                f"SELECT key, data FROM vector WHERE key IN ({','.join('?' * len(keys))})", keys
            )
            vectors = {key: _verified(key, data) for key, data in rows}
            sql.executemany(
                "UPDATE vector SET used = ? WHERE key = ? AND used < ?",
                [(_today(), key, _today()) for key in vectors],
            )
            self._note(sql, list(vectors), root)
            return [vectors.get(key) for key in keys]

        return self._run_or_none(found) or [None] * len(keys)

    def put(self, keys: Sequence[bytes], vectors: Sequence[bytes], root: str) -> None:
        """Store vectors that an index has embedded.

        Args:
            keys: As `key_of` gives them.
            vectors: float16, little-endian, one for each key.
            root: The name of the index folder.
        """

        def stored(sql: sqlite3.Connection) -> None:
            rows = [
                (key, _today(), _with_checksum(key, data))
                for key, data in zip(keys, vectors, strict=True)
            ]
            sql.executemany(
                "INSERT OR REPLACE INTO vector (key, used, data) VALUES (?, ?, ?)", rows
            )
            self._note(sql, keys, root)
            self._evict(sql)

        self._run_or_none(stored)

    def forget(self, root: str) -> None:
        """Erase every vector whose text no other index has held.

        Args:
            root: The name of the index folder.

        Raises:
            CatalogBusyError: Others are writing to the file.
            StorageError: It cannot be written to.
        """
        if not self._path.exists():
            return

        def erased(sql: sqlite3.Connection) -> None:
            sql.execute(
                "DELETE FROM vector WHERE id IN (SELECT vector FROM holder AS own JOIN root"
                " ON root.id = own.root WHERE name = ? AND NOT EXISTS (SELECT 1 FROM holder"
                " WHERE vector = own.vector AND root <> own.root))",
                (root,),
            )
            sql.execute("DELETE FROM root WHERE name = ?", (root,))

        with self._lock:
            try:
                self._run(erased)
                self._shrink()
            except sqlite3.OperationalError as error:
                raise _write_error(self._path, error) from error
            finally:
                self._let_go()

    def _note(self, sql: sqlite3.Connection, keys: Sequence[bytes], root: str) -> None:
        """Note that an index holds texts."""
        sql.execute("INSERT OR IGNORE INTO root (name) VALUES (?)", (root,))
        (number,) = sql.execute("SELECT id FROM root WHERE name = ?", (root,)).fetchone()
        sql.executemany(
            "INSERT OR IGNORE INTO holder SELECT ?, id FROM vector WHERE key = ?",
            [(number, key) for key in keys],
        )

    def _evict(self, sql: sqlite3.Connection) -> None:
        """Erase the least recently used vectors while the file is too large."""
        while (size := _size(sql)) > self._limit:
            (count,) = sql.execute("SELECT count(*) FROM vector").fetchone()
            sql.execute(
                "DELETE FROM vector WHERE id IN (SELECT id FROM vector ORDER BY used, id LIMIT ?)",
                (count // _EVICTED + 1,),
            )
            if not count or _size(sql) >= size:
                return

    def _run_or_none(self, step: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Run a step; None where the file is busy, full, or cannot be written to."""
        with self._lock:
            try:
                return self._run(step)
            except (sqlite3.OperationalError, OSError) as error:
                trail.record(__name__, "`%s` is not used: %s", self._path, error)
                return None

    def _run(self, step: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Run a step in a transaction; None where the file is damaged, which is then removed."""
        try:
            self._sql = self._sql or _connect(self._path)
            with _transaction(self._sql):
                return step(self._sql)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, _DamagedError) as error:
            trail.record(__name__, "`%s` is damaged, and removed: %s", self._path, error)
            self._let_go()
            _erase(self._path)
            return None

    def _shrink(self) -> None:
        """Free pages, and truncate the journal, so that no erased vector is left in the files."""
        if self._sql is not None:
            # `execute` would free one page only: it does not step a statement without columns.
            self._sql.executescript("PRAGMA incremental_vacuum")
            self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _let_go(self) -> None:
        if self._sql is not None:
            self._sql.close()
        self._sql = None


def key_of(fingerprint: str, text: str) -> bytes:
    """Digest a text and the fingerprint of a model, to 16 bytes."""
    model = blake2b(fingerprint.encode(), digest_size=16).digest()
    return blake2b(text.encode(errors="replace"), digest_size=16, key=model).digest()


def _erase(path: Path) -> None:
    """Remove the file of a cache with its journal."""
    for end in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


class _DamagedError(Exception):
    """A row does not hold what was written."""


def _connect(path: Path) -> sqlite3.Connection:
    create_private(path)
    sql = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        sql.execute("PRAGMA trusted_schema = OFF")
        sql.execute("PRAGMA auto_vacuum = INCREMENTAL")
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("PRAGMA synchronous = NORMAL")
        sql.execute("PRAGMA secure_delete = ON")
        sql.execute("PRAGMA foreign_keys = ON")
        if _statements(sql) != _expected_schema():
            if _statements(sql):
                raise _DamagedError("it holds other tables")
            sql.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except BaseException:
        sql.close()
        raise
    return sql


def _expected_schema() -> list[str]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(_SCHEMA)
        return _statements(fresh)


def _statements(sql: sqlite3.Connection) -> list[str]:
    return [str(row[0]) for row in sql.execute("SELECT sql FROM sqlite_master ORDER BY name, sql")]


@contextmanager
def _transaction(sql: sqlite3.Connection) -> Iterator[None]:
    sql.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        sql.rollback()
        raise
    sql.execute("COMMIT")


def _size(sql: sqlite3.Connection) -> int:
    """Count the bytes in use, without free pages, which are filled before the file grows."""
    pages, free, size = (
        sql.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _write_error(path: Path, error: sqlite3.OperationalError) -> CatalogBusyError | StorageError:
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CatalogBusyError(
            f"another process is writing to `{path}`", "try again when nothing is indexed"
        )
    return StorageError(
        f"cannot write to `{path}`: {error}", "check who owns it and whether there is room"
    )


def _today() -> int:
    return int(time.time()) // _DAY


def _with_checksum(key: bytes, data: bytes) -> bytes:
    return data + zlib.crc32(data, zlib.crc32(key)).to_bytes(4, "little")


def _verified(key: bytes, stored: bytes) -> bytes:
    if not isinstance(stored, bytes) or _with_checksum(key, stored[:-4]) != stored:
        raise _DamagedError("a vector is not as it was written")
    return stored[:-4]
