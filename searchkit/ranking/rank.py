"""Makes one order of what two sides found.

Each rule is one function that adds a share to scores; the shares of a hit sum to its score. Knows
chunk ids, scores and names: no SQL, no vectors. What each rule gives is measured, see `searchkit
guide figures`.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from statistics import fmean, median

from searchkit.ranking.conventions import asked_for, convention_of, superseded, without_versions
from searchkit.ranking.definition import (
    defines,
    fitting,
    lower_quoted,
    named_shares,
    sought_beside,
)
from searchkit.ranking.naming import Question
from searchkit.ranking.ranked import CODE, Part, Ranked

# No candidate scores less, so that rules that take a fraction of a score keep the order.
_LEAST = 1e-3

# How slowly reciprocal ranks fall, as the paper on their fusion has it.
_RANKS = 60

# A definition whose name covers this share of a question is all that was asked for.
_ALL = 0.999

# A definition names its file by the share of the question that it covers, to this power: what is
# mentioned beside other things is seldom what is asked for.
_DEFINED_POWER = 4

# Candidates that a document may have before their number tells of its length alone.
_FEW = 3

TOLD = 0.3
"""A chunk with this part of what the words of a question could reach answers it by its words."""

# The order of a chunk within its file (the least first), its score, and the chunk.
_Scored = tuple[float, float, Ranked]

# With less code than this part among what was found, passages of prose compete with each other
# alone. Then a further one of a file counts for so much less.
_SOME_CODE, _PROSE_ALONE = 0.1, 1 / 3

# However deep a file is, this much of its score is left.
_DEEPEST = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each rule does; 0 switches a rule off.

    Attributes:
        lexical: The lexical side's part of the sum of both sides' scores; the semantic side has
            the rest. None for a model to whose scores no part was fitted: it is fused by ranks.
        prose: How many times a chunk of prose counts beside one of code; None for what was fitted
            to the model, 1 where nothing was.
        language: Which part of a question's nearness to a natural language as a whole is
            subtracted; None for what was fitted to the model, 0 where nothing was.
        foreign: What prose in another language than the question's loses, if any prose found is in
            the question's.
        lexical_power: Lexical scores are added to this power: above 1, a few common words, such as
            those of another language, count for less than their part.
        definition: Added for a definition that the whole question names, as a part of the best
            score; within its file, what a definition gains by the part of the question that names
            it.
        file_decay: Each further chunk of a file counts for so much of the one before.
        prose_decay: The same of prose.
        length: A document's score is divided by its number of candidates to this power.
        name: Added for a file that the question names, as a part of the best score.
        opening: How much the cosine of the first chunk of a file of code counts for the file where
            words say nothing; None for what was fitted to the model, 0 where nothing was.
        depth: What a file loses of its score for each folder that it is deeper in than the others.
        test_penalty: What tests, examples and foreign code lose of their score.
        product_penalty: What other code loses where tests or examples are asked for and found.
        superseded: What `v1` loses where `v2` is found beside it.
        quoted: Added for a file that holds the question as it is typed, or whose path is in the
            question, as a part of the best score.
    """

    lexical: float | None = None
    prose: float | None = None
    language: float | None = None
    foreign: float = 0.0125
    lexical_power: float = 1.25
    definition: float = 2.0
    file_decay: float = 0.68
    prose_decay: float = 0.3
    length: float = 0.1
    name: float = 2.75
    opening: float | None = None
    depth: float = 0.02
    test_penalty: float = 0.75
    product_penalty: float = 0.3
    superseded: float = 0.5
    quoted: float = 2.5


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
    chunks = [chunk.fresh() for chunk in found]
    _join_sides(chunks, weights)
    _weigh_languages(chunks, question.spoken, weights)
    _weigh_prose(chunks, weights.prose)
    asked = asked_for(question)
    sought = sought_beside(chunks, asked)
    fit = fitting(chunks, question, sought)
    named = named_shares(chunks, question, fit) if weights.definition else {}
    lower_quoted(chunks, question, sought, fit)
    _raise_definitions(chunks, named, weights.definition)
    files = _files(chunks, named, _suited(chunks, weights))
    _compare_openings(files, weights)
    _raise_named(files, named, question, weights.name)
    older = superseded((file.path for file in files), question)
    conventions = {file.path: convention_of(file.path) for file in files}
    top = min((_depth(file.path) for file in files), default=0)
    for file in files:
        _subtract_part(file, "depth", min(weights.depth * (_depth(file.path) - top), _DEEPEST))
        aside = conventions[file.path] not in (None, *asked)
        _subtract_part(file, "test_penalty", weights.test_penalty * aside)
        product = bool(sought) and not conventions[file.path] and file.chunks[0].kind in CODE
        _subtract_part(file, "product_penalty", weights.product_penalty * product)
        _subtract_part(file, "superseded", weights.superseded * (file.path in older))
    _raise_quoted(files, named, question, weights.quoted)
    for file in files:
        _spread(file, weights)
    return _folded(sorted(chunks, key=lambda chunk: (-chunk.score, chunk.chunk_id)), older)


