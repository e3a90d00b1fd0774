"""Counts what a catalog holds: for `status`, for the filters, and for planning a run."""

from collections.abc import Iterator

from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.records import unpack_path


class Statistics:
    """Figures of a catalog, each computed when it is asked for."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def count(self, table: str) -> int:
        """Count the rows of `chunk`, `passage` or `vector`."""
        return int(self._sql.row(f"SELECT count(*) FROM {table}")[0])

    def coverage(self) -> tuple[int, int]:
        """Count the files that are indexed, and those that were passed over."""
        looked_at, indexed = self._sql.row("SELECT count(*), sum(skipped IS NULL) FROM file")
        return indexed or 0, looked_at - (indexed or 0)

    def embedded(self, model_id: int) -> int:
        """Count the passages that this model has embedded."""
        return int(self._sql.row("SELECT count(*) FROM vector WHERE model_id = ?", model_id)[0])

    def languages(self) -> dict[str, tuple[int, int]]:
        """Count indexed files and chunks for each language, most files first."""
        rows = self._sql.rows(
            "SELECT coalesce(language, 'other'), count(DISTINCT file.id), count(chunk.id)"
            " FROM file LEFT JOIN chunk ON file_id = file.id WHERE skipped IS NULL"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {language: (files, chunks) for language, files, chunks in rows}

    def natural_languages(self) -> dict[str, tuple[int, int]]:
        """Count files and chunks of prose for each natural language, most files first."""
        rows = self._sql.rows(
            "SELECT natural_language, count(DISTINCT file_id), count(*) FROM chunk"
            " WHERE natural_language IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {language: (files, chunks) for language, files, chunks in rows}

    def contents(self) -> Iterator[tuple[str, str | None, list[str], list[str]]]:
        """Yield path and language of each indexed file, with its kinds and natural languages."""
        for row in self._sql.rows(
            "SELECT path, language, group_concat(DISTINCT kind),"
            " coalesce(group_concat(DISTINCT natural_language), '')"
            " FROM file JOIN chunk ON file_id = file.id GROUP BY file.id"
        ):
            self._sql.expect(row, str | bytes, str | None, str, str)
            path, language, kinds, natural_languages = row
            naturals = natural_languages.split(",") if natural_languages else []
            yield unpack_path(path), language, kinds.split(","), naturals

    def skipped(self) -> dict[str, int]:
        """Count the files that were passed over, for each reason, most first."""
        rows = self._sql.rows(
            "SELECT skipped, count(*) FROM file WHERE skipped IS NOT NULL"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return dict(rows)
