"""Leaves out noisy pairs: those that even the static table, trained on all of them, cannot match.

Consistency filtering, as in Promptagator (Dai et al., ICLR 2023) and E5 (Wang et al., arXiv
2212.03533), with a model that scores a million pairs in a minute.
"""

import numpy as np

from searchkit.training.data.neighbour import Floats, bags
from searchkit.training.data.shard import Booleans, Shard

# Pairs that compete with each other; a shard's order is random, so its pieces are fair samples.
_POOL = 1_024


def consistent(shard: Shard, table: Floats, best: int) -> Booleans:
    """Find the pairs that the table can match.

    Args:
        shard: Pairs in random order.
        table: float32, `(vocabulary, dimension)`.
        best: A pair is kept if its right side ranks among so many of a pool of 1,024.

    Returns:
        bool, `(pairs,)`: which pairs to keep.
    """
    holds = np.ones(len(shard), bool)
    for start in range(0, len(shard), _POOL):
        # The last pool takes in some of the one before, to be as full as it.
        start = max(0, min(start, len(shard) - _POOL))
        pool = shard.part(start, start + _POOL)
        scores = bags(pool.left, table) @ bags(pool.right, table).T
        ahead = (scores > scores.diagonal()[:, None]).sum(axis=1)
        holds[start : start + _POOL] = ahead < best
    return holds
