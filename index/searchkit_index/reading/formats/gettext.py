"""Reads translations (gettext) as what they say, without quotes and escapes."""

import re

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

_STRING = re.compile(r"(?:#~ ?)?(?:msgid|msgid_plural|msgstr(?:\[\d+\])?|msgctxt)?\s*\"(.*)\"\s*$")
_ESCAPE = re.compile(r"\\(.)")
_SIGNS = {"n": " ", "t": "\t", "r": ""}


def read(data: bytes) -> list[Block]:
    """Read translations; every line of the file is one line of the text.

    Args:
        data: All that the file holds.

    Returns:
        One block.

    Raises:
        Unsuitable: It is no text, or was made by a program.
    """
    rows = [_said(row) for row in text.decode(data).split("\n")]
    return [Block(rows, range(len(rows)))]


def _said(row: str) -> str:
    found = _STRING.match(row)
    if found is None:
        return row
    return _ESCAPE.sub(lambda sign: _SIGNS.get(sign[1], sign[1]), found[1]).rstrip()
