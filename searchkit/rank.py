"""From two rankings to one.

Knows only chunk ids, ranks and scores: no SQL, no vectors, no text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Reciprocal rank fusion damps the first ranks by this much (Cormack et al., SIGIR 2009).
_DAMPING = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What one side of the search said of a hit: its rank there, from 1, and its raw score."""

    rank: int
    score: float


@dataclass(slots=True)
class Ranked:
    """A chunk with its fused score and the parts that it came from, by side."""

    chunk_id: int
    score: float = 0.0
    parts: dict[str, Part] = field(default_factory=dict)


def fuse(sides: Mapping[str, Sequence[tuple[int, float]]]) -> list[Ranked]:
    """Reciprocal rank fusion.

    Args:
        sides: For each side its chunk ids and scores, best first.

    Returns:
        Every chunk that any side named, best first; ties in the order of the ids.
    """
    found: dict[int, Ranked] = {}
    for side, ranking in sides.items():
        for rank, (chunk_id, score) in enumerate(ranking, start=1):
            ranked = found.setdefault(chunk_id, Ranked(chunk_id))
            ranked.score += 1 / (_DAMPING + rank)
            ranked.parts[side] = Part(rank, score)
    return sorted(found.values(), key=lambda ranked: (-ranked.score, ranked.chunk_id))
