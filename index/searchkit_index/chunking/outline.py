"""Cuts a text by the levels of its lines: headings, blank lines, indentation.

An outline says for each row how strong the boundary above it is; the text is cut at the strongest
boundaries first, and its parts again where they are too large. `prose` and `indentation` compute
the levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.segment import Segment, Size, inside
from searchkit_index.languages.row import Language

# No boundary above such a row while there is any other.
NEVER = 1 << 20


class Part(NamedTuple):
    """Rows `start` to `end`, the last not included, that are written in another language.

    Attributes:
        start: The first row.
        end: The one after the last.
        language: What they are written in.
        inline: It is found by its language, and the text around it is cut as if it were not there.
        defines: It holds a definition, whatever the outline says of its rows.
    """

    start: int
    end: int
    language: Language
    inline: bool = False
    defines: bool = False


@dataclass(slots=True)
class Outline:
    """Boundaries of a text.

    Attributes:
        levels: For each row, how weak the boundary above it is: 0 is the strongest. Two levels make
            a depth; what begins at one depth ends where the same depth begins again.
        titles: The rows that begin something with a name (a heading, a definition).
        sections: Titled parts are cut beyond the target, as sections are; else beyond the limit, as
            functions are.
        definitions: The rows whose titles are those of definitions.
        parts: What is written in another language.
    """

    levels: list[int]
    titles: dict[int, str] = field(default_factory=dict)
    sections: bool = False
    definitions: set[int] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)

    def depth(self, row: int) -> int:
        """Return how deep what begins at a row is."""
        return self.levels[row] // 2

    def names(self, start: int, end: int) -> tuple[str, ...]:
        """Return the titles that rows `start` to `end` begin, at the depth of the first of them.

        Where there are none, those of the outermost definitions within.
        """
        rows = [row for row in range(start, end) if row in self.titles]
        deepest = self.depth(start)
        if rows and all(self.depth(row) > deepest for row in rows):
            rows = [row for row in rows if row in self.definitions]
            deepest = min(map(self.depth, rows), default=deepest)
        return tuple(self.titles[row] for row in rows if self.depth(row) <= deepest)


@dataclass(frozen=True, slots=True)
class _Range:
    start: int
    end: int
    path: tuple[str, ...] = ()
    group: int = 0
    head: bool = False  # it begins with the title that is the last of its path

    def title(self, outline: Outline) -> str:
        return "" if self.head else outline.titles.get(self.start, "")


def outlined(lines: Lines, outline: Outline, size: Size) -> Iterator[Segment]:
    """Yield the segments of a whole text; each fits the limit or is a single row.

    Each row is looked at once for each level above it; there are at most about a hundred.
    """
    groups = count(1)
    root = _Range(0, len(lines))
    parts = _parts(root, outline, groups)
    # One title over all the rest makes the text one section; else its parts are independent.
    stack = [root] if parts[0].head else list(reversed(parts))
    while stack:
        part = stack.pop()
        titled = bool(part.title(outline))
        bound = size.target if outline.sections and titled else size.limit
        if lines.cost(part.start, part.end) <= bound or part.end - part.start == 1:
            names = () if part.head else outline.names(part.start, part.end)
            defines = part.head or bool(names)
            defines = defines and not outline.definitions.isdisjoint(range(part.start, part.end))
            below = range(part.start + 1, part.end)
            title = part.start in outline.titles and part.start not in outline.definitions
            title = title and outline.sections and all(map(lines.blank, below))
            yield Segment(part.start, part.end, part.path, names, part.group, defines, title=title)
        else:
            stack += reversed(_parts(part, outline, groups))


def _parts(whole: _Range, outline: Outline, groups: Iterator[int]) -> list[_Range]:
    """Cut a part at its strongest boundaries; the first of the parts is its head."""
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