def _join_sides(chunks: Iterable[Ranked], weights: Weights) -> None:
    """Add what both sides say: a side with nothing to say has low scores, and so no weight.

    Where nobody knows how the two sides' scores compare, ranks are added: reciprocal rank fusion
    (Cormack, Clarke and Buettcher, SIGIR 2009), scaled so that first on both sides is 1.
    """
    for chunk in chunks:
        for side, part in chunk.parts.items():
            chunk.shares[side] = max(_side_share(side, part, weights), _LEAST)


def _side_share(side: str, part: Part, weights: Weights) -> float:
    if weights.lexical is None:
        return 0.5 * (_RANKS + 1) / (_RANKS + part.rank)
    if side == "lexical":
        return weights.lexical * math.pow(max(part.score, 0.0), weights.lexical_power)
    return part.score * (1 - weights.lexical)


def _weigh_languages(chunks: Sequence[Ranked], spoken: str | None, weights: Weights) -> None:
    """Compare texts of different languages by what they say.

    The nearness of a question to all texts of a language is subtracted, see `LanguageBias`. What is
    left of the preference for the language that somebody asks in, if any text is in it, is a small
    constant.
    """
    if weights.lexical is None:
        return
    factor = (weights.language or 0.0) * (1 - weights.lexical)
    met = {chunk.natural_language for chunk in chunks} - {None}
    foreign = met - {spoken} if spoken in met else set()
    for chunk in chunks:
        loss = factor * chunk.bias if "semantic" in chunk.shares else 0.0
        loss += weights.foreign * (chunk.natural_language in foreign)
        _add(chunk, "language", -min(loss, chunk.score - _LEAST))


def _weigh_prose(chunks: Iterable[Ranked], weight: float | None) -> None:
    """Bring prose and code onto one scale: code has few words in common with a question."""
    for chunk in chunks:
        if weight is not None and chunk.kind == "prose":
            _add(chunk, "prose", (weight - 1) * chunk.score)


def _raise_definitions(chunks: Sequence[Ranked], named: Mapping[int, float], weight: float) -> None:
    """Raise definitions whose name is the whole question: no similar name may come before them."""
    best = max((chunk.score for chunk in chunks), default=0.0)
    for chunk in chunks:
        if named.get(chunk.chunk_id, 0.0) > _ALL:
            _add(chunk, "definition", weight * best)


def _suited(chunks: Sequence[Ranked], weights: Weights) -> Weights:
    """Weigh further passages for what was found: code adds up its chunks, and so must prose."""
    code = sum(chunk.kind in CODE for chunk in chunks)
    if code >= _SOME_CODE * len(chunks):
        return weights
    return replace(weights, prose_decay=weights.prose_decay * _PROSE_ALONE)


def _files(chunks: Iterable[Ranked], named: Mapping[int, float], weights: Weights) -> list[_File]:
    """Group chunks by file, which scores by all of them; what the question names leads its file."""
    scored = sorted((-chunk.score, chunk.chunk_id, chunk) for chunk in chunks)
    grouped: dict[str, list[_Scored]] = {}
    for loss, chunk_id, chunk in scored:
        share = max(named.get(chunk_id, 0.0), chunk.typed)
        leads = loss * (1 + weights.definition * share)
        grouped.setdefault(chunk.path, []).append((leads, -loss, chunk))
    rise = _weight_above_median([-loss for loss, _, _ in scored])
    return [
        _File(
            path,
            [chunk for _, _, chunk in sorted(inside, key=itemgetter(0))],
            {"file": _file_score(inside, rise, weights)},
        )
        for path, inside in grouped.items()
    ]


def _file_score(
    chunks: Sequence[_Scored], rise: Callable[[float], float], weights: Weights
) -> float:
    """Add up the chunks of a file, best first, each further one for less.

    Many questions are answered by a file of code, no part of which says it all; prose says it in
    one place, and a long document has a chunk on everything. Further chunks count by what they have
    above the floor, for all have something of what is asked; data repeats itself, and counts by its
    best chunk.
    """
    (_, whole, first), *others = chunks
    whole += sum(
        rise(score) * _decay(chunk, weights) ** number
        for number, (_, score, chunk) in enumerate(others, start=1)
        if chunk.kind != "data"
    )
    if first.kind == "prose":
        whole /= (max(len(chunks), _FEW) / _FEW) ** weights.length
    return whole


def _decay(chunk: Ranked, weights: Weights) -> float:
    return weights.prose_decay if chunk.kind == "prose" else weights.file_decay


