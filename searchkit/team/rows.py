"""Makes rows of a shared table out of a local index, and checks those that come back."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from searchkit.ranking.conventions import is_test
from searchkit.search.lexical import FIELD_WEIGHTS
from searchkit.team.label import label
from searchkit.team.manifest import Manifest
from searchkit.team.schema import CHUNK, CHUNKS, MANIFEST, schema_of
from searchkit_index import words
from searchkit_index.catalog.records import (
    Place,
    Whole,
    content_digest,
    passage_digest,
    unpack_inner,
)
from searchkit_index.catalog.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 2_000
"""Rows that are read and sent at once."""

_EMPTY: Mapping[str, Any] = {
    "path": "",
    "kind": "",
    "language": None,
    "natural_language": None,
    "inner_language": None,
    "test": False,
    "passage": "",
    "label": "",
    "text": "",
    "terms": "",
    "length": 0,
    "vector": None,
}


class Described:
    """A chunk of a local index, as it goes into a shared table: all but its text.

    Args:
        whole: What the index knows of it.
        ordinal: Its place in its file.
        repository: The name of the repository.
    """

    __slots__ = ("key", "ordinal", "path", "whole")

    def __init__(self, whole: Whole, ordinal: int, repository: str) -> None:
        self.whole, self.ordinal = whole, ordinal
        self.path = storable_path(whole.path)
        lines = whole.start_line, whole.end_line
        languages = whole.language, whole.natural_language, whole.inner
        labels = whole.kind, *languages, whole.place
        identity = (repository, self.path, ordinal, *lines, *labels, whole.passage.hex())
        self.key = _digest_of_row(identity, whole.vector or b"")


def described(store: Store, model_id: int, repository: str) -> Iterator[Described]:
    """Describe every chunk of a local index, with its vector, by file and place in it."""
    path, ordinal = None, 0
    for whole in store.chunks.every(model_id):
        path, ordinal = whole.path, ordinal + 1 if whole.path == path else 0
        yield Described(whole, ordinal, repository)


def storable_path(path: str) -> str:
    r"""Write a path in UTF-8, where its name is not: `\xff` for what is no character."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _digest_of_row(said: Sequence[Any], vector: bytes) -> str:
    """Digest what a row says, and its vector as `vector_bytes` writes it; in hex."""
    whole = json.dumps(said, ensure_ascii=False).encode() + b"\0" + vector
    return hashlib.blake2b(whole, digest_size=16, person=b"searchkit chunk").hexdigest()


def key_of(row: Mapping[str, Any]) -> str:
    """Digest what a row of a shared table holds: its key, if it is what was pushed.

    Args:
        row: With what its label says, its text and its vector.

    Returns:
        The digest, in hex.
    """
    passage = passage_digest(row["symbol"], row["text"]).hex()
    columns = ("repository", "path", "ordinal", "start_line", "end_line", "kind", "language")
    rest = ("natural_language", "inner_language", "place")
    return _digest_of_row(
        (*(row[name] for name in (*columns, *rest)), passage), vector_bytes(row["vector"])
    )


def vector_bytes(vector: Any) -> bytes:
    """Write a vector of a row as float16, little-endian; nothing for none."""
    if vector is None:
        return b""
    import numpy as np

    return np.asarray(vector, dtype="<f2").tobytes()


def place_of(row: Mapping[str, Any], chunk_id: int) -> Place:
    """Make a place of a row.

    Args:
        row: The row of a chunk, with what its label says.
        chunk_id: Its id within an answer.

    Returns:
        The place.
    """
    lines = row["path"], row["language"], row["start_line"], row["end_line"]
    labels = row["symbol"], row["kind"], row["natural_language"], row["text"]
    return Place(chunk_id, *lines, *labels, row["place"], unpack_inner(row["inner_language"]))


def manifest_key(repository: str) -> str:
    """Return the key of the row that holds what is known of a repository as a whole."""
    name = f"searchkit manifest\0{repository}".encode()
    return hashlib.blake2b(name, digest_size=16).hexdigest()


def chunk_rows(
    store: Store, chunks: Sequence[Described], repository: str, dimension: int
) -> Iterator["pa.RecordBatch"]:
    """Make rows of chunks with their texts, some at a time."""
    for start in range(0, len(chunks), BATCH):
        some = chunks[start : start + BATCH]
        places = store.chunks.places([each.whole.chunk_id for each in some])
        rows = [_row(each, places[each.whole.chunk_id], repository) for each in some]
        yield _batch(rows, dimension)


def _row(chunk: Described, place: Place, repository: str) -> dict[str, Any]:
    whole = chunk.whole
    fields = [words.terms(each) for each in (place.symbol, whole.path, place.text)]
    repeated = chain.from_iterable(map(repeat, fields, FIELD_WEIGHTS))
    row = {
        "key": chunk.key,
        "repository": repository,
        "state": CHUNK,
        "path": chunk.path,
        "ordinal": chunk.ordinal,
        "start_line": whole.start_line,
        "end_line": whole.end_line,
        "symbol": place.symbol,
        "kind": whole.kind,
        "language": whole.language,
        "natural_language": whole.natural_language,
        "inner_language": whole.inner,
        "place": whole.place,
        "test": is_test(whole.path),
        "passage": content_digest(whole.path, whole.kind, place.symbol, place.text).hex(),
        "text": place.text,
        "terms": " ".join(chain.from_iterable(repeated)),
        "length": sum(map(len, fields)),
        "vector": whole.vector,
    }
    return {**row, "label": label(row)}


def manifest_row(manifest: Manifest) -> "pa.RecordBatch":
    """Make the row of what is known of a repository as a whole."""
    row = {**_EMPTY, "key": manifest_key(manifest.name), "repository": manifest.name}
    row |= {"state": MANIFEST, "text": manifest.written()}
    return _batch([row], manifest.dimension)


def _batch(rows: Sequence[Mapping[str, Any]], dimension: int) -> "pa.RecordBatch":
    import pyarrow as pa

    schema = schema_of(CHUNKS, dimension)
    columns = [
        pa.array([row[field.name] for row in rows], field.type)
        for field in schema
        if field.name != "vector"
    ]
    vectors = _vectors([row["vector"] for row in rows], dimension)
    return pa.RecordBatch.from_arrays([*columns, vectors], schema=schema)


def _vectors(data: Iterable[bytes | None], dimension: int) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    known = list(data)
    halves = np.frombuffer(b"".join(each or bytes(2 * dimension) for each in known), "<f2")
    missing = pa.array([each is None for each in known], pa.bool_())
    return pa.FixedSizeListArray.from_arrays(pa.array(halves), dimension, mask=missing)
