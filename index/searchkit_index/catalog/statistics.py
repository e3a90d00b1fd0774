"""What a catalog holds, counted: for `status`, for the filters, and for who plans a run."""

from collections.abc import Iterator

from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.records import unpack_path


class Statistics:
    """Figures of a catalog, each as it stands at that moment."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def count(self, table: str) -> int:
        """How many rows `chunk`, `passage` or `vector` has."""
        return int(self._sql.row(f"SELECT count(*) FROM {table}")[0])

    def coverage(self) -> tuple[int, int]:
        """How many files are indexed, and how many were passed over."""
        looked_at, indexed = self._sql.row("SELECT count(*), sum(skipped IS NULL) FROM file")
        return indexed or 0, looked_at - (indexed or 0)

    def embedded(self, model_id: int) -> int:
        """How many passages this model has embedded."""
        return int(self._sql.row("SELECT count(*) FROM vector WHERE model_id = ?", model_id)[0])

    def languages(self) -> dict[str, tuple[int, int]]:
        """Indexed files and chunks for each language, most files first."""
        rows = self._sql.rows(
            "SELECT coalesce(language, 'other'), count(DISTINCT file.id), count(chunk.id)"
            " FROM file LEFT JOIN chunk ON file_id = file.id WHERE skipped IS NULL"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {language: (files, chunks) for language, files, chunks in rows}

    def natural_languages(self) -> dict[str, tuple[int, int]]:
        """Files and chunks of prose for each natural language, most files first."""
        rows = self._sql.rows(
            "SELECT natural_language, count(DISTINCT file_id), count(*) FROM chunk"
            " WHERE natural_language IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {language: (files, chunks) for language, files, chunks in rows}

    def contents(self) -> Iterator[tuple[str, str | None, str, str | None]]:
        """Path and language of each indexed file, with each kind and natural language in it."""
        for path, language, kind, spoken in self._sql.rows(
            "SELECT DISTINCT path, language, kind, natural_language"
            " FROM file JOIN chunk ON file_id = file.id"
        ):
            yield unpack_path(path), language, kind, spoken

    def skipped(self) -> dict[str, int]:
        """How many files were passed over, for each reason, most first."""
        rows = self._sql.rows(
            "SELECT skipped, count(*) FROM file WHERE skipped IS NOT NULL"
            " GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return dict(rows)
