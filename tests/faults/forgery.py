"""Catalogs and vector files that somebody else wrote: refused in one line, or made anew."""

import contextlib
import sqlite3
from collections.abc import Callable

from stage import Stage

_TABLES = ("meta", "file", "passage", "chunk", "model", "vector", "publication")
_VALUES: tuple[object, ...] = (
    *(None, 0, -1, 2**62, -(2**63), 1.5, float("inf"), "", "x", "\0", "9" * 40),
    *(b"", b"\xff\xfe", b"x" * 16),
)
_STATEMENTS = (
    "CREATE TRIGGER t AFTER INSERT ON file BEGIN DELETE FROM passage; END",
    "CREATE VIEW v AS SELECT * FROM file",
    "CREATE  VIRTUAL TABLE other USING fts5 (a)",
    "CREATE VIRTUAL\nTABLE other USING rtree (a, b, c)",
    "CREATE INDEX i ON file (length(printf('%.*c', size, 'x')))",
    "CREATE TABLE other (a CHECK (length(printf('%.*c', a, 'x')) > 1))",
    "ALTER TABLE passage ADD COLUMN more AS (hex(text))",
    "ALTER TABLE file ADD COLUMN more",
    "DROP INDEX chunk_passage",
)
# What a hit shows, changed by hand.
_CHANGES = (
    "UPDATE file SET path = 'other/' || path",
    "UPDATE file SET language = 'rust'",
    "UPDATE chunk SET start_line = start_line + 1",
    "UPDATE chunk SET end_line = 99999",
    "UPDATE chunk SET kind = 'data'",
    "UPDATE chunk SET natural_language = 'ja'",
    "UPDATE passage SET text = text || 'quokka'",
    "UPDATE passage SET symbol = 'quokka'",
)


def cell_of_another_type(stage: Stage) -> None:
    """A value in the catalog is of another type, or beyond all bounds."""
    stage.finish()
    table = stage.random.choice(_TABLES)
    with contextlib.closing(sqlite3.connect(stage.catalog)) as catalog:
        columns = [row[1] for row in catalog.execute(f"PRAGMA table_info ({table})")]
        change = f"UPDATE {table} SET {stage.random.choice(columns)} = ?"
        if stage.random.random() < 0.5 and table != "meta":
            change += f" WHERE rowid = (SELECT max(rowid) FROM {table})"
        with contextlib.suppress(sqlite3.IntegrityError):
            catalog.execute(change, [stage.random.choice(_VALUES)])
            catalog.commit()
    stage.bears_damage()


def schema_foreign(stage: Stage) -> None:
    """The catalog holds a statement more, or one less."""
    stage.finish()
    _execute(stage, stage.random.choice(_STATEMENTS))
    for action in ("query", "status", "index"):
        answer = stage.do(action, text="quokka")
        assert answer.get("error", "").startswith("CatalogDamagedError"), answer
    stage.bears_damage()


def answer_forged(stage: Stage) -> None:
    """Something that a hit shows was changed in the catalog: it is not shown."""
    stage.finish()
    _execute(stage, stage.random.choice(_CHANGES))
    answer = stage.do("query", text="vector signal garden socket", mode="lexical")
    assert answer.get("error", "").startswith("CatalogDamagedError") or not answer["found"], answer
    stage.bears_damage()


def vectors_forged(stage: Stage) -> None:
    """Words at the corners of a rectangle are others: each sum of a row or column is the same."""
    stage.finish()
    before = stage.do("query", text="quokka garden")["found"]
    (file,) = stage.folder.glob("*.faiss")
    data = bytearray(file.read_bytes())
    word = 8 * stage.random.randrange(len(data) // 32)
    for place, change in ((0, 1), (8, 255), (16, 255), (24, 1)):
        at = (word + place) % len(data)
        data[at] = (data[at] + change) % 256
    file.write_bytes(data)
    assert stage.do("query", text="quokka garden")["found"] == before
    stage.finish()
    stage.check()


def key_foreign(stage: Stage) -> None:
    """The key is another's, too short, or open to others: vector files are made anew."""
    stage.finish()
    before = stage.do("query", text="quokka garden")["found"]
    key = stage.folder.parent / "key"
    key.write_bytes(stage.random.choice([b"k" * 32, b"", key.read_bytes()]))
    key.chmod(stage.random.choice([0o600, 0o640, 0o604, 0o666]))
    assert stage.do("query", text="quokka garden")["found"] == before
    stage.finish()
    stage.check()
    assert key.stat().st_mode & 0o777 == 0o600


def _execute(stage: Stage, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(stage.catalog)) as catalog:
        catalog.execute(statement)
        catalog.commit()


KINDS: tuple[Callable[[Stage], None], ...] = (
    cell_of_another_type,
    schema_foreign,
    answer_forged,
    vectors_forged,
    key_foreign,
)
