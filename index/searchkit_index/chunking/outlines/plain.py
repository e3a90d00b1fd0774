"""Finds what parts plain text: underlined and numbered titles, titles between rules, divisions."""

import re
from collections import Counter
from unicodedata import east_asian_width

from searchkit_index.chunking.division import division
from searchkit_index.chunking.numbered import numbered
from searchkit_index.chunking.prose import RULE_DEPTH, Finder, Heading

FENCE = ""

_MARKS = "-=*_~#+─━═"
_RULE = re.compile(rf"\s*([{_MARKS}])(?: ?\1){{2,}}\s*$")
_SHORTEST, _LONG = 3, 5  # characters of a rule on each side of a title, without a blank between
_WORD = re.compile(r"[^\W\d_]|\d[.\-/]\d")  # also the number of a version, or a day
_LONGEST_TITLE = 100  # characters
_LONGEST_RULE = 300
_MOST_SIGNS = 6  # on each side of a title, where their number tells its depth
_STRONG = "=#*═━"  # what titles of the first depth are marked with
_FEWEST_RULES = 3  # from so many on, equal rows part records
_FEWEST_DIVISIONS = 2  # from so many on, days, chapters and the like are headings
_MOST_DIFFERENCE = 2  # between the widths of a title and of the line below it, in columns


def finder() -> Finder:
    """Make a function that finds headings, and the rules between records."""
    return _Rules().heading


class _Rules:
    def __init__(self) -> None:
        self._separators: frozenset[str] = frozenset()
        self._divisions: dict[int, int] = {}  # depths of days, chapters, numbers, by their rows

    def heading(self, rows: list[str], row: int) -> Heading | None:
        if row == 0:
            self._separators = _separators(rows)
            self._divisions = numbered(rows) | _divisions(rows)
        line = rows[row]
        if len(line) > _LONGEST_RULE or not line.strip():
            return None
        if title := _between_rules(line.strip()):
            return _depth_between(line.strip()), title, 1
        if rule := _RULE.match(line):
            if _is_box(rows, row):
                return _depth(rule[1]), rows[row + 1].strip(f"{_MARKS}| "), 3
            parts = line.rstrip() in self._separators or _blank(rows, row - 1, row + 1)
            return (RULE_DEPTH, "", 1) if parts and 0 < row < len(rows) - 1 else None
        if mark := _underline(rows, row):
            return _depth(mark), line, 2
        return (self._divisions[row], line, 1) if row in self._divisions else None


def _between_rules(line: str) -> str:
    """Return the title of a row such as `--- title ---`; "" if it is none."""
    mark = line[0]
    opened, closed = line.lstrip(mark), line.rstrip(mark)
    is_ruled = mark in _MARKS and len(line) - max(len(opened), len(closed)) >= _SHORTEST
    inner = line.strip(mark)
    is_long = len(line) - max(len(opened), len(closed)) >= _LONG
    is_apart = is_ruled and (is_long or (inner[:1].isspace() and inner[-1:].isspace()))
    return inner.strip() if is_apart and _is_title(inner) else ""


def _depth_between(line: str) -> int:
    """Return the depth of a title between rules; in DokuWiki and Zim more signs are stronger."""
    signs = len(line) - len(line.lstrip("="))
    return _MOST_SIGNS + 1 - signs if 0 < signs <= _MOST_SIGNS else _depth(line[0])


def _is_box(rows: list[str], row: int) -> bool:
    """Tell whether a title stands between this rule and an equal one, apart from what is around."""
    if row + 2 >= len(rows) or rows[row + 2].rstrip() != rows[row].rstrip():
        return False
    title = rows[row + 1]
    return _is_title(title) and not _RULE.match(title) and _blank(rows, row - 1, row + 3)


def _separators(rows: list[str]) -> frozenset[str]:
    """List the rules that stand often, and mostly not below a title of their width."""
    places: dict[str, list[int]] = {}
    for row, line in enumerate(rows):
        if len(line) <= _LONGEST_RULE and line.strip() and _RULE.match(line):
            places.setdefault(line.rstrip(), []).append(row)
    return frozenset(
        rule
        for rule, found in places.items()
        if len(found) >= _FEWEST_RULES
        and sum(row > 0 and bool(_underline(rows, row - 1)) for row in found) * 2 < len(found)
    )


def _divisions(rows: list[str]) -> dict[int, int]:
    """List the depths of days, parts, chapters and sections; none of what a text has only one."""
    found = {row: depth for row in range(len(rows)) if (depth := division(rows, row))}
    counts = Counter(found.values())
    return {row: depth for row, depth in found.items() if counts[depth] >= _FEWEST_DIVISIONS}


def _underline(rows: list[str], row: int) -> str:
    """Return the mark below a title that stands alone; "" if a row is none."""
    line = rows[row]
    if row + 1 >= len(rows) or line[:1].isspace() or not _blank(rows, row - 1):
        return ""
    below = _RULE.match(rows[row + 1][:_LONGEST_RULE])
    if not below or not _is_title(line) or _RULE.match(line):
        return ""
    difference = abs(_width(line.rstrip()) - len(rows[row + 1].rstrip()))
    return below[1] if difference <= _MOST_DIFFERENCE else ""


def _blank(rows: list[str], *places: int) -> bool:
    return all(not (0 <= at < len(rows)) or not rows[at].strip() for at in places)


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and _WORD.search(line) is not None


def _width(line: str) -> int:
    """Return the columns of a row; signs of Chinese, Japanese and Korean take two."""
    return sum(1 + (east_asian_width(sign) in "WF") for sign in line)


def _depth(mark: str) -> int:
    return 1 if mark in _STRONG else 2
