"""Pairs that a static table ranks nowhere are left out."""

import numpy as np
import pytest

from searchkit.training.data.consistency import consistent
from searchkit.training.data.shard import Shard, Texts


def texts(rows: list[list[int]]) -> Texts:
    lengths = [len(row) for row in rows]
    return Texts(
        np.array([each for row in rows for each in row], np.uint16),
        np.cumsum([0, *lengths]),
        np.arange(len(rows)),
        np.full(len(rows), -1, np.int32),
    )


@pytest.fixture
def table() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((3_000, 32)).astype(np.float32)


@pytest.fixture
def shard() -> Shard:
    """2,500 pairs of texts that share two of three words; every tenth pair shares none."""
    left = [[number, (number * 7) % 2_500, 2_501] for number in range(2_500)]
    right = [[*words[:2], 2_502] for words in left]
    for number in range(0, 2_500, 10):
        right[number] = [2_600 + number % 300, 2_503, 2_504]
    languages = np.arange(2_500, dtype=np.int32)
    return Shard(texts(left), texts(right), np.zeros(2_500, np.int8), languages, np.empty((0, 0)))


def test_pairs_that_share_nothing_do_not_hold(shard: Shard, table: np.ndarray) -> None:
    holds = consistent(shard, table, best=20)
    noise = np.arange(2_500) % 10 == 0
    assert holds[~noise].mean() > 0.99
    assert holds[noise].mean() < 0.1


def test_a_source_smaller_than_a_pool_is_one_pool(shard: Shard, table: np.ndarray) -> None:
    assert consistent(shard.part(0, 30), table, best=3).sum() == 27


def test_chosen_pairs_keep_their_texts(shard: Shard) -> None:
    chosen = np.arange(1_000) % 3 == 1
    some = shard.part(500, 1_500).only(chosen)
    assert len(some) == chosen.sum()
    assert some.languages.tolist() == list(range(501, 1_500, 3))
    for pair in (0, 100, len(some) - 1):
        before = some.languages[pair]
        assert some.left.tokens(pair, 9).tolist() == shard.left.tokens(before, 9).tolist()
        assert some.right.tokens(pair, 9).tolist() == shard.right.tokens(before, 9).tolist()
