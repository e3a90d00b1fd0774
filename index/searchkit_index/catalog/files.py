"""Stores the files of a catalog: a row for each that was looked at, its chunks, passages and terms.

A passage is a text that is embedded once, though several chunks may hold it. Knows nothing of
vectors, and reads no sources.
"""

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from searchkit_index import words
from searchkit_index.catalog import schema
from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.records import (
    FileRow,
    Known,
    chunk_digest,
    pack_inner,
    pack_path,
    passage_digest,
    storable,
    unpack_path,
)

if TYPE_CHECKING:
    from searchkit_index.chunking.chunk import Chunk

# Pages of the full-text index that are written in one step of a merge: some 0.1 s.
_MERGED = 500

# Terms of changed chunks that are noted at most.
_NOTED = 50_000

# Chunks between two looks at the time, while all are split into terms: some 0.1 s.
_RENEWED = 1_000


class Files:
    """The files of a catalog; change them within `Store.write` only.

    Args:
        sql: The catalog.

    Attributes:
        changed_terms: The terms of all chunks that were put or removed since this was made a set;
            None where nobody asks, or where they are too many.
    """

    def __init__(self, sql: Connection) -> None:
        self._sql = sql
        self.changed_terms: set[str] | None = None

    def known(self) -> Iterator[tuple[str, Known]]:
        """Yield path and state of every file that was looked at, sorted by the path's bytes."""
        # SQLite sorts texts by their bytes, and puts them before all blobs.
        texts, blobs = self._known("path >= '' AND path < x''"), self._known("path >= x''")
        first = next(blobs, None)
        return heapq.merge(texts, [first], blobs, key=_path_bytes) if first else texts

    def _known(self, which: str) -> Iterator[tuple[str, Known]]:
        rows = self._sql.rows(
            "SELECT path, size, mtime_ns, ctime_ns, inode, digest, skipped, fingerprint FROM file"
            f" WHERE {which} ORDER BY path"
        )
        return ((unpack_path(path), Known(*rest)) for path, *rest in rows)

    def looked_at(self, path: str) -> Known | None:
        """Return the state of one file; None if it was never looked at."""
        row = self._sql.row(
            "SELECT size, mtime_ns, ctime_ns, inode, digest, skipped, fingerprint FROM file"
            " WHERE path = ?",
            pack_path(path),
        )
        return Known(*row) if row else None

    def larger(self, size: int) -> Iterator[tuple[str, int]]:
        """Yield path and size of every indexed file that is larger than so many bytes."""
        rows = self._sql.rows(
            "SELECT path, size FROM file WHERE skipped IS NULL AND size > ?", size
        )
        return ((unpack_path(path), found) for path, found in rows)

    def skipped(self) -> Iterator[tuple[str, str]]:
        """Yield path and reason of every file that was looked at and is not indexed, by path."""
        return ((path, str(known.skipped)) for path, known in self.known() if known.skipped)

    def put(self, row: FileRow, chunks: "Sequence[Chunk]" = ()) -> None:
        """Store a file and its chunks, in place of what was stored under this path."""
        self.remove([row.path])
        cursor = self._sql.run(
            "INSERT INTO file (path, size, mtime_ns, ctime_ns, inode, digest, language, skipped,"
            " fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(pack_path(row.path), row.size, row.mtime_ns, row.ctime_ns, row.inode),
            *(row.digest, row.language, row.skipped, row.fingerprint),
        )
        for chunk in chunks:
            self._put_chunk(cursor.lastrowid or 0, row, chunk)

    def _put_chunk(self, file_id: int, row: FileRow, chunk: "Chunk") -> None:
        symbol, text = storable(chunk.symbol), storable(chunk.text)
        digest = passage_digest(symbol, text)
        passage_id = self._passage(digest, symbol, text)
        facts = chunk.start_line, chunk.end_line, chunk.kind, chunk.natural_language
        where = chunk.place, pack_inner(chunk.language, chunk.parts)
        cursor = self._sql.run(
            "INSERT INTO chunk"
            " (file_id, passage_id, start_line, end_line, kind, natural_language, place,"
            " inner_language, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(file_id, passage_id, *facts, *where),
            chunk_digest(pack_path(row.path), row.language, *facts, digest, *where),
        )
        self._put_terms(cursor.lastrowid or 0, symbol, row.path, text)

    def _put_terms(self, chunk_id: int, symbol: str, path: str, text: str) -> None:
        columns = _term_columns(symbol, path, text)
        self._note(columns)
        self._sql.run(
            "INSERT INTO terms (rowid, symbol, path, body) VALUES (?, ?, ?, ?)",
            *(chunk_id, *columns),
        )

    def _note(self, columns: Iterable[str]) -> None:
        if self.changed_terms is not None:
            self.changed_terms.update(*(column.split(" ") for column in columns))
            if len(self.changed_terms) > _NOTED:
                self.changed_terms = None

    def _passage(self, digest: bytes, symbol: str, text: str) -> int:
        row = self._sql.row("SELECT id FROM passage WHERE digest = ?", digest)
        if row:
            return int(row[0])
        cursor = self._sql.run(
            "INSERT INTO passage (digest, symbol, text) VALUES (?, ?, ?)",
            *(digest, symbol, text),
        )
        return cursor.lastrowid or 0

    def touch(self, row: FileRow) -> None:
        """Note that a file was written again with the same content."""
        self._sql.run(
            "UPDATE file SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ? WHERE path = ?",
            *(row.size, row.mtime_ns, row.ctime_ns, row.inode, pack_path(row.path)),
        )

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files and their chunks; their passages stay until `sweep`."""
        for path in paths:
            packed = pack_path(path)
            rows = self._sql.rows(
                "SELECT chunk.id, symbol, text FROM file JOIN chunk ON file_id = file.id"
                " JOIN passage ON passage.id = passage_id WHERE path = ?",
                packed,
            )
            removed = [(id_, *_term_columns(symbol, path, text)) for id_, symbol, text in rows]
            for _, *columns in removed:
                self._note(columns)
            self._sql.many(
                "INSERT INTO terms (terms, rowid, symbol, path, body)"
                " VALUES ('delete', ?, ?, ?, ?)",
                removed,
            )
            self._sql.run("DELETE FROM file WHERE path = ?", packed)

    def sweep(self) -> None:
        """Remove passages that no chunk holds any more, and their vectors."""
        self._sql.run("DELETE FROM passage WHERE id NOT IN (SELECT passage_id FROM chunk)")

    def merge_terms(self, begun: bool) -> bool:
        """Merge some pages of the full-text index, on the way to a single segment.

        Args:
            begun: Whether such a merge goes on; else one of all segments begins.

        Returns:
            Whether there was anything to merge, so that there may be more.
        """
        before = self._sql.raw.total_changes
        pages = _MERGED if begun else -_MERGED
        self._sql.run("INSERT INTO terms (terms, rank) VALUES ('merge', ?)", pages)
        return self._sql.raw.total_changes - before > 1

    def renew_terms(self) -> Iterator[int]:
        """Split the text of every chunk into terms anew; yield now and then how many are done."""
        schema.create_terms(self._sql.raw)
        rows = self._sql.rows(
            "SELECT chunk.id, symbol, path, text FROM chunk JOIN file ON file.id = file_id"
            " JOIN passage ON passage.id = passage_id ORDER BY chunk.id"
        )
        for done, (id_, symbol, path, text) in enumerate(rows, 1):
            self._sql.expect((symbol, text), str, str)
            self._put_terms(id_, symbol, unpack_path(path), text)
            if done % _RENEWED == 0:
                yield done


def _path_bytes(found: tuple[str, Known]) -> bytes:
    return os.fsencode(found[0])


def _term_columns(symbol: str, path: str, text: str) -> tuple[str, str, str]:
    return tuple(" ".join(words.terms(column)) for column in (symbol, path, text))  # type: ignore[return-value]
