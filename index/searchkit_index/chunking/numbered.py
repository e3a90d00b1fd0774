"""Finds the numbered titles of plain text, such as `2.1.  Keys` in a standard of the internet."""

import re

# A number with a full stop behind it, or several with such between; a title that begins large.
_TITLE = re.compile(r"((?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4})(\.?)[ \t]{1,4}(?![a-z])[^\W\d_]\S*.*")
_LONGEST = 80  # characters
_SENTENCE_END = re.compile(r"[.!?;,:…]\s*\Z")
_FIRST = 4  # the depth of titles with one number, below parts of a text
_DEEPEST = 6

_Number = tuple[str | int, ...]


def numbered(rows: list[str]) -> dict[int, int]:
    """List the depths of numbered titles, by their rows.

    Titles stand apart at the margin, and each follows the one before it or is the first below the
    one around it. Items of a list do too, but nothing stands between them.

    Args:
        rows: The lines of a text.

    Returns:
        The depths; empty where there is only one title.
    """
    found = {row: number for row in range(len(rows)) if (number := _number(rows, row))}
    listed = {row for row, number in found.items() if _is_item(found, rows, row, number)}
    kept: dict[int, int] = {}
    seen: set[_Number] = set()
    for row, number in found.items():
        if row not in listed and _follows(number, seen):
            seen.add(number)
            kept[row] = min(_FIRST + len(number) - 1, _DEEPEST)
    return kept if len(kept) > 1 else {}


def _number(rows: list[str], row: int) -> _Number:
    """Return the number of a title that stands apart; an empty one for none."""
    line = rows[row]
    if len(line) > _LONGEST or not line[:1].isalnum() or not _is_apart(rows, row):
        return ()
    title = _TITLE.match(line)
    if not title or _SENTENCE_END.search(line) or not (title[2] or "." in title[1]):
        return ()
    return tuple(int(part) if part.isdecimal() else part for part in title[1].split("."))


def _is_apart(rows: list[str], row: int) -> bool:
    around = (row - 1, row + 1)
    return all(not 0 <= at < len(rows) or not rows[at].strip() for at in around)


def _is_item(found: dict[int, _Number], rows: list[str], row: int, number: _Number) -> bool:
    """Tell whether nothing but blank rows is between a title and another one as deep."""
    after = next((at for at in range(row + 1, len(rows)) if rows[at].strip()), row)
    return len(found.get(after, ())) == len(number)


def _follows(number: _Number, seen: set[_Number]) -> bool:
    *around, last = number
    if isinstance(last, str):
        return last == "A" or (chr(ord(last) - 1),) in seen
    if last > 1:
        return (*around, last - 1) in seen
    return not around or tuple(around) in seen or isinstance(around[0], str)
