"""Outlines prose: headings, paragraphs, lines.

Headings are the titles, so a chunk has the path of headings above it. Fenced blocks of code are not
searched for headings, and stay whole if they fit.
"""

import re
from collections.abc import Callable
from importlib import import_module

from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.languages.language import language_named
from searchkit_index.languages.row import Headings, Language
from searchkit_index.reading.heading import clean_title

# Levels, from strong to weak; a heading of depth 1 to 6 has twice its depth, and so has a rule that
# parts a text without headings.
RULE_DEPTH = 7
PARAGRAPH = 20
_ITEM = 22
_LINE = 24
LINE_OF_CODE = 40

LIST_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)]|#\.|:\w+:)\s|\|")

# The depth of a heading, its title, and the number of rows that it takes.
Heading = tuple[int, str, int]
# Finds the heading that begins at a row of a text.
Finder = Callable[[list[str], int], Heading | None]


def prose_outline(rows: list[str], style: Headings | str | None) -> Outline:
    """Find levels and headings of a text.

    Args:
        rows: Its lines.
        style: As in `Language.outline`; None for a text without headings.

    Returns:
        The outline.
    """
    if isinstance(style, str):
        module = import_module(f"searchkit_index.chunking.outlines.{style}")
        return _Outliner(module.finder(), module.FENCE).outline(rows)
    if style is None:
        return _Outliner(lambda rows, row: None, "").outline(rows)
    return _Outliner(_finder(style), style.fence).outline(rows)


def _finder(style: Headings) -> Finder:
    """Make a function that finds headings by a regular expression."""
    pattern = re.compile(style.pattern)
    depths = {mark: depth for depth, marks in enumerate(style.depths) for mark in marks.split()}

    def heading(rows: list[str], row: int) -> Heading | None:
        found = pattern.match(rows[row])
        if found is None:
            return None
        return depths.get(found["mark"], len(found["mark"])), found["title"], 1

    return heading


class _Outliner:
    """Outlines one text, row by row.

    Args:
        heading: Finds headings.
        fence: Matches the rows that open and close a block of code, as in `Headings.fence`; "" for
            a text without blocks.
    """

    def __init__(self, heading: Finder, fence: str) -> None:
        self._heading = heading
        self._fence = re.compile(fence) if fence else None
        self._opening = ""  # the mark that opened the current block of code; "" outside of blocks
        self._code_start = 0
        self._code_language: Language | None = None
        self._outline = Outline([], sections=True)

    def outline(self, rows: list[str]) -> Outline:
        """Outline the text; a block of code that is not closed ends with the text."""
        row, after_blank = 0, True
        while row < len(rows):
            height = self._take(rows, row, after_blank)
            after_blank = not rows[row + height - 1].strip()
            row += height
        if self._opening:
            self._close(row)
        return self._outline

    def _take(self, rows: list[str], row: int, after_blank: bool) -> int:
        """Add the levels of what begins at a row; return the number of rows that it takes."""
        levels = self._outline.levels
        mark = self._fence.match(rows[row]) if self._fence else None
        if self._opening:
            levels.append(LINE_OF_CODE + (not after_blank))
            if mark and _closes(mark[1], self._opening):
                self._close(row)
        elif mark:
            levels.append(PARAGRAPH if after_blank else _ITEM)
            name = mark.groupdict().get("language")
            self._opening, self._code_start = mark[1], row + 1
            self._code_language = language_named(name) if name else None
        elif found := self._heading(rows, row):
            depth, title, height = found
            levels += [2 * depth, *[LINE_OF_CODE] * (height - 1)]
            if depth < RULE_DEPTH:
                self._outline.titles[row] = clean_title(title)
            return height
        else:
            levels.append(_level(rows[row], after_blank))
        return 1

    def _close(self, row: int) -> None:
        """End a block of code before a row."""
        self._opening = ""
        if self._code_language and self._code_start < row:
            self._outline.parts.append(Part.block(self._code_start, row, self._code_language))


def _level(line: str, after_blank: bool) -> int:
    """Compute the level of a row that is neither a heading nor code."""
    indented = line[:1] in " \t"
    if after_blank:
        return _ITEM if indented else PARAGRAPH
    return _LINE if indented or not LIST_ITEM.match(line) else _ITEM


def _closes(mark: str, opening: str) -> bool:
    if opening.lower() == "begin":
        return mark.lower() == "end"
    return mark[0] == opening[0] and len(mark) >= len(opening)
