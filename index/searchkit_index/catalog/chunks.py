"""Finds the chunks of a catalog: by their terms, by their vectors, by their ids."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any

from searchkit_index.catalog.connection import Connection, damaged
from searchkit_index.catalog.records import (
    Named,
    Place,
    Whole,
    chunk_digest,
    content_digest,
    pack_path,
    passage_digest,
    unpack_inner,
    unpack_path,
)
from searchkit_index.catalog.selection import Selection, selecting
from searchkit_index.catalog.statement import batches, marks

# At most this many chunks with the same text are candidates: a vendored file may stand in thousands
# of places.
_COPIES = 20

# A query of FTS5 that finds nothing, as none may be empty: no term holds a blank.
_NOTHING = '" "'


class Chunks:
    """The chunks of a catalog, which `Files` puts there."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def state(self) -> tuple[int, int]:
        """Return numbers that change with the chunks: the highest id, and how many there are."""
        # To count a million takes 10 ms; in one statement every chunk is visited, which takes 60.
        (last,) = self._sql.row("SELECT ifnull(max(id), 0) FROM chunk")
        (count,) = self._sql.row("SELECT count(*) FROM chunk")
        return int(last), int(count)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Count the chunks that hold each term; terms that none holds are left out."""
        found: dict[str, int] = {}
        for batch in batches(list(terms)):
            rows = self._sql.rows(
                f"SELECT term, doc FROM vocabulary WHERE term IN ({marks(batch)})", *batch
            )
            found |= {term: int(held) for term, held in rows}
        return found

    def lexical(
        self,
        terms: Sequence[str],
        weights: tuple[int, int, int],
        limit: int,
        among: Selection | None = None,
        factors: Sequence[float] | None = None,
    ) -> list[tuple[int, float]]:
        """Find the chunks that hold any of the terms, by BM25 (higher is better).

        Args:
            terms: As `words.terms` gives them.
            weights: Weights of the symbol path, the path and the body.
            limit: At most so many.
            among: Only these chunks; all when None.
            factors: By what the score of each term is multiplied; any but 1 take twice the time.

        Returns:
            Ids and scores, best first.
        """
        if not terms:
            return []
        # The plus: else FTS5 asks for each row by itself, which takes a hundred times as long.
        where = f" AND +rowid IN {among.table}" if among else ""
        if factors:
            return self._weighed(dict(zip(terms, factors, strict=True)), weights, limit, where)
        rows = self._sql.rows(
            "SELECT rowid, -bm25(terms, ?, ?, ?) AS score FROM terms"
            f" WHERE terms MATCH ?{where} ORDER BY score DESC, rowid LIMIT ?",
            *(*weights, " OR ".join(_quoted(term) for term in terms), limit),
        )
        return list(rows)

    def _weighed(
        self, factors: Mapping[str, float], weights: tuple[int, int, int], limit: int, where: str
    ) -> list[tuple[int, float]]:
        """Find chunks by BM25, each term's score multiplied; those by 1 are looked up together."""
        together = [_quoted(term) for term, factor in factors.items() if factor == 1]
        apart = [(_quoted(term), factor) for term, factor in factors.items() if factor != 1]
        rows = self._sql.rows(
            f"WITH asked (term, factor) AS (VALUES {','.join(['(?, ?)'] * (len(apart) or 1))}),"
            # Materialised: FTS5 scores only what is not grouped.
            " held (id, score) AS MATERIALIZED ("
            f" SELECT rowid, -bm25(terms, ?, ?, ?) FROM terms WHERE terms MATCH ?{where}"
            " UNION ALL SELECT rowid, -bm25(terms, ?, ?, ?) * factor"
            f" FROM asked CROSS JOIN terms WHERE terms MATCH term{where})"
            " SELECT id, sum(score) AS total FROM held GROUP BY id"
            " ORDER BY total DESC, id LIMIT ?",
            *chain.from_iterable(apart or [(_NOTHING, 0)]),
            *(*weights, " OR ".join(together) or _NOTHING, *weights, limit),
        )
        return list(rows)

    def selecting(
        self, allowed: Iterable[tuple[int, str, str, str]]
    ) -> AbstractContextManager[Selection]:
        """Hold the chunks of some files, for a search among them; see `selection.selecting`."""
        return selecting(self._sql, allowed)

    def of_vectors(
        self, vector_ids: Sequence[int], among: Selection | None = None
    ) -> dict[int, list[int]]:
        """Find the chunks of vectors.

        Of many that hold the same text the first few are given; `copies` counts the others.

        Args:
            vector_ids: Ids of vectors of any model.
            among: Only these chunks; all when None.

        Returns:
            Chunk ids for each vector id that is still alive.
        """
        only = f" AND id IN (SELECT id FROM {among.table})" if among else ""
        found: dict[int, list[int]] = {}
        for batch in batches(vector_ids):
            # One statement for all: two hundred of them take as long as the rest of a search.
            rows = self._sql.rows(
                "SELECT vector.id, chunk.id FROM vector CROSS JOIN chunk"
                f" ON chunk.id IN (SELECT id FROM chunk WHERE passage_id = vector.passage_id{only}"
                f" ORDER BY id LIMIT {_COPIES}) WHERE vector.id IN ({marks(batch)}) ORDER BY 1, 2",
                *batch,
            )
            for vector_id, chunk_id in rows:
                found.setdefault(vector_id, []).append(chunk_id)
        return found

    def copies(self, chunk_ids: Sequence[int]) -> dict[int, int]:
        """Count, for each chunk, the others that hold the same symbol path and text."""
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
        """Yield id, path, symbol path, kind, natural language and digest of these chunks."""
        for batch in batches(chunk_ids):
            for row in self._sql.rows(f"{_NAMES} WHERE chunk.id IN ({marks(batch)})", *batch):
                self._sql.expect(row, int, str | bytes, str, str, str | None, bytes, str | None)
                id_, packed, symbol, kind, natural_language, digest, text = row
                path = unpack_path(packed)
                if text is not None:
                    digest = content_digest(path, kind, symbol, text)
                yield Named(id_, path, symbol, kind, natural_language, digest)

    def places(self, chunk_ids: Sequence[int]) -> dict[int, Place]:
        """Return files, lines and texts of these chunks, by chunk id."""
        found = {}
        for batch in batches(chunk_ids):
            for row in self._sql.rows(f"{_PLACE} WHERE chunk.id IN ({marks(batch)})", *batch):
                found[row[0]] = self._place(row)
        return found

    def places_in(self, path: str) -> list[Place]:
        """List the chunks of one file, in order."""
        rows = self._sql.rows(
            f"{_PLACE} WHERE path = ? ORDER BY start_line, chunk.id", pack_path(path)
        )
        return [self._place(row) for row in rows]

    def every(self, model_id: int) -> Iterator[Whole]:
        """Yield all columns of each chunk but its text, in the order of files and lines."""
        rows = self._sql.rows(
            "SELECT chunk.id, path, language, start_line, end_line, kind, natural_language, place,"
            " inner_language, passage.digest, vector.data FROM chunk"
            " JOIN file ON file.id = file_id JOIN passage ON passage.id = chunk.passage_id"
            " LEFT JOIN vector ON vector.passage_id = passage.id AND model_id = ?"
            " ORDER BY file_id, chunk.id",
            model_id,
        )
        types = (int, str | bytes, str | None, int, int, str, str | None, str, str | None)
        for row in rows:
            self._sql.expect(row, *types, bytes, bytes | None)
            yield Whole(row[0], unpack_path(row[1]), *row[2:])

    def term_counts(self) -> Iterator[tuple[str, int]]:
        """Yield each term, and how many chunks hold it."""
        for row in self._sql.rows("SELECT term, doc FROM vocabulary"):
            self._sql.expect(row, str, int)
            yield row

    def indexed_files(self) -> Iterator[tuple[int, str, str | None]]:
        """Yield id, path and language of every file that has chunks or could have had."""
        for id_, path, language in self._sql.rows(
            "SELECT id, path, language FROM file WHERE skipped IS NULL"
        ):
            yield id_, unpack_path(path), language

    def _place(self, row: tuple[Any, ...]) -> Place:
        """Make a place of a row, checked against its digest: no damaged text is shown."""
        chunk_id, path, language, first, last, *rest = row
        symbol, kind, natural_language, text, place, inner, digest = rest
        try:
            facts = first, last, kind, natural_language, passage_digest(symbol, text)
            intact = chunk_digest(path, language, *facts, place, inner) == digest
        except (TypeError, AttributeError, struct.error):  # values of other types
            intact = False
        if not intact:
            raise damaged(self._sql.path)
        where = chunk_id, unpack_path(path), language, first, last
        return Place(*where, symbol, kind, natural_language, text, place, unpack_inner(inner))


_NAMES = (
    "SELECT chunk.id, path, symbol, kind, natural_language, passage.digest,"
    " CASE WHEN kind = 'prose' AND instr(symbol, ' > ') = 0 THEN text END FROM chunk"
    " JOIN file ON file.id = file_id JOIN passage ON passage.id = passage_id"
)

_PLACE = (
    "SELECT chunk.id, path, language, start_line, end_line, symbol, kind, natural_language, text,"
    " place, inner_language, chunk.digest FROM chunk"
    " JOIN file ON file.id = file_id JOIN passage ON passage.id = passage_id"
)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
