"""Defines the tables of the catalog, migrates older ones, and tells a foreign one.

Each migration is one function whose name the catalog keeps, applied in order and once, each in a
transaction of its own. Never edit one that was released: add another.
"""

import contextlib
import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from searchkit_index.catalog.records import chunk_digest

if TYPE_CHECKING:
    from sqlite_utils import Database

# "skit": marks the file as a searchkit catalog (SQLite's `application_id`).
APPLICATION_ID = 0x736B6974

# Of all statements that make up a catalog, for each version; see `is_ours`.
_SIGNATURES = {
    1: "534b7b3d16a16a5fbfeb0265960f0e26",
    2: "e9f0228c636362be5e3e00aa562d5b19",
    3: "5bf3e3178d8e7488f00263c6d54a5beb",
    4: "2842430d25cd5a0127c81e6bb8076647",
    5: "4e0a1160dcbac1ae770c976519926435",
}

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every file that was looked at. `path` is TEXT, or BLOB where the name is not UTF-8. `mtime_ns` is
-- NULL while the file was too fresh for its time to tell a later change. `skipped` says why the
-- file has no chunks, and is NULL when it is indexed.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER,
    digest BLOB,
    language TEXT,
    skipped TEXT
);

-- A text that is embedded once, however many places it stands in; `digest` covers symbol and text.
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    symbol TEXT NOT NULL,
    text TEXT NOT NULL
);

-- A place: these lines of this file hold that passage.
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    passage_id INTEGER NOT NULL REFERENCES passage (id),
    start_line INTEGER NOT NULL,
    end_line INTEGER NOT NULL,
    kind TEXT NOT NULL
);
CREATE INDEX chunk_file ON chunk (file_id);
CREATE INDEX chunk_passage ON chunk (passage_id);

CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL
);

-- float16, little-endian, one row for each passage and model. Ids only ever grow: the highest one
-- in a published FAISS file is that file's generation.
CREATE TABLE vector (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    passage_id INTEGER NOT NULL REFERENCES passage (id) ON DELETE CASCADE,
    data BLOB NOT NULL,
    UNIQUE (model_id, passage_id)
);
CREATE INDEX vector_passage ON vector (passage_id);

-- The FAISS file that stands for all vectors of a model up to `generation`.
CREATE TABLE publication (
    model_id INTEGER PRIMARY KEY REFERENCES model (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    count INTEGER NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    layout TEXT NOT NULL,
    recall REAL
);
"""

# `words.terms` has already split and folded the text, so all printable ASCII except the two quotes
# are token characters. Contentless, since the text is in `passage`; with a smaller `detail` than
# full such a table has no BM25 scores.
_TERMS = """
CREATE VIRTUAL TABLE terms USING fts5 (
    symbol, path, body, content='',
    tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (terms, row);
"""


@contextlib.contextmanager
def _without_pandas() -> Iterator[None]:
    """Keep sqlite-utils from importing pandas if that is installed: it takes four times as long."""
    if "pandas" in sys.modules or "sqlite_utils" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment] # as where it is not installed
    try:
        yield
    finally:
        del sys.modules["pandas"]


def m001_first(db: "Database") -> None:
    """Make the tables."""
    _run(db, _TABLES)
    create_terms(db.conn)


def m002_natural_languages(db: "Database") -> None:
    """Store the natural language of prose, where it is certain, as a code of ISO 639-1."""
    db.execute("ALTER TABLE chunk ADD COLUMN natural_language TEXT")


def m003_trust(db: "Database") -> None:
    """Store what reveals a change of a file that keeps size and time, or of a row."""
    # Size and times can be set at will; the time of the last change of the inode cannot.
    db.execute("ALTER TABLE file ADD COLUMN ctime_ns INTEGER")
    db.execute("ALTER TABLE file ADD COLUMN inode INTEGER")
    # Covers all that a hit shows; see `records.chunk_digest`.
    db.execute("ALTER TABLE chunk ADD COLUMN digest BLOB")
    db.conn.create_function("chunk_digest", 7, chunk_digest, deterministic=True)
    db.execute(
        "UPDATE chunk SET digest = (SELECT chunk_digest(path, language, start_line, end_line,"
        " kind, natural_language, passage.digest)"
        " FROM file, passage WHERE file.id = file_id AND passage.id = passage_id)"
    )


def m004_fingerprints(db: "Database") -> None:
    """Store the fingerprint of a file, and the place and inner languages of a chunk."""
    # NULL where a file is worth another try.
    db.execute("ALTER TABLE file ADD COLUMN fingerprint TEXT")
    # Where a person finds a chunk again when lines do not tell: `page 3`.
    db.execute("ALTER TABLE chunk ADD COLUMN place TEXT NOT NULL DEFAULT ''")
    # What a part of a file is written in where that is not the file's own language; see
    # `records.pack_inner`.
    db.execute("ALTER TABLE chunk ADD COLUMN inner_language TEXT")


def m005_lexicon(db: "Database") -> None:
    """Store the words that chunks hold, each with a vector; see `lexicon.Lexicon`."""
    db.execute(
        "CREATE TABLE word (model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,"
        " term TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (model_id, term)) WITHOUT ROWID"
    )


_MIGRATIONS = (
    m001_first,
    m002_natural_languages,
    m003_trust,
    m004_fingerprints,
    m005_lexicon,
)

# Stored in SQLite's `user_version`.
VERSION = len(_MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a catalog, new or old, to `VERSION`."""
    with _without_pandas():
        from sqlite_utils import Database
        from sqlite_utils.migrations import Migrations

    migrations = Migrations("searchkit")
    for migration in _MIGRATIONS:
        migrations()(migration)
    # If two processes open an older catalog at once, the second waits, and finds it migrated.
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def is_ours(connection: sqlite3.Connection, version: int) -> bool:
    """Tell whether a catalog is made of the statements of its version, and of nothing else.

    What else a file may hold (triggers, views, checks, indexes over expressions, other modules)
    would run by itself when the tables are asked. Other releases of SQLite and sqlite-utils may
    word their own tables differently: then they are compared with those of a new catalog.

    Args:
        connection: The catalog.
        version: Its version.

    Returns:
        False for a catalog with any other statement.
    """
    found = _statements_of(connection)
    if _signature(found) == _SIGNATURES[version]:
        return True
    if version != VERSION:
        return False
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(fresh)
        return found == _statements_of(fresh)
    finally:
        fresh.close()


def _statements_of(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return sorted(
        (str(kind), str(name), str(table), str(sql))
        for kind, name, table, sql in connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
        )
    )


def _signature(statements: list[tuple[str, ...]]) -> str:
    return hashlib.blake2b(repr(statements).encode(), digest_size=16).hexdigest()


def create_terms(connection: sqlite3.Connection) -> None:
    """Create the empty full-text table, in place of one that is there."""
    connection.execute("DROP TABLE IF EXISTS vocabulary")
    connection.execute("DROP TABLE IF EXISTS terms")
    for statement in _statements(_TERMS):
        connection.execute(statement)


def _run(db: "Database", script: str) -> None:
    for statement in _statements(script):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    # `executescript` would commit the transaction that the migration runs in.
    return [statement for statement in script.split(";\n") if statement.strip()]
