"""How likely a hit is about what was asked at all, rather than merely the best of what there is.

Logistic regressions (Platt, 1999), fitted by `tests/bench/unanswerable.py` to questions put to
repositories that hold an answer and to others that do not, with the embedded model; another model's
cosines may stand elsewhere.
"""

import math
from collections.abc import Mapping

from searchkit.ranking.rank import Part

# An answer below it is called weak.
WEAK = 0.5

# Bias, weight of the cosine, weight of the lexical score; without a cosine, bias and weight.
BOTH = (-7.11, 13.79, 0.56)
WORDS = (-0.90, 5.03)


def confidence(parts: Mapping[str, Part]) -> float:
    """Between 0 and 1; 0 when no side found it."""
    lexical = parts["lexical"].score if "lexical" in parts else 0.0
    if "semantic" in parts:
        bias, cosine, words = BOTH
        return _logistic(bias + cosine * parts["semantic"].score + words * lexical)
    bias, words = WORDS
    return _logistic(bias + words * lexical) if parts else 0.0


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
