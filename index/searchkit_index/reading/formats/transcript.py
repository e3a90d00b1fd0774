"""Reads chats that WhatsApp exports as text: who said what, and when."""

import re
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

# The beginning of a message: the moment, as each country writes it (groups 1 and 2).
_BETWEEN = r"\u200f?(?:[/-]|\. ?)"
_MOMENT = re.compile(
    rf"[\u200e\u200f]?\[?(\d{{1,4}}{_BETWEEN}\d{{1,2}}{_BETWEEN}\d{{1,4}}(?:\.|\sг\.)?[,،]?"
    r"\s(?:[^\W\d_]{1,4}\s?)?\d{1,2}[:.]\d{2})(?:[:.]\d{2})?"
    r"(\s?[^\W\d_][^\d\]\n:-]{0,9}?)?(?:\]| -)\s"
)
# What the program says itself, which has a mark; and what stands for a file in place of a text.
_MARK, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_NO_TEXT = re.compile(rf"[^:]{{1,80}}: (?:{_MARK}.*|<[^<>]{{1,40}}>\s*)")


def read(data: bytes) -> list[Block]:
    """Read a chat: a block for each message, whose place is its minute."""
    rows = text.decode(data).split("\n")
    starts = [0, *(at for at, row in enumerate(rows) if at and _MOMENT.match(row)), len(rows)]
    blocks = []
    for start, end in pairwise(starts):
        moment = _MOMENT.match(rows[start])
        first = rows[start][moment.end() if moment else 0 :]
        if not _NO_TEXT.fullmatch(first):
            said = [row.replace(_MARK, "") for row in (first, *rows[start + 1 : end])]
            place = "".join(filter(None, moment.groups())) if moment else ""
            place = place.replace(_RIGHT_TO_LEFT, "")
            blocks.append(Block(said, range(start, end), place=place))
    return blocks
