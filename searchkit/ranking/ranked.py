"""Defines a chunk on its way into the answer, and what each side of the search said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

CODE = frozenset(("code", "definition"))
"""Kinds of chunks that are neither prose nor data."""

# What is cited quotes more of a question than what it names, as `def run_tests`.
_CITED = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """What one side of the search said of a hit: its rank there, from 1, and its score.

    The score is the cosine, or BM25 as a part of what the question could reach.
    """

    rank: int
    score: float


@dataclass(slots=True)
class Ranked:
    """A chunk on its way into the answer.

    Attributes:
        chunk_id: Its id.
        path: The path of its file, relative to the root.
        symbol: Names of the definitions or headings around it.
        kind: `definition`, `code`, `prose` or `data`.
        parts: For each side that found it its rank there and its score.
        shares: What each side and each rule gave or took.
        natural_language: The language of prose, by its ISO 639-1 code, if it is certain.
        digest: The digest of its symbol path and text.
        copies: Paths of other chunks with the same symbol path and text, and of older versions.
        bias: How much nearer the question is to its natural language as a whole than to all of
            them, as a cosine; 0 for code.
        opening: For code the cosine of the first chunk of its file; None where it is not known.
        quoted: How much of the question its text holds as it is typed, 0 to 1.
        cited: How much the question means it, 0 to 1, by its lines, or as what says what is asked
            of a project.
        has_keywords: Whether the question is a few words and it holds each of them.
    """

    chunk_id: int
    path: str = ""
    symbol: str = ""
    kind: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    natural_language: str | None = None
    digest: bytes = b""
    copies: tuple[str, ...] = ()
    bias: float = 0.0
    opening: float | None = None
    quoted: float = 0.0
    cited: float = 0.0
    has_keywords: bool = False

    @property
    def score(self) -> float:
        """The sum of the shares."""
        return sum(self.shares.values())

    @property
    def typed(self) -> float:
        """How much of the question it holds, or more: what is cited comes before any name."""
        return max(_CITED * self.cited, self.quoted)

    def fresh(self) -> Self:
        """Copy it without its shares; `replace` takes seven times as long, for every candidate."""
        return type(self)(
            *(self.chunk_id, self.path, self.symbol, self.kind),
            parts=self.parts,
            natural_language=self.natural_language,
            digest=self.digest,
            copies=self.copies,
            bias=self.bias,
            opening=self.opening,
            quoted=self.quoted,
            cited=self.cited,
            has_keywords=self.has_keywords,
        )


def by_side(sides: Mapping[str, Sequence[tuple[int, float]]]) -> dict[int, Ranked]:
    """Collect every chunk that any side named.

    Args:
        sides: For each side its chunk ids and scores, best first.

    Returns:
        The chunks by id, each with what the sides said of it.
    """
    found: dict[int, Ranked] = {}
    for side, ranking in sides.items():
        for place, (chunk_id, score) in enumerate(ranking, start=1):
            if chunk_id not in found:
                found[chunk_id] = Ranked(chunk_id)
            found[chunk_id].parts[side] = Part(place, score)
    return found
