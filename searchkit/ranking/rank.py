"""From what two sides found to one answer.

Each rule is one function that adds a share to scores; the shares of a hit sum to its score. Knows
chunk ids, scores and names: no SQL, no vectors. What each rule gives is measured, see the README.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, repeat
from operator import mul

from searchkit.ranking.aside import is_aside, superseded
from searchkit.ranking.naming import Question

# A candidate never scores less: a rule that takes a fraction of it must leave an order.
_LEAST = 1e-3

# How slowly reciprocal ranks fall, as in the paper.
_RANKS = 60


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each rule does; the neutral value of a rule switches it off.

    Attributes:
        lexical: The lexical side's part of the sum of both sides' scores; the semantic side has
            the rest. None for a model to whose scores no part was fitted: it is fused by ranks.
        definition: Added for a definition that the question names, of the best score; neutral 0.
        further: Each further chunk of code of a file counts for so much of the one before;
            neutral 0.
        name: Added for a file that the question names, of the best score; neutral 0.
        aside: What tests, examples and foreign code keep; neutral 1.
        older: What `v1` keeps where `v2` is found beside it; neutral 1.
    """

    lexical: float | None = None
    definition: float = 1.0
    further: float = 0.65
    name: float = 1.5
    aside: float = 0.3
    older: float = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """What one side of the search said of a hit: its rank there, from 1, and its score.

    The score is the cosine, or BM25 as a part of what the question could reach.
    """

    rank: int
    score: float


@dataclass(slots=True)
class Ranked:
    """A chunk on its way into the answer: what the sides said, and what each rule made of it."""

    chunk_id: int
    path: str = ""
    symbol: str = ""
    kind: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The sum of the shares."""
        return sum(self.shares.values())


@dataclass(slots=True)
class _File:
    """The chunks of one file, best first, and what the rules made of it as a whole."""

    path: str
    chunks: list[Ranked]
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        return sum(self.shares.values())


def rank(found: Iterable[Ranked], question: Question, weights: Weights) -> list[Ranked]:
    """The chunks in the order of the answer, their shares filled in; ties by the ids.

    Args:
        found: What the sides named, with `parts`, `path`, `symbol` and `kind` set.
        question: What was asked.
        weights: How much each rule does.
    """
    chunks = [replace(chunk, shares={}) for chunk in found]
    _join_sides(chunks, weights.lexical)
    _raise_definitions(chunks, question, weights.definition)
    files = _files(chunks, weights.further)
    _raise_named(files, question, weights.name)
    older = superseded((file.path for file in files), question)
    _lower(files, "aside", weights.aside, lambda file: is_aside(file.path, question))
    _lower(files, "older", weights.older, lambda file: file.path in older)
    for file in files:
        _spread(file, weights.further)
    return sorted(chunks, key=lambda chunk: (-chunk.score, chunk.chunk_id))


def by_side(sides: Mapping[str, Sequence[tuple[int, float]]]) -> dict[int, Ranked]:
    """Every chunk that any side named, by its id.

    Args:
        sides: For each side its chunk ids and scores, best first.
    """
    found: dict[int, Ranked] = {}
    for side, ranking in sides.items():
        for place, (chunk_id, score) in enumerate(ranking, start=1):
            found.setdefault(chunk_id, Ranked(chunk_id)).parts[side] = Part(place, score)
    return found


def _join_sides(chunks: Iterable[Ranked], lexical: float | None) -> None:
    """Add what both sides say: a side with nothing to say has low scores, and so no weight.

    Where nobody knows how the two sides' scores compare, ranks are added: reciprocal rank fusion
    (Cormack, Clarke and Buettcher, SIGIR 2009), scaled so that first on both sides is 1.
    """
    for chunk in chunks:
        for side, part in chunk.parts.items():
            chunk.shares[side] = max(_side_share(side, part, lexical), _LEAST)


def _side_share(side: str, part: Part, lexical: float | None) -> float:
    if lexical is None:
        return 0.5 * (_RANKS + 1) / (_RANKS + part.rank)
    return part.score * (lexical if side == "lexical" else 1 - lexical)


def _raise_definitions(chunks: Sequence[Ranked], question: Question, weight: float) -> None:
    """A question that names a symbol asks for its definition before its uses."""
    best = max((chunk.score for chunk in chunks), default=0.0)
    for chunk in chunks:
        if weight and chunk.kind == "definition":
            named = max(map(question.names, chunk.symbol.rpartition(" > ")[2].split(", ")))
            _add(chunk, "definition", weight * best * named)


def _files(chunks: Iterable[Ranked], further: float) -> list[_File]:
    """A file is seen as a whole: it scores by all of its chunks, each further one for less.

    Many questions are answered by a file of code, no part of which says it all. Prose is answered
    by a passage: by all of them, the longest note would be the answer to everything.
    """
    grouped: dict[str, list[Ranked]] = {}
    for chunk in sorted(chunks, key=lambda chunk: (-chunk.score, chunk.chunk_id)):
        grouped.setdefault(chunk.path, []).append(chunk)
    files = [_File(path, inside) for path, inside in grouped.items()]
    for file in files:
        best, *others = file.chunks
        counted = [best, *(chunk for chunk in others if chunk.kind != "prose")]
        fading = accumulate(repeat(further, len(counted) - 1), mul, initial=1.0)
        whole = sum(chunk.score * factor for chunk, factor in zip(counted, fading, strict=True))
        file.shares = {"file": whole}
    return files


def _raise_named(files: Sequence[_File], question: Question, weight: float) -> None:
    """A file whose name says what is asked for is likely to be about it."""
    best = max((file.score for file in files), default=0.0)
    shares = question.shares([file.path for file in files]) if weight else {}
    for file in files:
        _add(file, "name", weight * best * shares.get(file.path, 0.0))


def _lower(
    files: Iterable[_File], rule: str, keeps: float, applies: Callable[[_File], bool]
) -> None:
    """What applies keeps a part of its score.

    Tests and examples use the thing, an older version was replaced: whoever asks means the thing
    itself.
    """
    for file in files:
        if keeps != 1 and applies(file):
            _add(file, rule, (keeps - 1) * file.score)


def _add(item: Ranked | _File, rule: str, share: float) -> None:
    if share:
        item.shares[rule] = share


def _spread(file: _File, further: float) -> None:
    """Gives a file's score to its best chunk, and to each further one so much less.

    So no file fills an answer with its chunks, and what a chunk gave to its file is what it gets.
    """
    best, total = file.chunks[0].score, file.shares.pop("file")
    for number, chunk in enumerate(file.chunks):
        factor = chunk.score / best * max(further, _LEAST) ** number
        _add(chunk, "file", total * factor - chunk.score)
        for rule, share in file.shares.items():
            _add(chunk, rule, share * factor)
