"""Breaks lines into rows of a terminal or a screen."""

from collections.abc import Callable, Iterator


def wrap(line: str, width: int, cells: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """Break a line at blanks where there are any in the second half of a row.

    Args:
        line: Without its line end.
        width: Cells of a row; a wider character has a row of its own.
        cells: Counts the cells of a text, at most two a character.

    Yields:
        Where each row begins and ends in the line; at least one.
    """
    start = 0
    while len(line) - start > width // 2 and cells(line[start:]) > width:
        end = _end(line, start, width, cells)
        yield start, end
        start = end
    if start < len(line) or not line:
        yield start, len(line)


def _end(line: str, start: int, width: int, cells: Callable[[str], int]) -> int:
    end, taken = start, 0
    while end < len(line) and (taken := taken + cells(line[end])) <= width:
        end += 1
    blank = line.rfind(" ", start, end)
    return blank + 1 if blank > (start + end) // 2 else max(end, start + 1)
