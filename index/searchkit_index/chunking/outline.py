"""Cuts a text by the levels of its rows: headings, blank lines, indentation.

An outline gives the strength of the boundary above each row. The text is cut at the strongest
boundaries first; pieces that are too large are cut again, at the next weaker boundaries. `prose`
and `indentation` compute the levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.segment import Segment, Size, inside
from searchkit_index.languages.row import Language

# The level of a row above which the text is cut only if there is no other boundary.
NEVER = 1 << 20


class Part(NamedTuple):
    """Rows of a text that are written in another language than the text.

    Attributes:
        start: The first row.
        end: The row after the last.
        language: The language of the rows.
        inline: Whether the part is ignored when the text is cut, and only labels its chunk.
        defines: Whether it holds a definition, in addition to those that the outline names.
    """

    start: int
    end: int
    language: Language
    inline: bool = False
    defines: bool = False

    @classmethod
    def block(cls, start: int, end: int, language: Language) -> "Part":
        """Make a part of whole rows, which changes how the text is cut only if it is code."""
        return cls(start, end, language, inline=language.kind != "code")


@dataclass(slots=True)
class Outline:
    """Boundaries of a text.

    Attributes:
        levels: For each row, how weak the boundary above it is; 0 is the strongest. Two levels make
            one depth; what begins at a depth ends at the next row of the same depth.
        titles: The names of headings and definitions, by the row where each begins.
        sections: Whether titled ranges are sections, which are cut if larger than the target; else
            they are functions, which are cut if larger than the limit.
        definitions: The rows whose titles are names of definitions.
        parts: The rows that are written in another language.
    """

    levels: list[int]
    titles: dict[int, str] = field(default_factory=dict)
    sections: bool = False
    definitions: set[int] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)

    def depth(self, row: int) -> int:
        """Return the depth of what begins at a row."""
        return self.levels[row] // 2

    def names(self, start: int, end: int) -> tuple[str, ...]:
        """Return the titles in rows `start` to `end` that are as deep as the first row.

        If there are none, return the names of the outermost definitions within.
        """
        rows = [row for row in range(start, end) if row in self.titles]
        deepest = self.depth(start)
        if rows and all(self.depth(row) > deepest for row in rows):
            rows = [row for row in rows if row in self.definitions]
            deepest = min(map(self.depth, rows), default=deepest)
        return tuple(self.titles[row] for row in rows if self.depth(row) <= deepest)


@dataclass(frozen=True, slots=True)
class _Range:
    """Rows `start` to `end`, exclusive, on the way to a segment.

    Attributes:
        path, group: As of a `Segment`.
        head: Whether it begins with the title that is the last of its path.
    """

    start: int
    end: int
    path: tuple[str, ...] = ()
    group: int = 0
    head: bool = False

    def title(self, outline: Outline) -> str:
        return "" if self.head else outline.titles.get(self.start, "")


def outline_segments(lines: Lines, outline: Outline, size: Size) -> Iterator[Segment]:
    """Cut a whole text into segments.

    Takes time in proportion to the rows times their levels, which are about a hundred at most.

    Args:
        lines: The text.
        outline: Its boundaries.
        size: How large chunks become.

    Yields:
        The segments, in order; each fits the limit or is a single row.
    """
    groups = count(1)
    root = _Range(0, len(lines))
    pieces = _pieces(root, outline, groups)
    # One title over all the rest makes the text one section; else its pieces are independent.
    stack = [root] if pieces[0].head else list(reversed(pieces))
    while stack:
        piece = stack.pop()
        is_section = outline.sections and bool(piece.title(outline))
        bound = size.target if is_section else size.limit
        if lines.cost(piece.start, piece.end) <= bound or piece.end - piece.start == 1:
            yield _segment(piece, lines, outline)
        else:
            stack += reversed(_pieces(piece, outline, groups))


def _segment(piece: _Range, lines: Lines, outline: Outline) -> Segment:
    start, end = piece.start, piece.end
    names = () if piece.head else outline.names(start, end)
    defines = piece.head or bool(names)
    defines = defines and not outline.definitions.isdisjoint(range(start, end))
    is_heading = outline.sections and start in outline.titles and start not in outline.definitions
    title = is_heading and all(map(lines.blank, range(start + 1, end)))
    heads = int(piece.head and start in outline.definitions)
    return Segment(start, end, piece.path, names, piece.group, defines, title=title, heads=heads)


def _pieces(whole: _Range, outline: Outline, groups: Iterator[int]) -> list[_Range]:
    """Cut a range at its strongest boundaries; the first piece is its head."""
    inner = outline.levels[whole.start + 1 : whole.end]
    strongest = min(inner, default=NEVER)
    starts = [row for row, level in enumerate(inner, whole.start + 1) if level == strongest]
    title, path, head = whole.title(outline), whole.path, whole.head
    if title and strongest // 2 > outline.depth(whole.start):
        path, head = inside(path, title), True
    group = next(groups)
    first_end, *ends = [*starts, whole.end]
    rest = [_Range(start, end, path, group) for start, end in zip(starts, ends, strict=True)]
    return [_Range(whole.start, first_end, path, group, head), *rest]
