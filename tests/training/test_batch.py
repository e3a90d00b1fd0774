"""Batches are drawn from shards by the recipe and the step alone."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from searchkit.embedders.batching import packed
from searchkit.embedders.network import tensors
from searchkit.training.data.batch import Sampler, wrap
from searchkit.training.data.shard import Shard, make_shard
from searchkit.training.pair import Pair
from searchkit.training.recipe import Contrast, Recipe, Start
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

WORDS = [f"word{number}" for number in range(40)]
CONTRAST = Contrast(tokens=300, rows=8)
LENGTH = 24
START = Start("e.bin", (0,), "s")


def pairs(count: int) -> list[Pair]:
    random = np.random.default_rng(0)
    made = []
    for number in range(count):
        text = " ".join(random.choice(WORDS, 3 + number % 20))
        made.append(Pair(f"{text} word0", text, "same", f"l{number % 2}", "en"))
    return made


@pytest.fixture(scope="module")
def shard() -> Shard:
    vocabulary = {word: number + 5 for number, word in enumerate(["?", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return make_shard(pairs(300), tokenizer)


def sampler(shard: Shard, seed: int = 7) -> Sampler:
    sources = (Source("a", ("a",), 3.0, task="parallel"), Source("b", ("b",), 1.0))
    recipe = Recipe("x", START, sources, (), seed=seed, contrast=CONTRAST)
    return Sampler(recipe, {"a": shard, "b": shard})


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
    one, other = sampler(shard).batch(5, LENGTH), sampler(shard).batch(5, LENGTH)
    assert one.source == other.source
    assert all(np.array_equal(a, b) for a, b in zip(one.left, other.left, strict=True))
    assert any(
        not np.array_equal(sampler(shard).batch(step, LENGTH).left[0], batch.left[0])
        for step in range(4)
        for batch in [sampler(shard, seed=8).batch(step, LENGTH)]
    )


def test_sources_come_by_their_weights(shard: Shard) -> None:
    chosen = Counter(sampler(shard).batch(step, LENGTH).source for step in range(200))
    assert 120 < chosen["a"] < 180


def test_a_batch_keeps_within_its_rows_and_lengths(shard: Shard) -> None:
    for step in range(30):
        batch = sampler(shard).batch(step, LENGTH)
        assert 2 <= len(batch.left) == len(batch.right) <= 8
        assert max(map(len, batch.left + batch.right)) <= 26


def test_no_text_stands_twice_on_the_right_of_a_batch(shard: Shard) -> None:
    for step in range(30):
        digests = sampler(shard).batch(step, LENGTH).right_digests
        assert len(set(digests.tolist())) == len(digests)


def test_queries_and_documents_wear_their_roles(shard: Shard) -> None:
    seen = set()
    for step in range(60):
        batch = sampler(shard).batch(step, LENGTH)
        ends = (int(batch.left[0][0]), int(batch.right[0][0]))
        assert int(batch.left[0][-1]) == ends[0] + 1
        seen.add((batch.source, ends))
    assert {ends for source, ends in seen if source == "b"} == {(1, 3)}
    assert {ends for source, ends in seen if source == "a"} == {(1, 3), (3, 1), (1, 1)}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(32, 200))
def test_pieces_hold_every_row_once_within_their_size(lengths: list[int], size: int) -> None:
    made = list(packed(lengths, size))
    assert sorted(row for piece in made for row in piece) == list(range(len(lengths)))
    for piece in made:
        assert len(piece) * max(lengths[row] for row in piece) <= size
    longest = [max(lengths[row] for row in piece) for piece in made]
    assert all(one >= other for one, other in pairwise(longest))


def test_padding_stands_on_the_right() -> None:
    rows = [wrap(np.array([7, 8]), "query"), wrap(np.array([9]), "document")]
    ids, mask = tensors(rows, "cpu")
    assert ids.tolist() == [[1, 7, 8, 2], [3, 9, 4, 0]]
    assert mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]


def test_short_texts_are_read_twice() -> None:
    assert wrap(np.array([7, 8]), "query", repeat_up_to=2).tolist() == [1, 7, 8, 7, 8, 2]
    assert wrap(np.array([7, 8, 9]), "query", repeat_up_to=2).tolist() == [1, 7, 8, 9, 2]
