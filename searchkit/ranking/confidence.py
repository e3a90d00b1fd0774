"""Computes how likely a hit is about what was asked, rather than merely the best of what there is.

Logistic regressions (Platt, 1999), fitted by `tests/bench/unanswerable.py` to questions put to
repositories that hold an answer and to others that do not. Each model's cosines are distributed
differently, so what weighs them comes with the model; the lexical side's score is the same under
every model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from searchkit.ranking.rank import Part
from searchkit.table import Bounds

# An answer below it is called weak.
WEAK = 0.5

# Bias, and weight of the lexical score, for what words alone found.
_WORDS = (-0.90, 5.03)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Constants that were fitted to the scores of one model.

    Attributes:
        lexical: The lexical side's part of the sum of both sides' scores, 0 to 1.
        confidence: Bias, weight of the cosine and weight of the lexical score of a hit for a
            question.
        similar: Bias and weight of the cosine between two documents; None where nobody fitted them.
    """

    lexical: Annotated[float, Bounds(0, 1)]
    confidence: tuple[float, float, float]
    similar: tuple[float, float] | None = None


def confidence(parts: Mapping[str, Part], calibration: Calibration | None) -> float | None:
    """Give the confidence of a hit for a question, 0 to 1.

    Args:
        parts: What each side said of it.
        calibration: The constants of the model; None for a model that has none.

    Returns:
        None where the model found the hit and has no constants: a cosine alone says nothing.
    """
    lexical = parts["lexical"].score if "lexical" in parts else 0.0
    if "semantic" not in parts:
        bias, words = _WORDS
        return _logistic(bias + words * lexical)
    if calibration is None:
        return None
    bias, cosine, words = calibration.confidence
    return _logistic(bias + cosine * parts["semantic"].score + words * lexical)


def likeness(cosine: float, calibration: Calibration | None) -> float | None:
    """Give the confidence that two documents are alike, 0 to 1; None without constants for it."""
    if calibration is None or calibration.similar is None:
        return None
    bias, weight = calibration.similar
    return _logistic(bias + weight * cosine)


def _logistic(value: float) -> float:
    return 0.5 * (1 + math.tanh(value / 2))  # without overflow, whatever a card says
