"""Writes and reads the label of a chunk: all that its row says of it but for text and vector.

Lance reads each column of a row by itself: of rows that lie far apart, one column is read in a
fraction of the time of twelve.
"""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

from searchkit.team.schema import not_shared_index

_TEXT, _NUMBER, _PERHAPS = (str,), (int,), (str, type(None))

_FIELDS: Mapping[str, tuple[type, ...]] = {
    "repository": _TEXT,
    "path": _TEXT,
    "ordinal": _NUMBER,
    "start_line": _NUMBER,
    "end_line": _NUMBER,
    "symbol": _TEXT,
    "kind": _TEXT,
    "language": _PERHAPS,
    "natural_language": _PERHAPS,
    "inner_language": _PERHAPS,
    "place": _TEXT,
    "passage": _TEXT,
}

_TYPES = frozenset(product(*_FIELDS.values()))
"""What the types of the values may be, all together: looked up once for a label."""

NOT_LABEL = ("key", "text", "vector")
WHOLE = ("label", *NOT_LABEL)
"""Columns of a chunk: its key, and what that is made of."""


def label(said: Mapping[str, Any]) -> str:
    """Write what is said of a chunk as a JSON array."""
    return json.dumps([said[name] for name in _FIELDS], ensure_ascii=False)


def labelled(row: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Read the label of a row.

    Args:
        row: With its `label`, as `label` wrote it or whatever a stranger did.
        url: Address of the shared index.

    Returns:
        The row, with what its label says.

    Raises:
        CatalogError: No version of this program writes such a label.
    """
    try:
        values = json.loads(row["label"])
    except (ValueError, RecursionError):
        raise not_shared_index(url) from None
    if not isinstance(values, list) or tuple(map(type, values)) not in _TYPES:
        raise not_shared_index(url)
    return {**row, **dict(zip(_FIELDS, values, strict=True))}
