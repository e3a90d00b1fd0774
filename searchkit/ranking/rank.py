"""Makes one order of what two sides found.

Each rule is one function that adds a share to scores; the shares of a hit sum to its score. Knows
chunk ids, scores and names: no SQL, no vectors. What each rule gives is measured, see `searchkit
guide figures`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from searchkit.ranking.conventions import aside, asked_for, superseded
from searchkit.ranking.naming import Question

# A candidate never scores less: a rule that takes a fraction of it must leave an order.
_LEAST = 1e-3

# How slowly reciprocal ranks fall, as in the paper.
_RANKS = 60

# A definition that is all of the question counts so many times.
_ALONE = 2.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each rule does; 0 switches a rule off.

    Attributes:
        lexical: The lexical side's part of the sum of both sides' scores; the semantic side has
            the rest. None for a model to whose scores no part was fitted: it is fused by ranks.
        definition: Added for a definition that the question names, of the best score.
        file_decay: Each further chunk of a file counts for so much of the one before.
        file_floor: Where chunks begin to count, between the median candidate (0) and the best (1).
        name: Added for a file that the question names, of the best score.
        test_penalty: What tests, examples and foreign code lose of their score.
        superseded: What `v1` loses where `v2` is found beside it.
    """

    lexical: float | None = None
    definition: float = 1.0
    file_decay: float = 0.65
    file_floor: float = 0.2
    name: float = 1.8
    test_penalty: float = 0.7
    superseded: float = 0.5


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
        path: Of its file, relative to the root.
        symbol: Names of the definitions or headings around it.
        kind: `definition`, `code`, `prose` or `data`.
        parts: For each side that found it its rank there and its score.
        shares: What each side and each rule gave or took.
        natural_language: Of prose, by its code of ISO 639-1, where that is sure.
        digest: Of its symbol path and text.
        copies: Paths of other chunks with the same symbol path and text.
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
    """Put chunks in the order of the answer, ties by their ids.

    Args:
        found: What the sides named, with `parts`, `path`, `symbol` and `kind` set.
        question: What was asked.
        weights: How much each rule does.

    Returns:
        The chunks, their shares filled in.
    """
    chunks = [replace(chunk, shares={}) for chunk in found]
    _join_sides(chunks, weights.lexical)
    _raise_definitions(chunks, question, weights.definition)
    files = _files(chunks, weights)
    _raise_named(files, question, weights.name)
    asked = asked_for(question)
    older = superseded((file.path for file in files), question)
    _lower(
        files, "test_penalty", weights.test_penalty, lambda f: aside(f.path) not in (None, *asked)
    )
    _lower(files, "superseded", weights.superseded, lambda file: file.path in older)
    for file in files:
        _spread(file, weights.file_decay)
    return _folded(sorted(chunks, key=lambda chunk: (-chunk.score, chunk.chunk_id)))


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


def named_by(chunk: Ranked, question: Question) -> float:
    """Tell how much of a question the symbols of a definition are, 0 to 1; see `Question.names`."""
    if chunk.kind != "definition":
        return 0.0
    return max(map(question.names, chunk.symbol.rpartition(" > ")[2].split(", ")))


def _raise_definitions(chunks: Sequence[Ranked], question: Question, weight: float) -> None:
    """Raise definitions that the question names: they are asked for before their uses."""
    best = max((chunk.score for chunk in chunks), default=0.0)
    for chunk in chunks:
        if weight and chunk.kind == "definition":
            named = named_by(chunk, question)
            # Nothing but the name was asked for: a file of a near name must not come first.
            alone = _ALONE if named > 0.999 else 1.0
            _add(chunk, "definition", weight * best * named * alone)


def _files(chunks: Iterable[Ranked], weights: Weights) -> list[_File]:
    """Group chunks by file: it scores by all of its chunks, each further one for less.

    Many questions are answered by a file, no part of which says it all; code and prose are on one
    scale. Further chunks count by what they have above the floor, for all have something of what is
    asked; data repeats itself, and counts by its best chunk.
    """
    grouped: dict[str, list[Ranked]] = {}
    for chunk in sorted(chunks, key=lambda chunk: (-chunk.score, chunk.chunk_id)):
        grouped.setdefault(chunk.path, []).append(chunk)
    rise = _rise([chunk.score for inside in grouped.values() for chunk in inside], weights)
    files = [_File(path, inside) for path, inside in grouped.items()]
    for file in files:
        first, *others = file.chunks
        further = (rise(chunk.score) for chunk in others if chunk.kind != "data")
        whole = first.score + sum(
            score * weights.file_decay**number for number, score in enumerate(further, start=1)
        )
        file.shares = {"file": whole}
    return files


def _rise(scores: Sequence[float], weights: Weights) -> Callable[[float], float]:
    """Make a function for what a further chunk counts: nothing at the floor, all for the best."""
    if not scores:
        return lambda _: 0.0
    best, middle = max(scores), median(scores)
    floor = middle + weights.file_floor * (best - middle)
    scale = best / (best - floor) if best > floor else 0.0
    return lambda score: max(score - floor, 0.0) * scale


def _raise_named(files: Sequence[_File], question: Question, weight: float) -> None:
    """Raise files whose names say what is asked for."""
    # Without what definitions gained: else no definition could come before a near name.
    best = max(
        (file.score - file.chunks[0].shares.get("definition", 0.0) for file in files), default=0.0
    )
    shares = question.shares([file.path for file in files]) if weight else {}
    for file in files:
        _add(file, "name", weight * best * shares.get(file.path, 0.0))


def _lower(
    files: Iterable[_File], rule: str, loses: float, applies: Callable[[_File], bool]
) -> None:
    """Take a part of the score of what applies.

    Tests and examples use the thing, an older version was replaced: a question means the thing
    itself.
    """
    for file in files:
        if loses and applies(file):
            _add(file, rule, -loses * file.score)


def _folded(ranking: Iterable[Ranked]) -> list[Ranked]:
    """Leave the first chunk of each text, with the paths of the others."""
    first: dict[object, Ranked] = {}
    for chunk in ranking:
        kept = first.setdefault(chunk.digest or chunk.chunk_id, chunk)
        if kept.path != chunk.path and chunk.path not in kept.copies:
            kept.copies += (chunk.path,)
    return list(first.values())


def _add(item: Ranked | _File, rule: str, share: float) -> None:
    if share:
        item.shares[rule] = share


def _spread(file: _File, further: float) -> None:
    """Give a file's score to its best chunk, and to each further one so much less.

    So no file fills an answer with its chunks, and what a chunk gave to its file is what it gets.
    """
    best, total = file.chunks[0].score, file.shares.pop("file")
    for number, chunk in enumerate(file.chunks):
        factor = chunk.score / best * max(further, _LEAST) ** number
        _add(chunk, "file", total * factor - chunk.score)
        for rule, share in file.shares.items():
            _add(chunk, rule, share * factor)
