"""Finds headings of Markdown: number signs before the title, or a line drawn below it."""

import re

from searchkit_index.chunking.prose import LIST_ITEM, Finder, Heading

FENCE = r"\s*(?:[-*+>]\s+)*(`{3,}|~{3,})\s*\{?\.?(?P<language>[\w+#-]+)?"

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?[\s#]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")


def finder() -> Finder:
    """Make a function that finds headings."""
    return _heading


def _heading(rows: list[str], row: int) -> Heading | None:
    line = rows[row]
    if found := _HEADING.match(line):
        return len(found[1]), found[2] or "", 1
    below = _UNDERLINE.match(rows[row + 1]) if row + 1 < len(rows) else None
    if not below or not line.strip() or line[:1] in " \t|>" or LIST_ITEM.match(line):
        return None
    alone = row == 0 or not rows[row - 1].strip()
    return (1 if below[1][0] == "=" else 2, line, 2) if alone else None
