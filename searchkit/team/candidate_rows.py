"""Reads of a row of a shared table what makes it a candidate: its place, its terms, its text."""

import json
from collections.abc import Container, Mapping, Sequence
from typing import Any

from searchkit.ranking.rank import Ranked
from searchkit.team.schema import stranger

_LABEL = {
    "repository": (str,),
    "path": (str,),
    "ordinal": (int,),
    "symbol": (str,),
    "kind": (str,),
    "natural_language": (str, type(None)),
    "passage": (str,),
}

# Of chunks that hold the same text, so many are candidates, as in a local catalog.
_COPIES = 20


def label(row: Mapping[str, Any]) -> str:
    """Write what names a row among candidates."""
    return json.dumps([row[name] for name in _LABEL], ensure_ascii=False)


def labelled(row: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Read the label of a row.

    Args:
        row: With its `label`, as `label` wrote it or whatever a stranger did.
        url: Of the shared index.

    Returns:
        The columns that it stands for, and `_rowid`.

    Raises:
        CatalogError: No version of this program writes such a label.
    """
    try:
        values = json.loads(row["label"])
    except (ValueError, RecursionError):
        raise stranger(url) from None
    if not isinstance(values, list) or len(values) != len(_LABEL):
        raise stranger(url)
    if any(type(value) not in kinds for value, kinds in zip(values, _LABEL.values(), strict=True)):
        raise stranger(url)
    return dict(zip(_LABEL, values, strict=True)) | {"_rowid": row["_rowid"]}


def position(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what rows are ordered by where their scores are equal."""
    return row["repository"], row["path"], row["ordinal"], row["_rowid"]


def counts(stored: str, terms: Sequence[str]) -> list[int]:
    """Count how often each term stands in a row, as often as its field weighs."""
    held = stored.split(" ")
    return [held.count(term) for term in terms]


def is_among_few(row: Mapping[str, Any], seen: dict[str, int]) -> bool:
    """Tell whether the text of a row has not come too often yet.

    Args:
        row: Of a chunk.
        seen: How often each text came; the row is counted.

    Returns:
        Whether it is one of the first rows with its text.
    """
    seen[row["passage"]] = seen.get(row["passage"], 0) + 1
    return seen[row["passage"]] <= _COPIES


def name_chunk(
    chunk: Ranked, row: Mapping[str, Any], repositories: Container[str], url: str
) -> None:
    """Give a candidate what a row says of it.

    Args:
        chunk: The candidate.
        row: What its label says.
        repositories: Names of those that are asked.
        url: Of the shared index.

    Raises:
        CatalogError: No version of this program writes such a row.
    """
    try:
        chunk.digest = bytes.fromhex(row["passage"])
    except ValueError:
        raise stranger(url) from None
    if row["repository"] not in repositories:
        raise stranger(url)
    chunk.path, chunk.symbol, chunk.kind = row["path"], row["symbol"], row["kind"]
    chunk.natural_language = row["natural_language"]
