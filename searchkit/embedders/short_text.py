"""Tokenises a short text without loading the vocabulary: a question must not wait for it.

A vocabulary of 200,000 entries takes longer to load than a question to be embedded. Where the file
has one entry a line, in order, the few that a short text needs are found in it by halving.
"""

import json
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# How a vocabulary begins that is sorted, one entry a line.
_BEGIN = b'"vocab":{\n'
_END = b"\n}}}"

# The head of such a file, normaliser and splitter, is far shorter.
_HEAD = 1 << 16


def lines_of(vocabulary: dict[str, int]) -> str:
    """Return the entries as sorted lines of JSON, as `ShortTexts` reads them."""
    keys = sorted(json.dumps(key, ensure_ascii=False).encode() + b":" for key in vocabulary)
    numbers = (vocabulary[json.loads(key[:-1])] for key in keys)
    return ",\n".join(f"{key.decode()}{number}" for key, number in zip(keys, numbers, strict=True))


class ShortTexts:
    """Cuts texts into the longest entries that there are, as `WordPiece` does.

    Args:
        raw: The file.
        begin: Where the lines of the vocabulary begin.
        end: Where they end.
    """

    def __init__(self, raw: mmap.mmap, begin: int, end: int) -> None:
        from tokenizers import Tokenizer

        self._raw, self._begin, self._end = raw, begin, end
        head = json.loads(raw[: begin - 1] + b"}}}")
        self._special = [each["content"] for each in head["added_tokens"]]
        head["added_tokens"] = []
        splitter: Any = Tokenizer.from_str(json.dumps(head))
        self._normaliser, self._splitter = splitter.normalizer, splitter.pre_tokenizer

    @classmethod
    def open(cls, path: Path) -> "ShortTexts | None":
        """Map a `tokenizer.json`; None if it has another form.

        Args:
            path: The file.

        Returns:
            The cutter, or None.

        Raises:
            OSError: The file cannot be read.
            ValueError: Its head is no JSON.
        """
        with path.open("rb") as file:
            raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        begin = raw.find(_BEGIN, 0, _HEAD)
        wordpiece = b'"type":"WordPiece"' in raw[: max(0, begin)]
        if not wordpiece or raw[-len(_END) :] != _END:
            return None
        return cls(raw, begin + len(_BEGIN), len(raw) - len(_END))

    def ids(self, text: str) -> list[int] | None:
        """Tokenise a text; None if it holds the name of a special token."""
        if any(each in text for each in self._special):
            return None
        parts = self._splitter.pre_tokenize_str(self._normaliser.normalize_str(text))
        return [number for part, _ in parts for number in self._cut(part)]

    def number(self, entry: str) -> int | None:
        """Return the number of an entry of the vocabulary, if it is one."""
        wanted = json.dumps(entry, ensure_ascii=False).encode() + b":"
        low, high = self._begin, self._end
        while low < high:
            start = self._raw.rfind(b"\n", low, (low + high) // 2) + 1 or low
            stop = self._raw.find(b"\n", start, self._end)
            stop = self._end if stop < 0 else stop
            line = self._raw[start:stop]
            if line.startswith(wanted):
                return int(line[len(wanted) :].rstrip(b","))
            low, high = (stop + 1, high) if line < wanted else (low, start)
        return None

    def _cut(self, part: str) -> Iterator[int]:
        start = 0
        while start < len(part):
            found = ((end, self.number(part[start:end])) for end in range(len(part), start, -1))
            end, number = next(each for each in found if each[1] is not None)
            assert number is not None
            yield number
            start = end
