"""Reads texts of Aozora Bunko: the words without their readings and without notes on the print."""

import re
from collections.abc import Iterator
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

# The reading of the characters before it, the mark where those begin, and a note.
_NOTATION = re.compile(r"《[^《》\n]{1,60}》|[｜|]|[※]?［＃[^［］\n]*］")
_HEADING = re.compile(r"［＃(?:「[^」]*」は)?([大中小])見出し］")
_DEPTHS = {"大": 1, "中": 2, "小": 3}
_RULE = re.compile(r"-{20,}\s*")


def read(data: bytes) -> list[Block] | None:
    """Read a text: its title, its headings, and the lines below them; None if there is no text."""
    rows = text.decode(data).split("\n")
    shown = [(at, _NOTATION.sub("", rows[at])) for at in _of_text(rows)]
    starts = [at for at, (row, _) in enumerate(shown) if not at or _HEADING.search(rows[row])]
    blocks = []
    for start, end in pairwise([*starts, len(shown)]):
        sources, lines = zip(*shown[start:end], strict=True)
        found = _HEADING.search(rows[sources[0]])
        depth = _DEPTHS[found[1]] if found else 0
        blocks.append(Block(lines, sources, depth, clean_title(lines[0])))
    return blocks or None


def _of_text(rows: list[str]) -> Iterator[int]:
    """Yield the rows of the text; between two rules above it the notation is explained."""
    rules = [at for at, row in enumerate(rows) if _RULE.fullmatch(row)][:2]
    explained = range(rules[0], rules[1] + 1) if len(rules) == 2 else range(0)
    return (at for at in range(len(rows)) if at not in explained)
