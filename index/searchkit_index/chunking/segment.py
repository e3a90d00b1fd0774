"""Ranges of rows on their way to become chunks, and how small neighbours are joined.

Whatever cuts a text (a syntax tree, headings, indentation) gives pieces; this is the one place that
decides which of them are read together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from searchkit_index.chunking.lines import Lines

# Deeper symbols are not spelled out: they would cost more than they tell.
_DEEPEST = 6
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How large chunks become, in tokens.

    Attributes:
        limit: No chunk is larger.
        target: Small neighbours are joined up to this.
    """

    limit: int
    target: int

    @property
    def crumb(self) -> int:
        """What is smaller says nothing alone, and joins a neighbour even beyond the target."""
        return self.target // 5


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows `start` to `end`, the last not included, that stand together.

    Attributes:
        path: Names of the definitions or headings around it, outermost first.
        names: Names of the definitions or headings in it, at its own level.
        group: Which definition or section it is a part of: pieces of one group are siblings.
        defines: Whether a definition, or the head of one, is in it.
        closing: It only ends what stands before it: a bracket, `end`.
    """

    start: int
    end: int
    path: tuple[str, ...]
    names: tuple[str, ...]
    group: int
    defines: bool
    closing: bool = False

    @property
    def symbol(self) -> str:
        """The path with the names at its end: `Class > method, other`."""
        names = tuple(dict.fromkeys(self.names))
        if len(names) > _MOST_NAMES:
            names = (*names[: _MOST_NAMES - 1], "…")
        return " > ".join((*self.path, *((", ".join(names),) if names else ())))


def inside(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The path of what stands inside `name`."""
    return (*path, name) if name and len(path) < _DEEPEST else path


def pack(pieces: Iterable[Piece], lines: Lines, size: Size) -> list[Piece]:
    """Joins siblings up to the target, then crumbs with what they open or close.

    Blank pieces go, and blank rows at either end of the others.
    """
    trimmed = (_trimmed(piece, lines) for piece in pieces)
    whole = (piece for piece in trimmed if piece.start < piece.end)
    packed = _reduced(whole, lines, size, _are_small)
    headed = _reduced(reversed(packed), lines, size, _has_crumb)
    return _reduced(reversed(headed), lines, size, _has_crumb)


_Rule = Callable[[Piece, Piece, Size, Lines], bool]


def _trimmed(piece: Piece, lines: Lines) -> Piece:
    start, end = lines.trimmed(piece.start, piece.end)
    if (start, end) == (piece.start, piece.end):
        return piece
    return replace(piece, start=start, end=end)


def _reduced(pieces: Iterable[Piece], lines: Lines, size: Size, rule: _Rule) -> list[Piece]:
    """Each piece joined to the one before it, where both fit the limit and the rule says so."""
    reduced: list[Piece] = []
    for piece in pieces:
        if reduced and rule(reduced[-1], piece, size, lines):
            joined = _joined(reduced[-1], piece, lines)
            if lines.cost(joined.start, joined.end) <= size.limit:
                reduced[-1] = joined
                continue
        reduced.append(piece)
    return reduced


def _are_small(first: Piece, second: Piece, size: Size, lines: Lines) -> bool:
    if first.group == second.group and lines.cost(first.start, second.end) <= size.target:
        return True
    return second.closing and _has_crumb(first, second, size, lines)


def _has_crumb(piece: Piece, crumb: Piece, size: Size, lines: Lines) -> bool:
    """Whether a crumb belongs to a neighbour: a sibling, or without a name its head or its end."""
    around = not crumb.names and piece.path[: len(crumb.path)] == crumb.path
    small = lines.cost(crumb.start, crumb.end) < size.crumb
    return small and (around or piece.group == crumb.group)


def _joined(one: Piece, other: Piece, lines: Lines) -> Piece:
    first, second = (one, other) if one.start < other.start else (other, one)
    defines = first.defines or second.defines
    if first.group == second.group:
        names = first.names + second.names
        return Piece(first.start, second.end, first.path, names, first.group, defines)
    tail = lines.cost(second.start, second.end)
    larger = second if tail > lines.cost(first.start, first.end) else first
    return Piece(first.start, second.end, larger.path, larger.names, larger.group, defines)