def _weight_above_median(scores: Sequence[float]) -> Callable[[float], float]:
    """Make a function for what a further chunk counts: nothing at the median, all for the best."""
    if not scores:
        return lambda _: 0.0
    best, floor = max(scores), median(scores)
    scale = best / (best - floor) if best > floor else 0.0
    return lambda score: max(score - floor, 0.0) * scale


def _compare_openings(files: Sequence[_File], weights: Weights) -> None:
    """Compare files of code by their first chunks, the less words say the more.

    A file says at its beginning what it is for, which a question in other words, or in another
    language, asks about. The best score stays as it is: code and prose remain on one scale.
    """
    code = [file for file in files if file.chunks[0].kind in CODE]
    known = [each for file in code if (each := file.chunks[0].opening) is not None]
    weight = (weights.opening or 0.0) * max(1 - _told(files) / TOLD, 0.0)
    if not known or not weight:
        return
    usual = fmean(known)
    openings = [(file.chunks[0].opening, file) for file in code]
    gains = [(weight * (usual if each is None else each), file) for each, file in openings]
    most, first = max(gains, key=lambda gained: gained[0] + gained[1].score)
    short = max(file.score for file in code) - first.score
    for gain, file in gains:
        _add(file, "opening", max(gain - most + short, _LEAST - file.score))


def _told(files: Iterable[_File]) -> float:
    """Return the best lexical score of any chunk, 0 to 1."""
    parts = (chunk.parts.get("lexical") for file in files for chunk in file.chunks)
    return max((part.score for part in parts if part), default=0.0)


def _raise_named(
    files: Sequence[_File], named: Mapping[int, float], question: Question, weight: float
) -> None:
    """Raise files whose names say what is asked for, or that define it; not so for its uses."""
    # Without what definitions gained: else no definition could come before a near name.
    best = max(
        (file.score - file.chunks[0].shares.get("definition", 0.0) for file in files), default=0.0
    )
    shares = question.shares([file.path for file in files]) if weight else {}
    for file in files:
        is_left_out = question.asks_for_uses and any(
            defines(chunk, question.subject) and not named.get(chunk.chunk_id)
            for chunk in file.chunks
        )
        share = 0.0 if is_left_out else max(shares.get(file.path, 0.0), _defined(file, named))
        _add(file, "name", weight * best * share)


def _raise_quoted(
    files: Sequence[_File], named: Mapping[int, float], question: Question, weight: float
) -> None:
    """Put files first that hold the question as it is typed, and those whose paths it gives.

    What defines a name comes before others that hold it.
    """
    best = max((file.score for file in files), default=0.0)
    most = max((chunk.quoted for file in files for chunk in file.chunks), default=0.0)
    for file in files:
        quoted = max(chunk.typed for chunk in file.chunks)
        defined = min(_defined(file, named), most)
        _add(file, "quoted", weight * best * max(question.quotes(file.path), quoted, defined))


def _defined(file: _File, named: Mapping[int, float]) -> float:
    """Tell how much of the question names something that a file defines, 0 to 1."""
    return max(named.get(chunk.chunk_id, 0.0) for chunk in file.chunks) ** _DEFINED_POWER


def _subtract_part(file: _File, rule: str, part: float) -> None:
    """Take a part of the score of a file.

    Tests and examples use the thing, an older version was replaced, what is deep inside is a part
    of something: a question means the thing itself.
    """
    _add(file, rule, -part * file.score)


def _depth(path: str) -> int:
    """Count the folders that a file is in."""
    return path.lstrip("/").count("/")


def _folded(ranking: Iterable[Ranked], older: Collection[str]) -> list[Ranked]:
    """Keep the first chunk of each text, with the paths of the others.

    A section of an older version of a file counts as a copy of the same section of another one.
    """
    first: dict[object, Ranked] = {}
    sections: dict[tuple[str, str], Ranked] = {}
    for chunk in ranking:
        kept = None
        if older:
            section = without_versions(chunk.path), chunk.symbol
            twin = sections.setdefault(section, chunk)
            kept = twin if chunk.path in older and twin.path != chunk.path else None
        kept = kept or first.setdefault(chunk.digest or chunk.chunk_id, chunk)
        if kept.path != chunk.path and chunk.path not in kept.copies:
            kept.copies += (chunk.path,)
    return list(first.values())


def _add(item: Ranked | _File, rule: str, share: float) -> None:
    if share:
        item.shares[rule] = share


def _spread(file: _File, weights: Weights) -> None:
    """Give a file's score to its best chunk, and to each further one so much less.

    So no file fills an answer with its chunks, and what a chunk gave to its file is what it gets.
    """
    best, total = file.chunks[0].score, file.shares.pop("file")
    for number, chunk in enumerate(file.chunks):
        score = chunk.score
        factor = min(score / best, 1.0) * max(weights.file_decay, _LEAST) ** number
        _add(chunk, "file", total * factor - score)
        for rule, share in file.shares.items():
            _add(chunk, rule, share * factor)
