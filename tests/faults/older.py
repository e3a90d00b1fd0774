"""Makes a catalog what an earlier version wrote."""

import contextlib
import sqlite3
from pathlib import Path

_LATER = (
    *("chunk DROP digest", "chunk DROP natural_language"),
    *("file DROP inode", "file DROP ctime_ns"),
    *("file DROP fingerprint", "chunk DROP place", "chunk DROP inner_language"),
)


def age(catalog: Path) -> None:
    """Take back what came after the first version."""
    with contextlib.closing(sqlite3.connect(catalog)) as connection:
        for column in _LATER:
            connection.execute(f"ALTER TABLE {column}")
        connection.execute("DROP TABLE word")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name > 'm002'")
        connection.execute("DELETE FROM meta WHERE key = 'terms'")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
