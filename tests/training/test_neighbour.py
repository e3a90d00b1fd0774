"""Rows that are alike come to stand beside each other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.training.data.neighbour import neighbour_order


@given(st.integers(0, 300), st.integers(1, 40), st.integers(0, 5))
def test_every_row_stands_in_the_order_once(rows: int, leaf: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(rows, 8)).astype(np.float32)
    vectors[: rows // 2] = 1  # many alike must not end in endless halving
    order = neighbour_order(vectors, leaf, seed)
    assert sorted(order) == list(range(rows))


def test_rows_of_one_topic_come_to_stand_together() -> None:
    random = np.random.default_rng(0)
    topics = random.integers(0, 16, 1024)
    vectors = random.normal(size=(16, 32))[topics] + random.normal(size=(1024, 32)) * 0.2
    order = neighbour_order(vectors.astype(np.float32), 32, 0)
    leaves = topics[order].reshape(-1, 32)
    commonest = [np.bincount(leaf).max() / 32 for leaf in leaves]
    assert np.mean(commonest) > 0.8
