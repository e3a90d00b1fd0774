"""Reads of a row of a shared table what makes it a candidate: its place, its terms, its text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from searchkit.ranking.rank import Ranked
from searchkit.team.schema import stranger

if TYPE_CHECKING:
    import pyarrow as pa

# Of chunks that hold the same text, so many are candidates, as in a local catalog.
_COPIES = 20


def position(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what rows are ordered by where their scores are equal."""
    return row["repository"], row["path"], row["ordinal"], row["key"]


def counts(stored: str, terms: Sequence[str]) -> list[int]:
    """Count how often each term stands in a row, as often as its field weighs."""
    held = stored.split(" ")
    return [held.count(term) for term in terms]


def few_copies(found: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Leave out rows whose text has come often enough."""
    seen: dict[str, int] = defaultdict(int)
    for row in found:
        seen[row["passage"]] += 1
        if seen[row["passage"]] <= _COPIES:
            yield row


def with_vectors(found: "pa.Table") -> list[Mapping[str, Any]]:
    """List rows whose column `vector` has a value in each, as NumPy's numbers.

    As lists of Python's own numbers the vectors would take longer than finding them.
    """
    column = found["vector"]
    halves = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = halves.reshape(-1, column.type.list_size)
    rows = found.drop_columns("vector").to_pylist()
    return [row | {"vector": each} for row, each in zip(rows, vectors, strict=True)]


def name_chunk(chunk: Ranked, row: Mapping[str, Any], url: str) -> None:
    """Give a candidate what a row says of it.

    Args:
        chunk: The candidate.
        row: Its row.
        url: Of the shared index.

    Raises:
        CatalogError: No version of this program writes such a row.
    """
    try:
        chunk.digest = bytes.fromhex(row["passage"])
    except ValueError:
        raise stranger(url) from None
    chunk.path, chunk.symbol, chunk.kind = row["path"], row["symbol"], row["kind"]
    chunk.natural_language = row["natural_language"]
