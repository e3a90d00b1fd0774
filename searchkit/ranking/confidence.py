"""Computes the probability that a hit is about the question, not just the best of what is there.

Logistic regressions (Platt, 1999), fitted by `tests/bench/fit.py` to questions on folders that
contain an answer and on others that do not. Each model's cosines have another distribution, so
their weights come with the model; lexical scores are the same for every model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from searchkit.ranking.naming import Question
from searchkit.ranking.ranked import Ranked
from searchkit.table import Bounds

# An answer below it is called weak.
WEAK = 0.5

# In a folder of fewer chunks, fewer wrong ones come near a question by chance.
_FEW = 100

# The most terms of a question that count. Nine in ten questions of the fit have no more; with more,
# any text would be a sure match to a pasted page.
_LONG = 12

# Who asks for a definition, a file or a line that is there has found it: a hit with a share of this
# rule, or that holds or is at this part of what was typed, is at least so sure.
_FOUND_BY_NAME = "definition"
_FOUND_AS_TYPED = 0.25
_FOUND = 0.9

# Bias, and weight of the lexical score, for what words alone found.
_WORDS = (-0.90, 5.03)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Constants that were fitted to the scores of one model.

    Attributes:
        lexical: The lexical side's part of the sum of both sides' scores, 0 to 1.
        confidence: Bias, then a weight for each value of `evidence`; those not given are 0.
        prose: How many times a chunk of prose counts beside one of code.
        language: Which part of a question's nearness to a natural language as a whole is
            subtracted.
        near: The least cosine of two words of which one may stand for the other; 1 for none.
        opening: How much the cosine of the first chunk of a file of code counts for the file where
            words say nothing.
    """

    lexical: Annotated[float, Bounds(0, 1)]
    confidence: tuple[float, ...]
    prose: Annotated[float, Bounds(0.1, 10)] = 1.0
    language: Annotated[float, Bounds(0, 1)] = 0.0
    near: Annotated[float, Bounds(0, 1)] = 1.0
    opening: Annotated[float, Bounds(0, 10)] = 0.0

    @property
    def finds_near_words(self) -> bool:
        """Whether words that a folder lacks are replaced by near ones."""
        return self.near < 1


class Field:
    """What a hit competes with: the other files of the answer, and how many chunks were asked.

    Args:
        ranking: The answer, best first, with scores.
        chunks: How many chunks were asked: the best of many is near by chance.
    """

    def __init__(self, ranking: Sequence[Ranked], chunks: int) -> None:
        self.chunks = chunks
        self._first = ranking[0].path if ranking else ""
        self._best = ranking[0].score if ranking else 0.0
        others = (hit.score for hit in ranking if hit.path != self._first)
        self._second = next(others, 0.0)

    def chance(self) -> float:
        """Return how near the best of its chunks is by chance.

        The logarithm of their number, which falls up to twice as steeply below `_FEW`: with the
        same constants right answers are kept in a folder of three files as in one of thousands.
        """
        return math.log1p(self.chunks) - math.log1p(_FEW / max(self.chunks, 1))

    def lead(self, hit: Ranked) -> float:
        """Return which part of a hit's score no other file reaches, 0 to 1."""
        rival = self._second if hit.path == self._first else self._best
        return max(1 - rival / hit.score, 0.0) if hit.score > 0 else 0.0


def evidence(hit: Ranked, question: Question, field: Field) -> tuple[float, ...]:
    """Compute the evidence that a hit is about a question; each value compares between folders.

    Args:
        hit: A candidate.
        question: What was asked.
        field: What it competes with.

    Returns:
        The cosine; the lexical score; whether it is prose, whose cosines stand higher; the
        logarithm of the question's number of terms, up to `_LONG` of them; its lead over other
        files; how near the best of all chunks is by chance; and whether it is code that was asked
        for in English, the language of most names and comments, so that cosines stand higher.
    """
    semantic, lexical = hit.parts.get("semantic"), hit.parts.get("lexical")
    return (
        semantic.score if semantic else 0.0,
        lexical.score if lexical else 0.0,
        float(hit.kind == "prose"),
        math.log1p(min(question.size, _LONG)),
        field.lead(hit),
        field.chance(),
        float(question.language == "en" and hit.kind != "prose"),
    )


def confidence(
    hit: Ranked, question: Question, calibration: Calibration | None, field: Field
) -> float | None:
    """Give the confidence of a hit for a question, 0 to 1.

    Args:
        hit: A candidate, with what each side said of it.
        question: What was asked.
        calibration: The constants of the model; None for a model that has none.
        field: What it competes with.

    Returns:
        None where the model found the hit and has no constants: a cosine alone says nothing.
    """
    judged = _judged(hit, question, calibration, field)
    if judged is None:
        return None
    typed = max(hit.quoted, question.quotes(hit.path))
    found = (
        _FOUND_BY_NAME in hit.shares
        or typed >= _FOUND_AS_TYPED
        or hit.cited > 0
        or hit.has_keywords
    )
    return max(judged, _FOUND) if found else judged


def _judged(
    hit: Ranked, question: Question, calibration: Calibration | None, field: Field
) -> float | None:
    if "semantic" not in hit.parts:
        bias, words = _WORDS
        return _logistic(bias + words * hit.parts["lexical"].score) if hit.parts else 0.0
    if calibration is None or not calibration.confidence:
        return None
    bias, *weights = calibration.confidence
    weighted = zip(weights, evidence(hit, question, field), strict=False)
    return _logistic(bias + sum(weight * value for weight, value in weighted))


def is_weak(confidence: float | None) -> bool | None:
    """Tell whether a hit is more likely not about the question; None where nobody can tell."""
    return None if confidence is None else confidence < WEAK


def _logistic(value: float) -> float:
    return 0.5 * (1 + math.tanh(value / 2))  # without overflow, whatever a card says
