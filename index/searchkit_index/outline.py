"""Cutting a text by the levels of its lines: headings, blank lines, indentation.

An outline says for each row how strong a boundary lies above it; the text is cut at the strongest
boundaries first, and its parts again where they are too large. What makes a level is the business
of `prose`, `indentation`, `markup` and `notebook`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from searchkit_index.lines import Lines
from searchkit_index.piece import Piece, Size, inside

# No boundary above such a row while there is any other.
NEVER = 1 << 20


@dataclass(slots=True)
class Outline:
    """Boundaries of a text.

    Attributes:
        levels: For each row, how weak the boundary above it is: 0 is the strongest.
        titles: The rows that begin something with a name (a heading, a definition).
        sections: Titled parts are cut beyond the target, as sections are; else beyond the limit, as
            functions are.
        defines: Titles are definitions.
    """

    levels: list[int]
    titles: dict[int, str] = field(default_factory=dict)
    sections: bool = False
    defines: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    title: str
    path: tuple[str, ...]
    group: int
    head: bool


def outlined(lines: Lines, outline: Outline, size: Size) -> Iterator[Piece]:
    """The pieces of a whole text; each fits the limit or is a single row.

    Each row is looked at once for each level above it; there are at most about a hundred.
    """
    groups = count()
    stack = list(reversed(_parts(outline, 0, len(lines), (), next(groups), head=False)))
    while stack:
        part = stack.pop()
        bound = size.target if outline.sections and part.title else size.limit
        if lines.cost(part.start, part.end) <= bound or part.end - part.start == 1:
            names = (part.title,) if part.title else ()
            defines = outline.defines and bool(part.title or part.head)
            yield Piece(part.start, part.end, part.path, names, part.group, defines)
        else:
            below = inside(part.path, part.title)
            head = bool(part.title) or part.head
            stack += reversed(_parts(outline, part.start, part.end, below, next(groups), head))


def _parts(
    outline: Outline, start: int, end: int, path: tuple[str, ...], group: int, head: bool
) -> list[_Part]:
    """The range cut at its strongest boundaries; the first part is the head of what was cut."""
    levels, titles = outline.levels, outline.titles
    strongest = min(levels[start + 1 : end], default=NEVER)
    cuts = [row for row in range(start + 1, end) if levels[row] == strongest]
    starts, ends = [start, *cuts], [*cuts, end]
    title = "" if head else titles.get(start, "")
    parts = [_Part(start, ends[0], title, path, group, head)]
    for first, last in zip(starts[1:], ends[1:], strict=True):
        parts.append(_Part(first, last, titles.get(first, ""), path, group, head=False))
    return parts
