"""Makes a catalog what an earlier version wrote."""

import contextlib
import sqlite3
from pathlib import Path


def age(catalog: Path) -> None:
    """Take back what came after the first version."""
    with contextlib.closing(sqlite3.connect(catalog)) as connection:
        connection.execute("ALTER TABLE chunk DROP COLUMN natural_language")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_natural_languages'")
        connection.execute("UPDATE meta SET value = '\"2/1\"' WHERE key = 'content'")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
