"""Cutting a text by the levels of its lines: headings, blank lines, indentation.

An outline says for each row how strong a boundary lies above it; the text is cut at the strongest
boundaries first, and its parts again where they are too large. What makes a level is the business
of `prose` and `indentation`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.segment import Segment, Size, inside

# No boundary above such a row while there is any other.
NEVER = 1 << 20


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
    """

    levels: list[int]
    titles: dict[int, str] = field(default_factory=dict)
    sections: bool = False
    definitions: set[int] = field(default_factory=set)

    def depth(self, row: int) -> int:
        """How deep what begins at a row stands."""
        return self.levels[row] // 2

    def names(self, start: int, end: int) -> tuple[str, ...]:
        """What rows `start` to `end` begin, at the depth of the first of them."""
        rows = (row for row in range(start, end) if row in self.titles)
        return tuple(self.titles[row] for row in rows if self.depth(row) <= self.depth(start))


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    path: tuple[str, ...] = ()
    group: int = 0
    head: bool = False  # it begins with the title that is the last of its path

    def title(self, outline: Outline) -> str:
        return "" if self.head else outline.titles.get(self.start, "")


def outlined(lines: Lines, outline: Outline, size: Size) -> Iterator[Segment]:
    """The segments of a whole text; each fits the limit or is a single row.

    Each row is looked at once for each level above it; there are at most about a hundred.
    """
    groups = count(1)
    root = _Part(0, len(lines))
    parts = _parts(root, outline, groups)
    # One title over all the rest makes one thing of the text; else its parts stand by themselves.
    stack = [root] if parts[0].head else list(reversed(parts))
    while stack:
        part = stack.pop()
        titled = bool(part.title(outline))
        bound = size.target if outline.sections and titled else size.limit
        if lines.cost(part.start, part.end) <= bound or part.end - part.start == 1:
            names = () if part.head else outline.names(part.start, part.end)
            defines = part.head or bool(names)
            defines = defines and not outline.definitions.isdisjoint(range(part.start, part.end))
            yield Segment(part.start, part.end, part.path, names, part.group, defines)
        else:
            stack += reversed(_parts(part, outline, groups))


def _parts(whole: _Part, outline: Outline, groups: Iterator[int]) -> list[_Part]:
    """A part cut at its strongest boundaries; the first of them is its head."""
    inner = outline.levels[whole.start + 1 : whole.end]
    strongest = min(inner, default=NEVER)
    starts = [row for row, level in enumerate(inner, whole.start + 1) if level == strongest]
    title, path, head = whole.title(outline), whole.path, whole.head
    if title and strongest // 2 > outline.depth(whole.start):
        path, head = inside(path, title), True
    group = next(groups)
    first_end, *ends = [*starts, whole.end]
    rest = [_Part(start, end, path, group) for start, end in zip(starts, ends, strict=True)]
    return [_Part(whole.start, first_end, path, group, head), *rest]
