"""Batches are drawn from shards by the recipe and the step alone."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.training.data.batch import Batch, Row, Sampler, padded, pieces, wrap
from searchkit.training.data.shard import Shard, make_shard
from searchkit.training.data.tokenizer import train_tokenizer
from searchkit.training.pair import Pair
from searchkit.training.recipe import Contrast, Recipe
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

WORDS = [f"word{number}" for number in range(40)]
CONTRAST = Contrast(tokens=300, rows=8, length=12, long_length=24)


def pairs(count: int) -> list[Pair]:
    random = np.random.default_rng(0)
    made = []
    for number in range(count):
        text = " ".join(random.choice(WORDS, 3 + number % 20))
        made.append(Pair(text.upper()[::-1], text, "bitext", f"l{number % 2}", "en"))
    return made


@pytest.fixture(scope="module")
def shard() -> Shard:
    made = pairs(300)
    tokenizer = train_tokenizer([each.b for each in made], 500)
    return make_shard(made, tokenizer, ({}, {}), np.empty((0, 0), np.float16))


def sampler(shard: Shard, joined: float = 0.0, seed: int = 7) -> Sampler:
    sources = (
        Source("a", ("a",), 3.0, task="bitext", joined=joined),
        Source("b", ("b",), 1.0),
    )
    return Sampler(Recipe("x", sources, seed=seed, contrast=CONTRAST), {"a": shard, "b": shard})


def test_a_shard_that_is_cut_short_is_named_wherever_it_ends(shard: Shard, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    shard.save(path)
    assert len(Shard.load(path)) == len(shard)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(TrainingError, match=r"the shard .*a\.npz` cannot be read"):
            Shard.load(path)


def test_the_batch_of_a_step_is_always_the_same_and_another_for_another_seed(shard: Shard) -> None:
    one, other = sampler(shard).batch(5), sampler(shard).batch(5)
    assert one.source == other.source
    assert all(np.array_equal(a, b) for a, b in zip(one.left, other.left, strict=True))
    assert any(
        not np.array_equal(sampler(shard).batch(step).left[0], batch.left[0])
        for step in range(4)
        for batch in [sampler(shard, seed=8).batch(step)]
    )


def test_sources_come_by_their_weights(shard: Shard) -> None:
    chosen = Counter(sampler(shard).batch(step).source for step in range(200))
    assert 120 < chosen["a"] < 180


def test_a_batch_keeps_within_its_rows_and_lengths(shard: Shard) -> None:
    for step in range(30):
        batch = sampler(shard).batch(step)
        assert 2 <= len(batch.left) == len(batch.right) <= 8
        assert max(map(len, batch.left + batch.right)) <= 26


def test_no_text_stands_twice_on_the_right_of_a_batch(shard: Shard) -> None:
    for step in range(30):
        digests = sampler(shard).batch(step).right_digests
        assert len(set(digests.tolist())) == len(digests)


def test_queries_and_documents_wear_their_roles(shard: Shard) -> None:
    seen = set()
    for step in range(60):
        batch = sampler(shard).batch(step)
        ends = (int(batch.left[0][0]), int(batch.right[0][0]))
        assert int(batch.left[0][-1]) == ends[0] + 1
        seen.add((batch.source, ends))
    assert {ends for source, ends in seen if source == "b"} == {(1, 3)}
    assert {ends for source, ends in seen if source == "a"} == {(1, 3), (3, 1), (1, 1)}


def test_joined_texts_are_of_two_languages_and_may_be_asked_for_by_a_part(shard: Shard) -> None:
    batches = [sampler(shard, joined=1.0).batch(step) for step in range(20)]
    names = {batch.source for batch in batches if batch.source != "b"}
    assert names == {"a+part", "a+whole"}
    for batch in batches:
        if batch.source == "a+part":
            left = [set(row[1:-1].tolist()) for row in batch.left]
            assert np.mean([len(row) for row in left]) < np.mean([len(r) for r in batch.right])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(32, 200))
def test_pieces_hold_every_row_once_within_their_size(lengths: list[int], size: int) -> None:
    rows = [np.zeros(length, np.int64) for length in lengths]
    made = list(pieces(rows, size))
    assert sorted(row for piece in made for row in piece) == list(range(len(rows)))
    for piece in made:
        assert len(piece) * max(lengths[row] for row in piece) <= size
    longest = [max(lengths[row] for row in piece) for piece in made]
    assert all(one >= other for one, other in pairwise(longest))


def test_padding_stands_on_the_right() -> None:
    ids, mask = padded([wrap(np.array([7, 8]), "query"), wrap(np.array([9]), "document")])
    assert ids.tolist() == [[1, 7, 8, 2], [3, 9, 4, 0]]
    assert mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]


def test_short_texts_are_read_twice() -> None:
    assert wrap(np.array([7, 8]), "query", repeat_up_to=2).tolist() == [1, 7, 8, 7, 8, 2]
    assert wrap(np.array([7, 8, 9]), "query", repeat_up_to=2).tolist() == [1, 7, 8, 9, 2]


def test_a_near_batch_is_made_of_whole_neighbourhoods(shard: Shard) -> None:
    contrast = Contrast(tokens=6_000, rows=64, length=12)
    recipe = Recipe("x", (Source("a", ("a",), 1.0, near=1.0),), contrast=contrast)
    order = np.random.default_rng(1).permutation(len(shard))
    place = {shard.right.digests[pair]: number for number, pair in enumerate(order)}
    for step in range(10):
        batch = Sampler(recipe, {"a": shard}, {"a": order}).batch(step)
        places = sorted({place[digest] for digest in batch.right_digests})
        runs = np.split(places, np.flatnonzero(np.diff(places) != 1) + 1)
        assert len(places) > 40
        assert len(runs) <= 4


def test_among_neighbours_the_table_tells_what_may_answer_another_question(shard: Shard) -> None:
    contrast = Contrast(tokens=6_000, rows=64, length=12, false_negative=0.9)
    table = np.random.default_rng(2).standard_normal((500, 16)).astype(np.float32)

    def batch(near: float) -> Batch:
        recipe = Recipe("x", (Source("a", ("a",), 1.0, near=near),), contrast=contrast)
        return Sampler(recipe, {"a": shard}, {"a": np.arange(len(shard))}, table).batch(3)

    def direction(row: Row) -> np.ndarray:
        total = table[row[1:-1]].sum(axis=0)
        return total / np.linalg.norm(total)

    found = batch(near=1.0)
    assert found.false_negatives is not None
    left, right = ([direction(row) for row in side] for side in (found.left, found.right))
    for (one, other), told in np.ndenumerate(found.false_negatives):
        assert told == (left[one] @ right[other] > 0.9 * (left[one] @ right[one]))
    assert found.false_negatives.any()
    assert batch(near=0.0).false_negatives is None
