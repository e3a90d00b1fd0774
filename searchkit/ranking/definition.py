"""Tells which definitions a question names, and whether it asks for them or for what is beside."""

from collections.abc import Collection, Iterable, Sequence

from searchkit.ranking.asking import Convention
from searchkit.ranking.conventions import convention_of, says_kind
from searchkit.ranking.naming import Question
from searchkit.ranking.ranked import CODE, Ranked

# What holds a name beside the code of the product counts for so much of what uses it there.
_ASIDE = 0.5


def sought_beside(chunks: Iterable[Ranked], asked: frozenset[Convention]) -> frozenset[Convention]:
    """Tell which files beside the product are asked for, if any are found.

    Args:
        chunks: What was found.
        asked: The kinds of files that the question asks for.

    Returns:
        The kinds; none for a question about the product itself.
    """
    if not asked:
        return asked
    return asked.intersection(convention_of(chunk.path) for chunk in chunks) - {"foreign"}


def named_shares(
    chunks: Sequence[Ranked], question: Question, sought: Collection[Convention]
) -> dict[int, float]:
    """Tell which share of the question the name of each definition covers, from 0 to 1.

    Who asks for the uses, tests or examples of something asks for no definition of it. Of what
    holds its name these alone quote it then: tests that use it, and texts on it, after the others.

    Args:
        chunks: What was found; `quoted` of what does not fit the question is lowered.
        question: What was asked.
        sought: See `sought_beside`.

    Returns:
        Shares from 0 to 1, by chunk id.
    """
    fitting = {chunk.chunk_id for chunk in chunks if _fits(chunk, question, sought)}
    is_of_name = asks_of_name(chunks, question)
    if is_of_name and not any(chunk.quoted and chunk.chunk_id in fitting for chunk in chunks):
        fitting = {chunk.chunk_id for chunk in chunks}  # nothing else holds it
    named = {}
    for chunk in chunks:
        fits = chunk.chunk_id in fitting
        named[chunk.chunk_id] = _named_by(chunk, question) if fits else 0.0
        if is_of_name:
            aside = chunk.kind == "prose" or (not sought and convention_of(chunk.path))
            chunk.quoted *= fits * (_ASIDE if aside else 1.0)
    return named


def asks_of_name(chunks: Iterable[Ranked], question: Question) -> bool:
    """Tell whether a question is for the uses, tests or examples of a name that is defined."""
    return question.subject != "" and any(defines(chunk, question.subject) for chunk in chunks)


def _fits(chunk: Ranked, question: Question, sought: Collection[Convention]) -> bool:
    """Tell whether a chunk may be of the kind that a question asks for."""
    if sought:
        return convention_of(chunk.path) in sought or says_kind(chunk.symbol)
    return not (question.asks_for_uses and defines(chunk, question.subject))


def _named_by(chunk: Ranked, question: Question) -> float:
    """Tell which share of a question the best symbol of a definition covers, 0 to 1."""
    if chunk.kind != "definition":
        return 0.0
    *around, last = chunk.symbol.split(" > ")
    scope = [name for each in around for name in each.split(", ")]
    names = last.split(", ")
    # A class may come before its methods.
    return max(question.names(name, scope + names[:at]) for at, name in enumerate(names))


def defines(chunk: Ranked, name: str) -> bool:
    """Tell whether a chunk is the definition of a name, begins one, or is a part of it."""
    return chunk.kind in CODE and name in chunk.symbol.rpartition(" > ")[2].split(", ")
