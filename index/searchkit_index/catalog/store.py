"""The catalog: one SQLite file that holds the truth about a root.

What is remembered of the root, the vectors, which FAISS file was published, and what a search asks;
`files` and `statistics` have modules of their own. All SQL but the schema is in these three. Reads
no sources, embeds nothing, ranks nothing.
"""

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.connection import Connection, damaged
from searchkit_index.catalog.files import Files
from searchkit_index.catalog.records import (
    Named,
    Place,
    Publication,
    chunk_digest,
    pack_path,
    passage_digest,
    passage_text,
    unpack_path,
)
from searchkit_index.catalog.selection import Selection, selecting
from searchkit_index.catalog.statistics import Statistics

# Of chunks that hold the same text, so many are candidates: a vendored file may stand in thousands
# of places.
_COPIES = 20

# Numbers in a vector, at most: no model has as many.
_LARGEST_DIMENSION = 1 << 16

# Values bound to one statement; SQLite allows 32,766 since 3.32.
_BOUND = 10_000


def _are_rules(value: Any) -> bool:
    globs = ("include", "exclude")
    return isinstance(value, dict) and all(
        isinstance(each, list | tuple) and all(isinstance(glob, str) for glob in each)
        for each in (value.get(name, ()) for name in globs)
    )


# What is remembered, by its key, and whether a value can be that.
_REMEMBERED: dict[str, Callable[[Any], bool]] = {
    "content": lambda value: isinstance(value, str),
    "root": lambda value: isinstance(value, str),
    "rules": _are_rules,
    "memory": lambda value: isinstance(value, int) and value >= 0,
    "last_run": lambda value: isinstance(value, int | float),
}


