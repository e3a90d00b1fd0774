"""Outlines prose: headings, paragraphs, lines.

Headings are the titles, so a chunk knows the path of headings above it. Blocks of code in a text
are not searched for headings, and stay whole where they fit.
"""

import re
from collections.abc import Callable
from importlib import import_module

from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.languages.language import language_named
from searchkit_index.languages.row import Headings, Language
from searchkit_index.reading.document import clean_title

# Levels, from strong to weak; a heading of depth 1 to 6 has twice its depth.
PARAGRAPH = 20
_ITEM = 22
_LINE = 24
LINE_OF_CODE = 40

LIST_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)]|#\.|:\w+:)\s|\|")

# Gives the depth and the title of the heading that begins at a row, and the rows it takes.
Heading = tuple[int, str, int]
Finder = Callable[[list[str], int], Heading | None]


def prose_outline(rows: list[str], style: Headings | str | None) -> Outline:
    """Find levels and headings of a text.

    Args:
        rows: Its lines.
        style: As a language's `outline` says; None for a text without headings.

    Returns:
        The outline.
    """
    if isinstance(style, str):
        module = import_module(f"searchkit_index.chunking.outlines.{style}")
        return _outline(rows, module.finder(), module.FENCE)
    if style is None:
        return _outline(rows, lambda rows, row: None, "")
    return _outline(rows, _matching(style), style.fence)


def _matching(style: Headings) -> Finder:
    pattern = re.compile(style.pattern)
    depths = {mark: depth for depth, marks in enumerate(style.depths) for mark in marks.split()}

    def heading(rows: list[str], row: int) -> Heading | None:
        found = pattern.match(rows[row])
        if found is None:
            return None
        return depths.get(found["mark"], len(found["mark"])), found["title"], 1

    return heading


def _outline(rows: list[str], heading: Finder, fence: str) -> Outline:
    outline = Outline([], sections=True)
    levels, blank, closing, row = outline.levels, True, "", 0
    fenced = re.compile(fence) if fence else None
    code = _Code()
    while row < len(rows):
        line = rows[row]
        mark = fenced.match(line) if fenced else None
        if closing:
            levels.append(LINE_OF_CODE + (not blank))
            if mark and _closes(mark[1], closing):
                closing = ""
                code.close(outline, row)
        elif mark:
            levels.append(PARAGRAPH if blank else _ITEM)
            closing = mark[1]
            code.open(row + 1, mark.groupdict().get("language"))
        elif found := heading(rows, row):
            depth, title, height = found
            levels += [2 * depth, *[LINE_OF_CODE] * (height - 1)]
            outline.titles[row] = clean_title(title)
            row += height - 1
        else:
            levels.append(_level(line, blank))
        blank = not rows[row].strip()
        row += 1
    if closing:  # a block that is not closed ends with the text
        code.close(outline, row)
    return outline


class _Code:
    """The block of code that is open."""

    def __init__(self) -> None:
        self._start = 0
        self._language: Language | None = None

    def open(self, row: int, name: str | None) -> None:
        self._start, self._language = row, language_named(name) if name else None

    def close(self, outline: Outline, row: int) -> None:
        language = self._language
        if language and self._start < row:
            # What is no code does not change how the text around it is cut.
            outline.parts.append(Part(self._start, row, language, inline=language.kind != "code"))


def _level(line: str, blank: bool) -> int:
    """Compute the level of a row that is neither heading nor code."""
    indented = line[:1] in " \t"
    if blank:
        return _ITEM if indented else PARAGRAPH
    return _LINE if indented or not LIST_ITEM.match(line) else _ITEM


def _closes(mark: str, opening: str) -> bool:
    if opening.lower() == "begin":
        return mark.lower() == "end"
    return mark[0] == opening[0] and len(mark) >= len(opening)
