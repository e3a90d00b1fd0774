"""Reads chats that WhatsApp exports as text: who said what, and when."""

import re
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

# The first line of a message: the moment, as each country writes it (groups 1 and 2), the name and
# the text.
_MOMENT = (
    r"\u200e?\[?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s(?:klo\s)?\d{1,2}[:.]\d{2})(?:[:.]\d{2})?"
    r"(\s?[AaPp]\.?\s?[Mm]\.?)?(?:\]| -)\s"
)
_MESSAGE = re.compile(rf"{_MOMENT}([^:]{{1,80}}):\s(.*)")
_NOTICE = re.compile(_MOMENT)
# A mark before what the program says itself; and what stands for a file in place of a text.
_MARK = "\u200e"
_OMITTED = re.compile(r"<[^<>]{1,40}>\s*")


def read(data: bytes) -> list[Block] | None:
    """Read a chat: a block for each message, whose place is its minute; None if it is no chat."""
    rows = text.decode(data).split("\n")
    starts = [at for at, row in enumerate(rows) if _NOTICE.match(row)]
    blocks = []
    for start, end in pairwise([*starts, len(rows)]):
        found = _MESSAGE.match(rows[start])
        if found and not found[4].startswith(_MARK) and not _OMITTED.fullmatch(found[4]):
            said = [f"{found[3]}: {found[4]}", *rows[start + 1 : end]]
            plain = [row.replace(_MARK, "").rstrip() for row in said]
            blocks.append(Block(plain, range(start, end), place=f"{found[1]}{found[2] or ''}"))
    return blocks or None
