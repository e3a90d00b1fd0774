"""Defines the tables of a shared index, and tells a table that is not one of them.

A stranger's table is data: each column is checked by its name and type before anything is read.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from searchkit_index.errors import CatalogDamagedError, CatalogNewerError

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 2
"""Version of the tables; it changes when a column or its meaning does."""

CHUNKS, VOCABULARY, LEASES, SHARDS = "chunks", "vocabulary", "leases", "shards"

_VERSION_KEY = b"searchkit.version"
_LARGEST_DIMENSION = 1 << 16

# What a row of `chunks` is: a chunk; or what is known of a repository as a whole.
CHUNK, MANIFEST = "chunk", "manifest"

# `key` is a digest of all that the row holds and that a hit shows, with the vector, in hex;
# `passage` is what a chunk has in common with its copies, see `records.content_digest`. `label` is
# all that a hit shows but for its text, see `label.py`; other columns say some of it again, for the
# filters. `terms` are those of the symbol path twice, of the path four times and of the text: as
# often as each counts. `length` is their number when no field is repeated.
_CHUNKS = {
    "key": "string",
    "repository": "string",
    "state": "string",
    "path": "string",
    "kind": "string",
    "language": "string?",
    "natural_language": "string?",
    "inner_language": "string?",
    "test": "bool",
    "passage": "string",
    "label": "string",
    "text": "string",
    "terms": "string",
    "length": "int32",
}
_VOCABULARY = {"repository": "string", "term": "string", "chunks": "int32"}
_LEASES = {"repository": "string", "holder": "string", "host": "string", "beat": "int32"}
_SHARDS = {"repository": "string", "shard": "string", "made": "string"}

_COLUMNS = {CHUNKS: _CHUNKS, VOCABULARY: _VOCABULARY, LEASES: _LEASES, SHARDS: _SHARDS}


@cache
def schema_of(table: str, dimension: int = 0) -> "pa.Schema":
    """Return the schema of a table.

    Args:
        table: Its name.
        dimension: Dimension of the vectors, which only `chunks` has.

    Returns:
        The schema.
    """
    import pyarrow as pa

    types = {"string": pa.string(), "int32": pa.int32(), "bool": pa.bool_()}
    fields = [
        pa.field(name, types[kind.rstrip("?")], kind.endswith("?"))
        for name, kind in _COLUMNS[table].items()
    ]
    if table == CHUNKS:
        fields.append(pa.field("vector", pa.list_(pa.float16(), dimension)))
    return pa.schema(fields, metadata={_VERSION_KEY: str(VERSION).encode()})


def check(table: str, found: Any, url: str) -> int:
    """Make sure that a table is one of ours.

    Args:
        table: Its name.
        found: Its schema.
        url: Where it is.

    Returns:
        The dimension of its vectors; 0 for a table without.

    Raises:
        CatalogNewerError: A later version of searchkit made it.
        CatalogDamagedError: It is none of ours, or of an earlier version.
    """
    written = (found.metadata or {}).get(_VERSION_KEY, b"")
    if written.isdigit() and int(written) > VERSION:
        raise newer_version(url)
    dimension = _dimension(found) if table == CHUNKS else 0
    if written.isdigit() and int(written) < VERSION:
        raise CatalogDamagedError(
            f"an earlier version of searchkit wrote `{url}`", "push to another place"
        )
    if written != str(VERSION).encode() or not found.equals(schema_of(table, dimension)):
        raise not_shared_index(url)
    return dimension


def _dimension(found: Any) -> int:
    place = found.get_field_index("vector")
    size = getattr(found.field(place).type, "list_size", 0) if place >= 0 else 0
    return size if 0 < size <= _LARGEST_DIMENSION else 1


def newer_version(url: str) -> CatalogNewerError:
    """Make the error of tables that a later version of searchkit wrote."""
    return CatalogNewerError(
        f"a later version of searchkit wrote `{url}`", "upgrade searchkit to ask it"
    )


def not_shared_index(url: str) -> CatalogDamagedError:
    """Make the error of a table that is none of ours, or holds what cannot be."""
    return CatalogDamagedError(
        f"`{url}` holds tables that are no shared index", "check the address"
    )
