"""Counts what a catalog holds: for `status`, for the filters, and for planning a run."""

from collections.abc import Iterator

from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.records import unpack_path
from searchkit_index.catalog.statement import batches, marks


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

    def part_in(self, language: str, count: int) -> float:
        """Estimate how much of the catalog is in a natural language; code counts as English.

        Args:
            language: Its ISO 639-1 code.
            count: Chunks that are looked at, evenly spread over the catalog; at least 2.

        Returns:
            The part of the chunks whose language is known, from 0 to 1; 0 if none is known.
        """
        known = own = 0
        for batch in batches(spread_ids(self._sql, count)):
            all_, these = self._sql.row(
                "SELECT count(spoken), ifnull(sum(spoken = ?), 0) FROM ("
                " SELECT iif(kind IN ('code', 'definition'), 'en', natural_language) AS spoken"
                f" FROM chunk WHERE id IN ({marks(batch)}))",
                *(language, *batch),
            )
            known, own = known + all_, own + these
        return own / known if known else 0.0

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


def spread_ids(sql: Connection, count: int) -> list[int]:
    """List ids that are evenly spread from the first chunk to the last.

    Args:
        sql: The catalog.
        count: How many at most; at least 2.

    Returns:
        Different ids, ascending; the chunks of some may be gone.
    """
    first, last = sql.row("SELECT ifnull(min(id), 0), ifnull(max(id), 0) FROM chunk")
    return sorted({first + (last - first) * at // (count - 1) for at in range(count)})
