"""How likely a hit is about what was asked at all, rather than merely the best of what there is.

Calibrated on questions to repositories that hold an answer and to others that do not, by
`tests/bench/unanswerable.py`, with the embedded model; another model's cosines may stand elsewhere.
"""

import math
from collections.abc import Mapping

from searchkit.rank import Part

# An answer below it is called weak.
WEAK = 0.5

# For each side the score at which a hit is as likely good as not, and how steeply that changes.
_EVEN = {"semantic": (0.40, 12.0), "lexical": (0.35, 8.0)}


def confidence(parts: Mapping[str, Part]) -> float:
    """Between 0 and 1, by the side that is the more certain; 0 when no side found it."""
    return max((_likely(side, part.score) for side, part in parts.items()), default=0.0)


def _likely(side: str, score: float) -> float:
    even, steepness = _EVEN[side]
    return 1 / (1 + math.exp(-steepness * (score - even)))
