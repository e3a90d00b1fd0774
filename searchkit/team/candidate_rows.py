"""Makes candidates of rows of a shared table."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from searchkit.ranking.ranked import Ranked
from searchkit.team.schema import not_shared_index

# Chunks with the same text that may be candidates, as in a local catalog.
_COPIES = 20


def position(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the key by which rows of equal scores are ordered."""
    return row["repository"], row["path"], row["ordinal"], row["_rowid"]


def counts(stored: str, terms: Sequence[str]) -> list[int]:
    """Count how often each term stands in the terms of a row."""
    held = stored.split(" ")
    return [held.count(term) for term in terms]


def is_among_few(row: Mapping[str, Any], seen: dict[str, int]) -> bool:
    """Tell whether the text of a row has not come too often yet.

    Args:
        row: The row of a chunk.
        seen: How often each text came; the row is counted.

    Returns:
        Whether it is one of the first rows with its text.
    """
    seen[row["passage"]] = seen.get(row["passage"], 0) + 1
    return seen[row["passage"]] <= _COPIES


def name_chunk(
    chunk: Ranked, row: Mapping[str, Any], repositories: Container[str], url: str
) -> None:
    """Give a candidate what the label of a row says; raise CatalogError for no such label."""
    try:
        chunk.digest = bytes.fromhex(row["passage"])
    except ValueError:
        raise not_shared_index(url) from None
    if row["repository"] not in repositories:
        raise not_shared_index(url)
    chunk.path, chunk.symbol, chunk.kind = row["path"], row["symbol"], row["kind"]
    chunk.natural_language = row["natural_language"]
