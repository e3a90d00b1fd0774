"""Holds the chunks that may answer one search, as a table of the connection that asks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.connection import Connection

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

    def vectors(self, model_id: int) -> npt.NDArray[np.int64]:
        """Return the ids of the vectors of these chunks: int64, `(vectors,)`."""
        rows = self._sql.rows(
            f"SELECT DISTINCT vector.id FROM {self.table} JOIN chunk USING (id)"
            " JOIN vector USING (passage_id) WHERE model_id = ?",
            model_id,
        )
        return np.array([id_ for (id_,) in rows], dtype=np.int64)


@contextmanager
def selecting(sql: Connection, allowed: Iterable[tuple[int, str, str, str]]) -> Iterator[Selection]:
    """Hold the chunks of some files while the block lasts.

    Args:
        sql: The catalog's connection.
        allowed: Ids of files, kinds of chunks in them, their natural language, "" for any and for
            none, and the language of a part of the file, "" for any.

    Yields:
        The chunks.
    """
    number = next(_numbers)
    table, wanted = f"temp.selected_{number}", f"temp.wanted_{number}"
    sql.run(
        f"CREATE TABLE {wanted} (file_id INTEGER, kind TEXT, natural_language TEXT,"
        " inner_language TEXT, PRIMARY KEY (file_id, kind, natural_language, inner_language))"
        " WITHOUT ROWID"
    )
    sql.run(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)")
    try:
        sql.many(f"INSERT OR IGNORE INTO {wanted} VALUES (?, ?, ?, ?)", list(allowed))
        sql.run(
            f"INSERT INTO {table} SELECT chunk.id FROM chunk WHERE EXISTS ("
            f"SELECT 1 FROM {wanted} AS wanted WHERE wanted.file_id = chunk.file_id"
            " AND wanted.kind = chunk.kind"
            " AND wanted.natural_language IN ('', chunk.natural_language)"
            " AND wanted.inner_language IN ('', chunk.inner_language))"
        )
        yield Selection(sql, table)
    finally:
        sql.run(f"DROP TABLE IF EXISTS {table}")
        sql.run(f"DROP TABLE IF EXISTS {wanted}")
