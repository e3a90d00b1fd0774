"""Holds the chunks that may answer one search, in a temporary table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.records import pack_path
from searchkit_index.catalog.statement import marks

_numbers = count()


class Selection:
    """Chunks of a catalog; made by `Chunks.selecting`, and dropped when its block ends.

    Args:
        sql: The catalog's connection.
        table: A table with their ids, in the column `id`.
    """

    def __init__(self, sql: Connection, table: str) -> None:
        self._sql = sql
        self.table = table

    @property
    def empty(self) -> bool:
        """Whether none is selected."""
        return not self._sql.row(f"SELECT EXISTS (SELECT 1 FROM {self.table})")[0]

    def vectors(self, model_id: int) -> npt.NDArray[np.int64]:
        """Return the ids of the vectors of these chunks: int64, `(vectors,)`."""
        # CROSS: else SQLite goes through all vectors, however few chunks are selected.
        rows = self._sql.rows(
            f"SELECT DISTINCT vector.id FROM {self.table} CROSS JOIN chunk USING (id)"
            " CROSS JOIN vector USING (passage_id) WHERE model_id = ?",
            model_id,
        )
        return np.array([id_ for (id_,) in rows], dtype=np.int64)

    def of(self, chunk_ids: Sequence[int]) -> list[int]:
        """List those of some chunks that are selected, in their order."""
        query = f"SELECT id FROM {self.table} WHERE id IN ({marks(chunk_ids)})"
        selected = {id_ for (id_,) in self._sql.rows(query, *chunk_ids)}
        return [chunk_id for chunk_id in chunk_ids if chunk_id in selected]

    def keep_lines(self, lines: Iterable[tuple[str, tuple[int, int]]]) -> None:
        """Drop the chunks that have none of some lines.

        Args:
            lines: Path of a file, its first and last line, both included.
        """
        rows = [(pack_path(path), first, last) for path, (first, last) in lines]
        with _table(self._sql, "line", "path, first INTEGER, last INTEGER") as table:
            self._sql.many(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
            self._sql.run(
                f"DELETE FROM {self.table} WHERE id NOT IN (SELECT chunk.id FROM {table} AS line"
                " JOIN file ON file.path = line.path JOIN chunk ON chunk.file_id = file.id"
                " WHERE first <= end_line AND last >= start_line)"
            )

    def keep(self, held: str | Callable[[bytes], bool]) -> None:
        """Drop the chunks whose text does not match.

        Args:
            held: What a text must hold, or a function that tells whether a text, in UTF-8, matches.
        """
        texts = f"FROM {self.table} JOIN chunk USING (id) JOIN passage ON passage.id = passage_id"
        if isinstance(held, str):
            # As bytes: SQLite searches text character by character.
            self._sql.run(
                f"DELETE FROM {self.table} WHERE id IN (SELECT chunk.id {texts}"
                " WHERE NOT instr(CAST(text AS BLOB), CAST(? AS BLOB)))",
                held,
            )
            return
        rows = self._sql.rows(f"SELECT DISTINCT passage.id, CAST(text AS BLOB) {texts}")
        others = [(id_,) for id_, text in rows if not held(text)]
        with _table(self._sql, "other", "id INTEGER PRIMARY KEY") as table:
            self._sql.many(f"INSERT INTO {table} VALUES (?)", others)
            self._sql.run(
                f"DELETE FROM {self.table} WHERE id IN (SELECT chunk.id FROM {self.table}"
                f" JOIN chunk USING (id) WHERE passage_id IN {table})"
            )


@contextmanager
def selecting(sql: Connection, allowed: Iterable[tuple[int, str, str, str]]) -> Iterator[Selection]:
    """Keep a selection of chunks in a table while the block lasts.

    Args:
        sql: The catalog's connection.
        allowed: For each file its id; the kind of chunks, "" for any; their natural language, ""
            for any or none; and their embedded languages, as `records.pack_inner` writes them, ""
            for any.

    Yields:
        The chunks.
    """
    columns = (
        "file_id INTEGER, kind TEXT, natural_language TEXT, inner TEXT,"
        " PRIMARY KEY (file_id, kind, natural_language, inner)"
    )
    with (
        _table(sql, "wanted", columns, "WITHOUT ROWID") as wanted,
        _table(sql, "selected", "id INTEGER PRIMARY KEY") as table,
    ):
        sql.many(f"INSERT OR IGNORE INTO {wanted} VALUES (?, ?, ?, ?)", list(allowed))
        sql.run(
            f"INSERT INTO {table} SELECT chunk.id FROM chunk WHERE EXISTS ("
            f"SELECT 1 FROM {wanted} AS wanted WHERE wanted.file_id = chunk.file_id"
            " AND wanted.kind IN ('', chunk.kind)"
            " AND wanted.natural_language IN ('', chunk.natural_language)"
            " AND (wanted.inner = '' OR instr(chunk.inner_language, wanted.inner)))"
        )
        yield Selection(sql, table)


@contextmanager
def _table(sql: Connection, name: str, columns: str, kind: str = "") -> Iterator[str]:
    """Make a table of this connection alone, and drop it when the block ends."""
    table = f"temp.{name}_{next(_numbers)}"
    sql.run(f"CREATE TABLE {table} ({columns}) {kind}")
    try:
        yield table
    finally:
        sql.run(f"DROP TABLE IF EXISTS {table}")
