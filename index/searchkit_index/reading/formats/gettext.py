"""Reads translations (gettext) as what they say, without quotes and escapes."""

import re
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, clean_title

_STRING = re.compile(r"(?:#~ ?)?(?:msgid|msgid_plural|msgstr(?:\[\d+\])?|msgctxt)?\s*\"(.*)\"\s*$")
# What tells one message from others: the words themselves, below the context that they stand in.
_KEY = re.compile(r"(?:#~ ?)?(msgctxt|msgid)\s")
_ESCAPE = re.compile(r"\\(.)")
_SIGNS = {"n": " ", "t": "\t", "r": ""}


def read(data: bytes) -> list[Block]:
    """Read translations: a block for each message, named by its context and source text."""
    lines = text.decode(data).split("\n")
    starts = [
        0,
        *(n for n, line in enumerate(lines) if n and line.strip() and not lines[n - 1].strip()),
    ]
    return [_message(lines, start, end) for start, end in pairwise([*starts, len(lines)])]


def _message(lines: list[str], start: int, end: int) -> Block:
    rows = [_string_in(line) for line in lines[start:end]]
    keys = [n for n, line in enumerate(lines[start:end]) if _KEY.match(line)]
    title = clean_title(" ".join(_words(lines, rows, start, key) for key in keys))
    return Block(rows, range(start, end), 1 if title else None, title)


def _words(lines: list[str], rows: list[str], start: int, key: int) -> str:
    """Join the lines of a message's text."""
    following = range(key + 1, len(rows))
    end = next((n for n in following if not lines[start + n].startswith(('"', '#~ "'))), len(rows))
    return " ".join(rows[key:end])


def _string_in(row: str) -> str:
    found = _STRING.match(row)
    if found is None:
        return row
    return _ESCAPE.sub(lambda sign: _SIGNS.get(sign[1], sign[1]), found[1]).rstrip()
