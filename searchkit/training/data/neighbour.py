"""Orders texts so that near ones stand together, and a batch can hold hard negatives for its rows.

A batch of one topic teaches more than a random one (Hofstätter et al., SIGIR 2021); here a topic is
a leaf of a tree that halves the texts again and again. Nothing is searched for, so a million texts
take seconds.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

# Rows that a cut is chosen from, and rounds of two-means on them: more changes little.
_SEEN = 256
_ROUNDS = 3


def neighbour_order(vectors: Floats, leaf: int, seed: int) -> Integers:
    """Order rows so that neighbours in space stand together.

    Args:
        vectors: float32, `(n, dimension)`.
        leaf: Rows are halved, at the median between two means, until at most so many are left.
        seed: Seed of the choice of rows that each cut is computed from.

    Returns:
        int64, `(n,)`: row numbers, a permutation.
    """
    random = np.random.default_rng(seed)
    order = np.arange(len(vectors))
    parts = [(0, len(vectors))]
    while parts:
        start, end = parts.pop()
        if end - start <= leaf:
            continue
        part = order[start:end]
        middle = len(part) // 2
        along = vectors[part] @ _cut(vectors, part, random)
        order[start:end] = part[np.argpartition(along, middle)]
        parts += [(start, start + middle), (start + middle, end)]
    return order


def _cut(vectors: Floats, part: Integers, random: np.random.Generator) -> Floats:
    """Compute the direction from one of two means to the other (two-means on a sample)."""
    seen = vectors[random.choice(part, min(_SEEN, len(part)), replace=False)]
    low, high = seen[0], seen[-1]
    for _ in range(_ROUNDS):
        upper = seen @ (high - low) > (high @ high - low @ low) / 2
        if not upper.any() or upper.all():
            break
        low, high = seen[~upper].mean(axis=0), seen[upper].mean(axis=0)
    return np.asarray(high - low, np.float32)
