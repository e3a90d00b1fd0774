"""Finds headings of reStructuredText: titles with punctuation below, or above and below."""

import re

from searchkit_index.chunking.prose import Finder, Heading

FENCE = ""

_ADORNMENT = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}\s*$")


def finder() -> Finder:
    """Make a function that finds headings; depths follow the order in which adornments appear."""
    return _Headings().heading


class _Headings:
    def __init__(self) -> None:
        self._styles: list[tuple[str, bool]] = []

    def heading(self, rows: list[str], row: int) -> Heading | None:
        over = _ADORNMENT.match(rows[row])
        title = rows[row + 1] if over and row + 2 < len(rows) else rows[row]
        at = row + 2 if over else row + 1
        under = _ADORNMENT.match(rows[at]) if at < len(rows) else None
        if not under or not title.strip() or _ADORNMENT.match(title):
            return None
        fits = len(under[0].rstrip()) >= len(title.strip()) // 2 and not title[:1].isspace()
        if (over[1] != under[1]) if over else not fits:
            return None
        return self._depth((under[1], bool(over))), title, at - row + 1

    def _depth(self, style: tuple[str, bool]) -> int:
        if style not in self._styles:
            self._styles.append(style)
        return min(6, self._styles.index(style) + 1)
