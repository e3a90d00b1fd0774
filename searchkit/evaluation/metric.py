"""Metrics, computed by the libraries that are usual for them; all lie from 0 to 1.

Rankings are measured by trec_eval (through `ir-measures`), correlations by scipy.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]

# Ranks that count in MRR and NDCG; recall looks ten times as deep.
DEPTH = 10

# Of the bootstrap: ends of an interval are then known to about a tenth of its width.
_RESAMPLES = 400


def of_rankings(
    lists: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Compute MRR@10, NDCG@10, recall@10 and recall@100 of each query.

    Args:
        lists: The ranked documents of each query, best first; a query without any scores 0.
        relevant: For each query the gain of its documents, in whole numbers.

    Returns:
        For each metric, as `mrr@10`, its value for each query.
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = {
        RR @ DEPTH: f"mrr@{DEPTH}",
        nDCG @ DEPTH: f"ndcg@{DEPTH}",
        R @ DEPTH: f"recall@{DEPTH}",
        R @ (10 * DEPTH): f"recall@{10 * DEPTH}",
    }
    found = {figure: dict.fromkeys(relevant, 0.0) for figure in measures.values()}
    # The library ranks by score and breaks ties by name, so each rank becomes a score of its own.
    run = {
        query: {document: float(-rank) for rank, document in enumerate(ranked)}
        for query, ranked in lists.items()
    }
    judged = {
        query: {document: round(gain) for document, gain in gains.items()}
        for query, gains in relevant.items()
    }
    for line in ir_measures.iter_calc(list(measures), judged, run):
        found[measures[line.measure]][line.query_id] = float(line.value)
    return found


def spearman(scores: npt.ArrayLike, gold: npt.ArrayLike) -> float:
    """Compute Spearman's rank correlation, ties at their mean rank; 0 where a side is constant."""
    from scipy.stats import spearmanr

    if np.ptp(scores) == 0 or np.ptp(gold) == 0:
        return 0.0
    return float(spearmanr(scores, gold).statistic)


def interval(statistic: Callable[[Rows], float], count: int) -> tuple[float, float]:
    """Compute a 95 % interval by the bootstrap over queries, pairs or examples.

    Efron, 1979; percentiles, the same resamples every time.

    Args:
        statistic: The figure, from the row numbers that a resample has drawn.
        count: How many rows there are; at least one.

    Returns:
        Both ends.
    """
    chance = np.random.default_rng(7)
    values = [statistic(chance.integers(count, size=count)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
