"""Figures of merit, by the libraries that the field measures with; all lie in 0 to 1.

Rankings go through trec_eval (by `ir-measures`), correlations through scipy.
"""

from collections.abc import Mapping, Sequence

import numpy.typing as npt

# Ranks that count in MRR and NDCG; recall looks ten times as deep.
DEPTH = 10


def of_rankings(
    lists: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Every figure of every query: `mrr@10`, `ndcg@10`, `recall@10` and `recall@100`.

    Args:
        lists: Documents for each query, best first; one without any scores 0.
        relevant: For each query the gain of its documents, whole numbers.
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
    # The library ranks by score, and breaks ties by name: so ranks are told as scores.
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
    """Correlation of the ranks, ties at their mean rank."""
    from scipy.stats import spearmanr

    return float(spearmanr(scores, gold).statistic)
