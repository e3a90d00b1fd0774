"""Levels of text for people: headings, paragraphs, lines.

Headings are the titles, so a chunk knows the path of headings above it. Blocks of code in a text
are not looked into for headings, and stay whole where they fit.
"""

import re
from collections.abc import Callable

from searchkit_index.chunking.outline import Outline

# Levels, from strong to weak; a heading of depth 1 to 6 has twice its depth.
PARAGRAPH = 20
_ITEM = 22
_LINE = 24
_LINE_OF_CODE = 40

_FENCE = re.compile(r"\s*(?:[-*+>]\s+)*(`{3,}|~{3,})")
_LIST_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)]|#\.|:\w+:)\s|\|")
_MARKDOWN_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?[\s#]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ADORNMENT = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}\s*$")
_ASCIIDOC_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*)")
_ASCIIDOC_FENCE = re.compile(r"(-{4,}|\.{4,}|={4,}|\+{4,}|`{3,})\s*$")
_ORG_HEADING = re.compile(r"(\*{1,6})\s+(\S.*)")
_ORG_FENCE = re.compile(r"\s*#\+(begin|end)_", re.IGNORECASE)
_LATEX_HEADING = re.compile(
    r"\s*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?\s*\{(.*?)\}?\s*$"
)
_LATEX_DEPTHS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_MANUAL_HEADING = re.compile(r"\.(S[Hhs]|TH)\s+(.*)")
_LONGEST_TITLE = 80

# Gives the depth and the title of the heading that begins at a row, and the rows it takes.
Heading = tuple[int, str, int]
_Finder = Callable[[list[str], int], Heading | None]


def prose_outline(rows: list[str], language: str) -> Outline:
    """Levels and headings of a text, by the name of its language; any other name is plain text."""
    if language == "restructuredtext":
        return _outline(rows, _Adorned().heading, None)
    finder, fence = _STYLES.get(language, (_no_heading, None))
    return _outline(rows, finder, fence)


def _outline(rows: list[str], heading: _Finder, fence: re.Pattern[str] | None) -> Outline:
    outline = Outline([], sections=True)
    levels, blank, closing, row = outline.levels, True, "", 0
    while row < len(rows):
        line = rows[row]
        mark = fence.match(line) if fence else None
        if closing:
            levels.append(_LINE_OF_CODE + (not blank))
            closing = "" if mark and _closes(mark[1], closing) else closing
        elif mark:
            levels.append(PARAGRAPH if blank else _ITEM)
            closing = mark[1]
        elif found := heading(rows, row):
            depth, title, height = found
            levels += [2 * depth, *[_LINE_OF_CODE] * (height - 1)]
            outline.titles[row] = clean_title(title)
            row += height - 1
        else:
            levels.append(_level(line, blank))
        blank = not rows[row].strip()
        row += 1
    return outline


def _level(line: str, blank: bool) -> int:
    """Of a row that is neither heading nor code."""
    indented = line[:1] in " \t"
    if blank:
        return _ITEM if indented else PARAGRAPH
    return _LINE if indented or not _LIST_ITEM.match(line) else _ITEM


def _closes(mark: str, opening: str) -> bool:
    if opening.lower() == "begin":
        return mark.lower() == "end"
    return mark[0] == opening[0] and len(mark) >= len(opening)


def clean_title(title: str) -> str:
    """A heading without the marks and blanks around it, at most 80 characters."""
    return " ".join(title.split())[:_LONGEST_TITLE].strip("#*=`_ ")


def _no_heading(rows: list[str], row: int) -> None:
    return None


def _markdown_heading(rows: list[str], row: int) -> Heading | None:
    line = rows[row]
    if found := _MARKDOWN_HEADING.match(line):
        return len(found[1]), found[2] or "", 1
    below = _SETEXT.match(rows[row + 1]) if row + 1 < len(rows) else None
    if not below or not line.strip() or line[:1] in " \t|>" or _LIST_ITEM.match(line):
        return None
    alone = row == 0 or not rows[row - 1].strip()
    return (1 if below[1][0] == "=" else 2, line, 2) if alone else None


def _asciidoc_heading(rows: list[str], row: int) -> Heading | None:
    found = _ASCIIDOC_HEADING.match(rows[row])
    return (len(found[1]), found[2], 1) if found else None


def _org_heading(rows: list[str], row: int) -> Heading | None:
    found = _ORG_HEADING.match(rows[row])
    return (len(found[1]), found[2], 1) if found else None


def _latex_heading(rows: list[str], row: int) -> Heading | None:
    found = _LATEX_HEADING.match(rows[row])
    return (_LATEX_DEPTHS.index(found[1]) + 1, found[2], 1) if found else None


def _manual_heading(rows: list[str], row: int) -> Heading | None:
    found = _MANUAL_HEADING.match(rows[row])
    if not found:
        return None
    return (2 if found[1].lower() == "ss" else 1, found[2].replace('"', ""), 1)


class _Adorned:
    """reStructuredText headings: their depth is the order in which their adornments appear."""

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


_STYLES: dict[str, tuple[_Finder, re.Pattern[str] | None]] = {
    "markdown": (_markdown_heading, _FENCE),
    "asciidoc": (_asciidoc_heading, _ASCIIDOC_FENCE),
    "org": (_org_heading, _ORG_FENCE),
    "latex": (_latex_heading, None),
    "manpage": (_manual_heading, None),
}
