"""Looks entries of a vocabulary up: in the tokenizer that was loaded, or in its file by halving.

A vocabulary of 200,000 entries takes longer to load than a question to be embedded. Where the file
has one entry a line, in order, the few that a short text needs are found in it.
"""

import json
import mmap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# How a vocabulary begins that is sorted, one entry a line.
_BEGIN = b'"vocab":{\n'
_END = b"\n}}}"

# The head of such a file, normaliser and splitter, is far shorter.
_HEAD = 1 << 16

# What an entry ends with in its line, and the one character of entries that sorts before it.
_CLOSE, _EARLIER = b'":', ord("!")


class Entries(Protocol):
    """The entries of a vocabulary."""

    def number(self, entry: str) -> int | None:
        """Return the number of an entry, if it is one."""
        ...

    def at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and number of every entry that stands in `part` at `start`, shortest first."""
        ...


class LoadedEntries:
    """The entries of a tokenizer.

    Args:
        tokenizer: Has the vocabulary.
    """

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer

    def number(self, entry: str) -> int | None:
        """Return the number of an entry, if it is one."""
        return self._tokenizer.token_to_id(entry)

    def at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and number of every entry that stands in `part` at `start`, shortest first."""
        for end in range(start + 1, len(part) + 1):
            number = self._tokenizer.token_to_id(part[start:end])
            if number is not None:
                yield end, number


class MappedEntries:
    """The entries of a file whose vocabulary is sorted, one entry a line.

    Args:
        raw: The file.
        begin: Where the lines of the vocabulary begin.
        end: Where they end.
    """

    def __init__(self, raw: mmap.mmap, begin: int, end: int) -> None:
        self._raw, self._begin, self._end = raw, begin, end
        self._lines = lru_cache(256)(self._find_lines)

    def number(self, entry: str) -> int | None:
        """Return the number of an entry, if it is one."""
        key = _key(entry) + _CLOSE
        return self._read(key, self._first(key, self._begin, self._end))

    def at(self, part: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield end and number of every entry that stands in `part` at `start`, shortest first."""
        low, high = self._lines(part[start])
        for end in range(start + 1, len(part) + 1):
            key = _key(part[start:end])
            low = self._first(key, low, high)
            after = low + len(key)
            if self._raw[low:after] != key:
                return
            key += _CLOSE
            found = self._first(key, low, high) if self._raw[after] == _EARLIER else low
            number = self._read(key, found)
            if number is not None:
                yield end, number

    def _find_lines(self, character: str) -> tuple[int, int]:
        """Find where the lines begin and end whose entries begin with a character."""
        key = _key(character)
        low = self._first(key, self._begin, self._end)
        return low, self._first(key + b"\xff", low, self._end)

    def _first(self, key: bytes, low: int, high: int) -> int:
        """Find where the first line begins that does not sort before `key`; `high` if all do."""
        raw, size = self._raw, len(key)
        while low < high:
            middle = (low + high) // 2
            start = raw.rfind(b"\n", low, middle) + 1 or low
            if raw[start : start + size] < key:
                low = raw.find(b"\n", middle, high) + 1 or high
            else:
                high = start
        return low

    def _read(self, key: bytes, at: int) -> int | None:
        start = at + len(key)
        if self._raw[at:start] != key:
            return None
        stop = self._raw.find(b"\n", start, self._end)
        return int(self._raw[start : stop if stop >= 0 else self._end].rstrip(b","))


def map_entries(path: Path) -> tuple[dict[str, Any], MappedEntries] | None:
    """Map a `tokenizer.json` of a `WordPiece`; None if it has another form.

    Args:
        path: The file.

    Returns:
        What stands before the vocabulary, which is empty there, and the vocabulary.

    Raises:
        OSError: The file cannot be read.
        ValueError: What stands before the vocabulary is no JSON.
    """
    with path.open("rb") as file:
        raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begin = raw.find(_BEGIN, 0, _HEAD)
    wordpiece = b'"type":"WordPiece"' in raw[: max(0, begin)]
    if not wordpiece or raw[-len(_END) :] != _END:
        return None
    begin += len(_BEGIN)
    return json.loads(raw[: begin - 1] + b"}}}"), MappedEntries(raw, begin, len(raw) - len(_END))


def lines_of(vocabulary: dict[str, int]) -> str:
    """Return the entries as sorted lines of JSON, as `MappedEntries` reads them."""
    keys = sorted(_key(entry) + _CLOSE for entry in vocabulary)
    numbers = (vocabulary[json.loads(key[:-1])] for key in keys)
    return ",\n".join(f"{key.decode()}{number}" for key, number in zip(keys, numbers, strict=True))


def _key(entry: str) -> bytes:
    """Return how the line of an entry begins, and of every entry that begins with it."""
    return json.dumps(entry, ensure_ascii=False)[:-1].encode()
