"""Scores a chunk by its words, the same for every kind of catalog: BM25 as FTS5 has it."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from searchkit_index import words

if TYPE_CHECKING:
    import numpy.typing as npt

FIELD_WEIGHTS = (2, 4, 1)
"""Of symbol path, path and body: a name says more of a chunk than a word in it; paths are short."""

# BM25 visits every chunk that holds a term, at about half a microsecond each: the rarest terms come
# first, and the common ones are left out once this many visits are reached.
POSTINGS = 8_000

# Distinct terms that are looked up, of a question however long, and characters that are read of it.
_TERMS, _CHARACTERS = 512, 100_000

# The constants of Robertson's formula, as FTS5 sets them.
_K1, _B = 1.2, 0.75

# A catalog of at most `_SMALL` chunks is weighed as if it had `_BEYOND` more, without any of the
# terms: to FTS5 a term that half of the chunks hold says nothing, so words could not tell two files
# apart. In a larger catalog it makes no difference, and FTS5's own weights take half of the time.
_SMALL, _BEYOND = 500, 2


def asked_terms(text: str) -> list[str]:
    """List the terms of a question that are looked up, each once."""
    return list(dict.fromkeys(words.terms(text[:_CHARACTERS])))[:_TERMS]


def odds(size: int, held: int) -> float:
    """Return how many chunks lack a term for each one that holds it."""
    return max(size - held + 0.5, 0.5) / (held + 0.5)


def telling(frequencies: Mapping[str, int]) -> list[str]:
    """List the rarest terms that are in any chunk, as many as `POSTINGS` allows, at least one."""
    chosen: list[str] = []
    postings = 0
    for term in sorted(filter(frequencies.get, frequencies), key=lambda t: (frequencies[t], t)):
        postings += frequencies[term]
        if chosen and postings > POSTINGS:
            break
        chosen.append(term)
    return chosen


def reachable(frequencies: Mapping[str, int], size: int) -> float:
    """Return the BM25 of a chunk that is full of the telling terms of a question.

    A term that is nowhere in the catalog counts there as well: a question in a language that no
    text is in has little to say, though some word may match by chance.

    Args:
        frequencies: The terms of the question, and in how many chunks each of them stands.
        size: How many chunks there are.

    Returns:
        The score.
    """
    missing = [term for term, held in frequencies.items() if not held]
    # What a term's inverse document frequency is multiplied by when the term is repeated for ever.
    saturated = _K1 + 1
    return saturated * sum(
        _weight(size, frequencies[term]) for term in (*telling(frequencies), *missing)
    )


def phrase_weights(size: int, held: int) -> tuple[float, float]:
    """Return what a phrase adds to the BM25 that can be reached, and to that of a chunk.

    Args:
        size: How many chunks there are.
        held: How many of them hold the phrase.

    Returns:
        What is added to `reachable`, and by what FTS5's score is to be multiplied.
    """
    weight = _weight(size, held)
    return (_K1 + 1) * weight, weight / _idf(size, held)


class Near(NamedTuple):
    """A word that stands for a term of the question.

    Attributes:
        held: In how many chunks it stands.
        likeness: How much of the term's meaning it has, 0 to 1.
    """

    held: int
    likeness: float


def sought_terms(
    frequencies: Mapping[str, int], near: Mapping[str, Mapping[str, Near]], size: int
) -> tuple[list[str], list[float] | None]:
    """List what is looked up: the telling terms, and near words in place of those that are nowhere.

    Words that stand for one term weigh together as one word that all their chunks hold (Pirkola,
    SIGIR 1998), each by its likeness (Darwish and Oard, SIGIR 2003).

    Args:
        frequencies: The terms of the question, and in how many chunks each of them stands.
        near: The words that stand for terms that are nowhere.
        size: How many chunks there are.

    Returns:
        Terms, and by what FTS5's score of each is to be multiplied; None where all scores hold as
        they are.
    """
    together = {
        term: min(sum(word.held for word in words.values()), size) for term, words in near.items()
    }
    terms = telling({**frequencies, **together})
    if size > _SMALL and together.keys().isdisjoint(terms):
        return terms, None
    factors: dict[str, float] = defaultdict(float)
    for term in terms:
        held = together.get(term) or frequencies[term]
        for word, each in (near.get(term) or {term: Near(held, 1.0)}).items():
            factors[word] += each.likeness * _weight(size, held) / _idf(size, each.held)
    return list(factors), list(factors.values())


def _weight(size: int, held: int) -> float:
    return _idf(size + _BEYOND if size <= _SMALL else size, held)


def _idf(size: int, held: int) -> float:
    return max(math.log(odds(size, held)), 1e-6)


def bm25(
    counts: "npt.NDArray[Any]",
    held: Sequence[int],
    size: int,
    lengths: "npt.NDArray[Any]",
    mean_length: float,
) -> "npt.NDArray[Any]":
    """Score chunks as FTS5 does, except for the weights of terms in a small catalog.

    Args:
        counts: How often each term stands in each chunk, each time by the weight of its field:
            `(chunks, terms)`.
        held: How many chunks of the catalog hold each term.
        size: How many chunks the catalog holds.
        lengths: How many terms each chunk has, of whatever field: `(chunks,)`.
        mean_length: How many the chunks of the catalog have on average.

    Returns:
        The scores, higher is better: float64, `(chunks,)`.
    """
    norms = _K1 * (1 - _B + _B * lengths / max(mean_length, 1e-9))
    scores = 0.0 * norms
    for count, of in zip(counts.T, held, strict=True):
        scores += _weight(size, of) * count * (_K1 + 1) / (count + norms)
    return scores
