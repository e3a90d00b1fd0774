"""Reads translations (gettext): the texts of messages, without quotes and escapes."""

import re
from collections.abc import Iterator
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_STRING = re.compile(r"(?:#~ ?)?(?:msgid|msgid_plural|msgstr(?:\[\d+\])?|msgctxt)?\s*\"(.*)\"\s*$")
# What identifies a message: its source text, and its context.
_KEY = re.compile(r"(?:#~ ?)?(msgctxt|msgid)\s")
_TRANSLATION = re.compile(r"(?:#~ ?)?msgstr\b")
_REMARK = re.compile(r"#(?!~)")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": " ", "t": "\t", "r": ""}


def read(data: bytes) -> list[Block]:
    """Read translations: a block for each message, named by its context and source text."""
    lines = text.decode(data).split("\n")
    starts = [*_starts(lines), len(lines)]
    return [_message(lines[start:end], start) for start, end in pairwise(starts)]


def _starts(lines: list[str]) -> Iterator[int]:
    """Find where messages begin: after a blank row, or after a translation without one."""
    yield 0
    is_translated = False
    for at, line in enumerate(lines[1:], 1):
        is_next = is_translated and (_KEY.match(line) or _REMARK.match(line))
        if line.strip() and (is_next or not lines[at - 1].strip()):
            yield at
            is_translated = False
        is_translated = is_translated or _TRANSLATION.match(line) is not None


def _message(lines: list[str], start: int) -> Block:
    rows = [_string_in(line) for line in lines]
    keys = [at for at, line in enumerate(lines) if _KEY.match(line)]
    title = clean_title(" ".join(_joined(lines, rows, key) for key in keys))
    return Block(rows, range(start, start + len(rows)), 1 if title else None, title)


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
