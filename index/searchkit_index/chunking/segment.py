"""Joins segments, which are ranges of rows, into chunks of a good size.

A syntax tree, headings or indentation cut a text into segments; only this module decides which of
them become one chunk.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from searchkit_index.chunking.lines import Lines

# The most names in the path of a symbol, and at its end: more are not worth their tokens.
_DEEPEST = 6
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How large chunks become, in tokens.

    Attributes:
        limit: The most tokens of a chunk.
        target: Small neighbours are joined up to this many tokens.
    """

    limit: int
    target: int

    @property
    def fragment(self) -> int:
        """Tokens below which a segment is a fragment: too short to be a chunk of its own."""
        return self.target // 5


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows `start` to `end`, exclusive, that are kept together.

    Attributes:
        path: The names of the definitions or headings around it, outermost first.
        names: The names of the definitions or headings in it, at its own level.
        group: The number of the definition or section that it is a part of; siblings share it.
        defines: Whether it contains a definition, or the head of one.
        closing: Whether it only closes the segment before, with a bracket or `end`.
        title: Whether it is a heading with nothing below it.
        heads: How many definitions at the end of the path begin in it.
    """

    start: int
    end: int
    path: tuple[str, ...]
    names: tuple[str, ...]
    group: int
    defines: bool
    closing: bool = False
    title: bool = False
    heads: int = 0

    @property
    def symbol(self) -> str:
        """The path with the names at its end: `Class > method, other`.

        A definition that begins in it is one of the names: `Class, method, other`.
        """
        around = self.path[: len(self.path) - self.heads]
        names = (*self.path[len(around) :], *dict.fromkeys(filter(None, self.names)))
        if len(names) > _MOST_NAMES:
            names = (*names[: _MOST_NAMES - 1], "…")
        return " > ".join((*around, *((", ".join(names),) if names else ())))


def inside(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Extend a path by a name, unless the name is empty or the path is as long as it may be."""
    return (*path, name) if name and len(path) < _DEEPEST else path


def pack(segments: Iterable[Segment], lines: Lines, size: Size) -> list[Segment]:
    """Join siblings up to the target, then fragments and titles with what they open or close.

    Blank segments are dropped, and blank rows at either end of the others.
    """
    trimmed = (_trimmed(segment, lines) for segment in segments)
    whole = (segment for segment in trimmed if segment.start < segment.end)
    packed = _reduced(whole, lines, size, _are_small)
    headed = _reduced(reversed(packed), lines, size, _has_head)
    return _reduced(reversed(headed), lines, size, _has_fragment)


_Rule = Callable[[Segment, Segment, Size, Lines], bool]


def _trimmed(segment: Segment, lines: Lines) -> Segment:
    start, end = lines.trimmed(segment.start, segment.end)
    if (start, end) == (segment.start, segment.end):
        return segment
    return replace(segment, start=start, end=end)


def _reduced(segments: Iterable[Segment], lines: Lines, size: Size, rule: _Rule) -> list[Segment]:
    """Join each segment to the one before it if the rule allows and both fit the limit."""
    reduced: list[Segment] = []
    for segment in segments:
        if reduced and rule(reduced[-1], segment, size, lines):
            joined = _join(reduced[-1], segment, lines)
            if lines.cost(joined.start, joined.end) <= size.limit:
                reduced[-1] = joined
                continue
        reduced.append(segment)
    return reduced


def _are_small(first: Segment, second: Segment, size: Size, lines: Lines) -> bool:
    if first.group == second.group and lines.cost(first.start, second.end) <= size.target:
        return True
    return second.closing and _has_fragment(first, second, size, lines)


def _has_fragment(segment: Segment, other: Segment, size: Size, lines: Lines) -> bool:
    """Tell whether another segment is a fragment of this one.

    It is a small sibling, or small, without names and of the same definition or one around it.
    """
    is_around = not other.names and segment.path[: len(other.path)] == other.path
    is_small = lines.cost(other.start, other.end) < size.fragment
    return is_small and (is_around or segment.group == other.group)


def _has_head(segment: Segment, head: Segment, size: Size, lines: Lines) -> bool:
    """Tell whether what is before a segment is a title, or a fragment of it."""
    return head.title or _has_fragment(segment, head, size, lines)


def _join(one: Segment, other: Segment, lines: Lines) -> Segment:
    first, second = (one, other) if one.start < other.start else (other, one)
    defines = first.defines or second.defines
    if first.group == second.group:
        names, heads = first.names + second.names, max(first.heads, second.heads)
        return Segment(
            first.start, second.end, first.path, names, first.group, defines, heads=heads
        )
    tail = lines.cost(second.start, second.end)
    larger, other = (
        (second, first) if tail > lines.cost(first.start, first.end) else (first, second)
    )
    # A definition with the first one inside it, which is cut, too.
    heads = larger.heads + other.heads * (other.path == larger.path[: -larger.heads])
    return replace(larger, start=first.start, end=second.end, defines=defines, heads=heads)
