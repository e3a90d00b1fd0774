"""Looks up entries of a vocabulary: in a loaded tokenizer, or in its file by binary search.

Loading a vocabulary of 200,000 entries takes longer than embedding a query. If the file has one
entry on each line, sorted, the few entries that a short text needs are found without loading it.
"""

import json
import mmap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# How a sorted vocabulary with one entry on each line begins, and how its file ends.
_VOCABULARY_BEGIN = b'"vocab":{\n'
_FILE_END = b"\n}}}"

# Bytes searched for that beginning; what stands before it is far shorter.
_MAX_HEAD = 1 << 16

# What ends an entry on its line, and the one character in entries that sorts before that.
_CLOSE, _EARLIER = b'":', ord("!")


class Entries(Protocol):
    """The entries of a vocabulary."""

    def id_of(self, entry: str) -> int | None:
        """Return the id of an entry; None if there is no such entry."""
        ...

    def starting_at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and id of each entry found in `part` at `start`, shortest first."""
        ...


class LoadedEntries:
    """The entries of a loaded tokenizer.

    Args:
        tokenizer: The tokenizer with the vocabulary.
    """

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer

    def id_of(self, entry: str) -> int | None:
        """Return the id of an entry; None if there is no such entry."""
        return self._tokenizer.token_to_id(entry)

    def starting_at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and id of each entry found in `part` at `start`, shortest first."""
        for end in range(start + 1, len(part) + 1):
            number = self._tokenizer.token_to_id(part[start:end])
            if number is not None:
                yield end, number


class MappedEntries:
    """The entries of a file whose vocabulary is sorted, one entry a line.

    Args:
        raw: The file.
        begin: The offset at which the lines of the vocabulary begin.
        end: The offset at which they end.
    """

    def __init__(self, raw: mmap.mmap, begin: int, end: int) -> None:
        self._raw, self._begin, self._end = raw, begin, end
        self._lines = lru_cache(256)(self._find_lines)

    def id_of(self, entry: str) -> int | None:
        """Return the id of an entry; None if there is no such entry."""
        key = _key(entry) + _CLOSE
        return self._id_at(key, self._first_line(key, self._begin, self._end))

    def starting_at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and id of each entry found in `part` at `start`, shortest first."""
        low, high = self._lines(part[start])
        for end in range(start + 1, len(part) + 1):
            key = _key(part[start:end])
            low = self._first_line(key, low, high)
            after = low + len(key)
            if self._raw[low:after] != key:
                return
            key += _CLOSE
            found = self._first_line(key, low, high) if self._raw[after] == _EARLIER else low
            number = self._id_at(key, found)
            if number is not None:
                yield end, number

    def _find_lines(self, character: str) -> tuple[int, int]:
        """Find the offsets of the lines whose entries begin with a character."""
        key = _key(character)
        low = self._first_line(key, self._begin, self._end)
        return low, self._first_line(key + b"\xff", low, self._end)

    def _first_line(self, key: bytes, low: int, high: int) -> int:
        """Find the offset of the first line that does not sort before `key`; `high` if none."""
        raw, size = self._raw, len(key)
        while low < high:
            middle = (low + high) // 2
            start = raw.rfind(b"\n", low, middle) + 1 or low
            if raw[start : start + size] < key:
                low = raw.find(b"\n", middle, high) + 1 or high
            else:
                high = start
        return low

    def _id_at(self, key: bytes, at: int) -> int | None:
        start = at + len(key)
        if self._raw[at:start] != key:
            return None
        stop = self._raw.find(b"\n", start, self._end)
        return int(self._raw[start : stop if stop >= 0 else self._end].rstrip(b","))


def map_entries(path: Path) -> tuple[dict[str, Any], MappedEntries] | None:
    """Map the `tokenizer.json` of a `WordPiece` model with a sorted vocabulary; None for others.

    Args:
        path: The file.

    Returns:
        The settings of the tokenizer, with an empty vocabulary, and the entries; or None.

    Raises:
        OSError: The file cannot be read.
        ValueError: The part before the vocabulary is not JSON.
    """
    with path.open("rb") as file:
        raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begin = raw.find(_VOCABULARY_BEGIN, 0, _MAX_HEAD)
    wordpiece = b'"type":"WordPiece"' in raw[: max(0, begin)]
    if not wordpiece or raw[-len(_FILE_END) :] != _FILE_END:
        return None
    begin += len(_VOCABULARY_BEGIN)
    return json.loads(raw[: begin - 1] + b"}}}"), MappedEntries(
        raw, begin, len(raw) - len(_FILE_END)
    )


def lines_of(vocabulary: dict[str, int]) -> str:
    """Write a vocabulary as sorted lines of JSON, as `MappedEntries` reads them."""
    keys = sorted(_key(entry) + _CLOSE for entry in vocabulary)
    numbers = (vocabulary[json.loads(key[:-1])] for key in keys)
    return ",\n".join(f"{key.decode()}{number}" for key, number in zip(keys, numbers, strict=True))


def _key(entry: str) -> bytes:
    """Return how the lines begin of an entry, and of all entries that begin with it."""
    return json.dumps(entry, ensure_ascii=False)[:-1].encode()
