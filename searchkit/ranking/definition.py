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


def fitting(
    chunks: Sequence[Ranked], question: Question, sought: Collection[Convention]
) -> frozenset[int]:
    """Find the chunks that may be of the kind that a question asks for.

    Who asks for the tests or examples of something asks for nothing else that defines it; who asks
    for its uses, for no definition of it.

    Args:
        chunks: What was found.
        question: What was asked.
        sought: See `sought_beside`.

    Returns:
        Their ids; those of all where the question is about a name that no other holds.
    """
    found = frozenset(chunk.chunk_id for chunk in chunks if _fits(chunk, question, sought))
    if asks_of_name(chunks, question) and not any(
        chunk.quoted and chunk.chunk_id in found for chunk in chunks
    ):
        return frozenset(chunk.chunk_id for chunk in chunks)
    return found


def named_shares(
    chunks: Sequence[Ranked], question: Question, fit: Collection[int]
) -> dict[int, float]:
    """Tell which share of the question the name of each definition covers.

    Args:
        chunks: What was found.
        question: What was asked.
        fit: Ids of those that may be asked for.

    Returns:
        Shares from 0 to 1, by chunk id; 0 for what is not asked for.
    """
    return {
        chunk.chunk_id: _named_by(chunk, question) if chunk.chunk_id in fit else 0.0
        for chunk in chunks
    }


def lower_quoted(
    chunks: Sequence[Ranked],
    question: Question,
    sought: Collection[Convention],
    fit: Collection[int],
) -> None:
    """Lower `quoted` of what holds a name whose uses, tests or examples are asked for.

    It is 0 for what is not asked for. Tests that use a name, unless they are sought, and texts on
    it come after the code that does.

    Args:
        chunks: What was found.
        question: What was asked.
        sought: See `sought_beside`.
        fit: Ids of those that may be asked for.
    """
    if asks_of_name(chunks, question):
        for chunk in chunks:
            aside = chunk.kind == "prose" or (not sought and convention_of(chunk.path))
            chunk.quoted *= (chunk.chunk_id in fit) * (_ASIDE if aside else 1.0)


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
