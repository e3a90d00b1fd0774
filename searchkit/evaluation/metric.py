"""Figures of merit over ranked lists and scores, each a plain function; all lie in 0 to 1.

The definitions are trec_eval's, with binary or graded gains.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, float], depth: int) -> float:
    """One over the rank of the first relevant document within `depth`, or 0."""
    for rank, document in enumerate(ranked[:depth], 1):
        if relevant.get(document, 0) > 0:
            return 1 / rank
    return 0.0


def discounted_gain(ranked: Sequence[str], relevant: Mapping[str, float], depth: int) -> float:
    """NDCG: gains over the logarithm of their ranks, as a part of what the best order gives."""
    gains = [relevant.get(document, 0.0) for document in ranked[:depth]]
    best = sorted(relevant.values(), reverse=True)[:depth]
    return _discounted(gains) / _discounted(best)


def recall(ranked: Sequence[str], relevant: Mapping[str, float], depth: int) -> float:
    """The part of the relevant documents that stands within `depth`."""
    wanted = {document for document, gain in relevant.items() if gain > 0}
    return len(wanted.intersection(ranked[:depth])) / len(wanted)


def spearman(scores: npt.ArrayLike, gold: npt.ArrayLike) -> float:
    """Correlation of the ranks, ties at their mean rank."""
    return float(np.corrcoef(_ranks(np.asarray(scores)), _ranks(np.asarray(gold)))[0, 1])


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