class Store:
    """A catalog, open in one thread.

    `path` is its file, `files` the files in it, and `statistics` its figures.

    Args:
        path: The catalog file.
        create: Whether to make the file where there is none.

    Raises, from every method: CatalogBusyError, CatalogDamagedError, StorageError.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._sql = Connection(path, create=create)
        self.files = Files(self._sql)
        self.statistics = Statistics(self._sql)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def require_current(self) -> None:
        """Make sure that the catalog was not erased, or made anew, since it was opened.

        Raises:
            NotIndexedError: It was.
        """
        self._sql.require_current()

    def erase_journal(self) -> None:
        """Erase removed text from the journal, unless another process reads it right now."""
        self._sql.erase_journal()

    def write(self) -> AbstractContextManager[None]:
        """Run a transaction: all that happens inside is kept, or nothing of it."""
        return self._sql.write()

    def reading(self) -> AbstractContextManager[None]:
        """Read from one moment: whatever others write meanwhile is not seen inside."""
        return self._sql.reading()

    def version(self) -> int:
        """Return a number that changes whenever another process has written."""
        return int(self._sql.row("PRAGMA data_version")[0])

    # What is remembered of the root as a whole

    def get(self, key: str) -> Any:
        """Return a remembered value.

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
        if key in _REMEMBERED and not _REMEMBERED[key](value):
            raise damaged(self.path)
        return value

    def set(self, key: str, value: Any) -> None:
        """Remember a value that JSON can hold."""
        self._sql.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, json.dumps(value))

    # Vectors

    def model_id(self, fingerprint: str, name: str, dimension: int) -> int:
        """Return the id of a model, which is added when it is new."""
        row = self._sql.row("SELECT id FROM model WHERE fingerprint = ?", fingerprint)
        if row:
            return int(row[0])
        cursor = self._sql.run(
            "INSERT INTO model (fingerprint, name, dimension) VALUES (?, ?, ?)",
            *(fingerprint, name, dimension),
        )
        return cursor.lastrowid or 0

    def models(self) -> list[tuple[int, str, str, int]]:
        """Id, fingerprint, name and dimension of every model that was used here."""
        rows = list(self._sql.rows("SELECT id, fingerprint, name, dimension FROM model"))
        for row in rows:
            self._sql.expect(row, int, str, str, int)
            if not 0 < row[3] <= _LARGEST_DIMENSION:
                raise damaged(self.path)
        return rows

    def pending(self, model_id: int, after: int, limit: int) -> list[tuple[int, str]]:
        """Ids, above `after`, and texts of passages that this model has not embedded yet."""
        rows = self._sql.rows(
            "SELECT id, symbol, text FROM passage WHERE id > ? AND NOT EXISTS ("
            " SELECT 1 FROM vector WHERE model_id = ? AND passage_id = passage.id)"
            " ORDER BY id LIMIT ?",
            *(after, model_id, limit),
        )
        return [(id_, passage_text(symbol, text)) for id_, symbol, text in rows]

    def put_vectors(
        self, model_id: int, passage_ids: Sequence[int], vectors: npt.NDArray[np.float32]
    ) -> None:
        """Store the vectors, shape `(len(passage_ids), dimension)`, as float16."""
        halves = vectors.astype("<f2")
        self._sql.many(
            "INSERT OR REPLACE INTO vector (model_id, passage_id, data) VALUES (?, ?, ?)",
            [(model_id, id_, row.tobytes()) for id_, row in zip(passage_ids, halves, strict=True)],
        )

    def vectors(
        self, model_id: int, after: int = 0, block: int = 8192
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
        """Ids above `after`, and the vectors as float32, in blocks, in the order of the ids."""
        while rows := list(
            self._sql.rows(
                "SELECT id, data FROM vector NOT INDEXED"
                " WHERE model_id = ? AND id > ? ORDER BY id LIMIT ?",
                *(model_id, after, block),
            )
        ):
            ids = np.array([id_ for id_, _ in rows], dtype=np.int64)
            after = int(ids[-1])
            yield ids, self._matrix([data for _, data in rows])

    def vectors_of(self, ids: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """Return those vectors that are still there by id, float32, `(dimension,)` each."""
        found: dict[int, npt.NDArray[np.float32]] = {}
        for some in _pieces(ids):
            rows = self._sql.rows(
                f"SELECT id, data FROM vector WHERE id IN ({_marks(some)})", *some
            )
            found |= {id_: self._matrix([data])[0] for id_, data in rows}
        return found

    def _matrix(self, rows: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """Decode stored vectors: float32, `(rows, dimension)`."""
        if not all(isinstance(data, bytes) for data in rows) or len(set(map(len, rows))) > 1:
            raise damaged(self.path)
        matrix = np.frombuffer(b"".join(rows), dtype="<f2")
        return matrix.reshape(len(rows), -1).astype(np.float32)

    def vector_of(self, model_id: int, chunk_id: int) -> npt.NDArray[np.float32] | None:
        """Return the vector of a chunk, float32, `(dimension,)`; None while it is not embedded."""
        row = self._sql.row(
            "SELECT data, dimension FROM vector JOIN chunk USING (passage_id)"
            " JOIN model ON model.id = model_id WHERE model_id = ? AND chunk.id = ?",
            *(model_id, chunk_id),
        )
        if row is None:
            return None
        self._sql.expect(row, bytes, int)
        if len(row[0]) != 2 * row[1]:
            raise damaged(self.path)
        vector: npt.NDArray[np.float32] = self._matrix([row[0]])[0]
        return vector

    def generation(self, model_id: int) -> int:
        """Return the highest vector id of a model; 0 when it has none."""
        row = self._sql.row(
            "SELECT id FROM vector NOT INDEXED WHERE model_id = ? ORDER BY id DESC LIMIT 1",
            model_id,
        )
        return int(row[0]) if row else 0

    def count_after(self, model_id: int, generation: int) -> int:
        """How many vectors of a model are newer than `generation`."""
        row = self._sql.row(
            "SELECT count(*) FROM vector NOT INDEXED WHERE model_id = ? AND id > ?",
            *(model_id, generation),
        )
        return int(row[0])

    def publication(self, model_id: int) -> Publication | None:
        """Return the published FAISS file of a model, if there is one."""
        row = self._sql.row(
            "SELECT generation, count, file, bytes, checksum, layout, recall FROM publication"
            " WHERE model_id = ?",
            model_id,
        )
        if row is None:
            return None
        self._sql.expect(row, int, int, str, int, str, str, float | int | None)
        return Publication(*row)

    def publish(self, model_id: int, publication: Publication) -> None:
        """Make a FAISS file the one to be read from now on."""
        self._sql.run(
            "INSERT OR REPLACE INTO publication VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(model_id, publication.generation, publication.count, publication.file),
            *(publication.bytes, publication.checksum, publication.layout, publication.recall),
        )

    # The two sides of a search

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Count the chunks that hold each term; terms that none holds are left out."""
        found = {}
        for term in terms:
            row = self._sql.row("SELECT doc FROM vocabulary WHERE term = ?", term)
            if row:
                found[term] = int(row[0])
        return found

    def lexical(
        self,
        terms: Sequence[str],
        weights: tuple[float, float, float],
        limit: int,
        among: Selection | None = None,
    ) -> list[tuple[int, float]]:
        """Find the chunks that hold any of the terms, by BM25 (higher is better).

        Args:
            terms: As `words.terms` gives them.
            weights: Of the symbol path, the path and the body.
            limit: At most so many.
            among: Only these chunks; all when None.

        Returns:
            Ids and scores, best first.
        """
        if not terms:
            return []
        # The plus: else FTS5 asks for each row by itself, which takes a hundred times as long.
        where = f" AND +rowid IN {among.table}" if among else ""
        rows = self._sql.rows(
            "SELECT rowid, -bm25(terms, ?, ?, ?) AS score FROM terms"
            f" WHERE terms MATCH ?{where} ORDER BY score DESC, rowid LIMIT ?",
            *(*weights, " OR ".join(_quoted(term) for term in terms), limit),
        )
        return list(rows)

    def selecting(
        self, allowed: Iterable[tuple[int, str, str, str]]
    ) -> AbstractContextManager[Selection]:
        """Hold the chunks of some files, for a search among them; see `selection.selecting`."""
        return selecting(self._sql, allowed)

    def chunks_of_vectors(
        self, vector_ids: Sequence[int], among: Selection | None = None
    ) -> dict[int, list[int]]:
        """Find the chunks of vectors.

        Of many that hold the same text the first few are given; `copies` counts the others.

        Args:
            vector_ids: Of any model.
            among: Only these chunks; all when None.

        Returns:
            Chunk ids for each vector id that is still alive.
        """
        only = f" AND id IN (SELECT id FROM {among.table})" if among else ""
        found: dict[int, list[int]] = {}
        for some in _pieces(vector_ids):
            passages = self._sql.rows(
                f"SELECT id, passage_id FROM vector WHERE id IN ({_marks(some)})", *some
            )
            for vector_id, passage_id in list(passages):
                rows = self._sql.rows(
                    f"SELECT id FROM chunk WHERE passage_id = ?{only} ORDER BY id LIMIT {_COPIES}",
                    passage_id,
                )
                if ids := [id_ for (id_,) in rows]:
                    found[vector_id] = ids
        return found

    def copies(self, chunk_ids: Sequence[int]) -> dict[int, int]:
        """For each chunk, how many others hold the same symbol path and text."""
        found = {}
        for chunk_id in chunk_ids:
            row = self._sql.row(
                "SELECT count(*) FROM chunk WHERE passage_id ="
                " (SELECT passage_id FROM chunk WHERE id = ?)",
                chunk_id,
            )
            found[chunk_id] = max(0, int(row[0]) - 1)
        return found

    def names(self, chunk_ids: Sequence[int]) -> Iterator[Named]:
        """Id, path, symbol path, kind, natural language and digest of each of these chunks."""
        for some in _pieces(chunk_ids):
            for row in self._sql.rows(f"{_NAMES} WHERE chunk.id IN ({_marks(some)})", *some):
                self._sql.expect(row, int, str | bytes, str, str, str | None, bytes)
                id_, path, symbol, kind, natural_language, digest = row
                yield Named(id_, unpack_path(path), symbol, kind, natural_language, digest)

    def places(self, chunk_ids: Sequence[int]) -> dict[int, Place]:
        """Return files, lines and texts of these chunks, by chunk id."""
        found = {}
        for some in _pieces(chunk_ids):
            for row in self._sql.rows(f"{_PLACE} WHERE chunk.id IN ({_marks(some)})", *some):
                found[row[0]] = self._place(row)
        return found

    def places_in(self, path: str) -> list[Place]:
        """List the chunks of one file, in order."""
        rows = self._sql.rows(
            f"{_PLACE} WHERE path = ? ORDER BY start_line, chunk.id", pack_path(path)
        )
        return [self._place(row) for row in rows]

    def indexed_files(self) -> Iterator[tuple[int, str, str | None]]:
        """Id, path and language of every file that has chunks or could have had."""
        for id_, path, language in self._sql.rows(
            "SELECT id, path, language FROM file WHERE skipped IS NULL"
        ):
            yield id_, unpack_path(path), language

    def _place(self, row: tuple[Any, ...]) -> Place:
        """Make a place of a row, checked against its digest: no damaged text is shown."""
        chunk_id, path, language, first, last, symbol, kind, spoken, text, *where, digest = row
        try:
            said = first, last, kind, spoken, passage_digest(symbol, text)
            whole = chunk_digest(path, language, *said, *where) == digest
        except (TypeError, AttributeError, struct.error):  # values of other types
            whole = False
        if not whole:
            raise damaged(self.path)
        found = chunk_id, unpack_path(path), language, first, last
        return Place(*found, symbol, kind, spoken, text, *where)


_NAMES = (
    "SELECT chunk.id, path, symbol, kind, natural_language, passage.digest FROM chunk"
    " JOIN file ON file.id = file_id JOIN passage ON passage.id = passage_id"
)

_PLACE = (
    "SELECT chunk.id, path, language, start_line, end_line, symbol, kind, natural_language, text,"
    " place, inner_language, chunk.digest FROM chunk"
    " JOIN file ON file.id = file_id JOIN passage ON passage.id = passage_id"
)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))


def _pieces(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _BOUND):
        yield values[start : start + _BOUND]
