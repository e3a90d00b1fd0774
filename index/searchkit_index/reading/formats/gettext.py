"""Reads translations (gettext): the texts of messages, without quotes and escapes."""

import re
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_STRING = re.compile(r"(?:#~ ?)?(?:msgid|msgid_plural|msgstr(?:\[\d+\])?|msgctxt)?\s*\"(.*)\"\s*$")
# What identifies a message: its source text, and its context.
_KEY = re.compile(r"(?:#~ ?)?(msgctxt|msgid)\s")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": " ", "t": "\t", "r": ""}


def read(data: bytes) -> list[Block]:
    """Read translations: a block for each message, named by its context and source text."""
    lines = text.decode(data).split("\n")
    starts = [
        0,
        *(at for at, line in enumerate(lines) if at and line.strip() and not lines[at - 1].strip()),
    ]
    return [_message(lines, start, end) for start, end in pairwise([*starts, len(lines)])]


def _message(lines: list[str], start: int, end: int) -> Block:
    rows = [_string_in(line) for line in lines[start:end]]
    keys = [at for at, line in enumerate(lines[start:end]) if _KEY.match(line)]
    title = clean_title(" ".join(_joined(lines[start:end], rows, key) for key in keys))
    return Block(rows, range(start, end), 1 if title else None, title)


def _joined(lines: list[str], rows: list[str], key: int) -> str:
    """Join the rows of a string that begins at a key and continues on lines in quotes."""
    following = range(key + 1, len(rows))
    end = next((at for at in following if not lines[at].startswith(('"', '#~ "'))), len(rows))
    return " ".join(rows[key:end])


def _string_in(row: str) -> str:
    found = _STRING.match(row)
    if found is None:
        return row
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), found[1]).rstrip()
