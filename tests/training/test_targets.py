"""What a student is to come near to: its teachers' vectors, and texts for them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from searchkit.training.data import teacher_vectors
from searchkit.training.data.crossed import CrossedSampler
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.data.teacher_vectors import Taught, paragraphs
from searchkit.training.learning.targets import Targets, centre, group_means
from searchkit.training.pair import Pair
from searchkit.training.recipe import Crossed

pytestmark = pytest.mark.integration


def test_targets_are_free_of_the_language() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(100, 8))
    vectors[:50] += 5
    groups = np.array(["query:de"] * 50 + ["query:fra"] * 50)
    taught = Taught(np.arange(100)[::-1].copy(), groups, np.rint(vectors * 10).astype(np.int8))
    centred = centre(taught, group_means([taught]))
    assert np.abs(centred[:50].mean(axis=0)).max() < 0.2
    targets = Targets(taught.digests, centred)
    assert targets.rows(np.array([3, 177, 99])).tolist() == [96, -1, 0]


def test_a_small_group_is_centred_by_its_language_in_the_other_role() -> None:
    random = np.random.default_rng(0)
    groups = ["query:de"] * 50 + ["query:fr"] * 50 + ["document:fr"] * 50 + ["document:de"] * 5
    vectors = random.normal(size=(len(groups), 8)).astype(np.float32)
    vectors[[group.endswith("de") for group in groups]] += 5
    taught = Taught(np.arange(len(groups)), np.array(groups), np.rint(vectors * 10).astype(np.int8))
    centred = centre(taught, group_means([taught]))
    assert np.abs(centred[-5:].mean(axis=1)).max() < 0.8


def test_paragraphs_join_texts_of_one_language_in_their_order() -> None:
    pairs = [Pair(f"en{number}", f"de{number}", "x", "en", "de") for number in range(20)]
    made = list(paragraphs(pairs, lambda language: 4 if language == "en" else 1))
    assert [each.language for each in made] == ["en"] * 4 + ["de"]
    words = made[0].text.split()
    first = int(words[0][2:])
    assert words == [f"en{first + step}" for step in range(len(words))]


def test_a_last_piece_of_fewer_texts_is_made_again_when_more_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Teacher:
        asked = 0

        def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
            self.asked += len(texts)
            return np.eye(len(texts), 4, dtype=np.float32)

    monkeypatch.setattr(teacher_vectors, "_PIECE", 4)
    texts = [teacher_vectors.Text(number, str(number), "document", "") for number in range(9)]
    teacher = Teacher()
    for count in (6, 8, 9, 9):
        teacher_vectors.encode_into(tmp_path, "a", iter(texts[:count]), lambda: teacher, 99)
        taught = teacher_vectors.load_taught(tmp_path, "a", count)
        assert taught is not None
        assert taught.digests.tolist() == list(range(count))
    assert teacher.asked == 6 + 4 + 1


def test_crossed_batches_hold_texts_that_are_near_their_questions() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    digests, none = np.arange(40), np.full(40, -1, np.int32)
    texts = Texts(np.repeat(digests + 5, 2).astype(np.uint16), np.arange(0, 82, 2), digests, none)
    shard = Shard(texts, texts)
    targets = {("code", side): Targets(digests, vectors) for side in ("left", "right")}
    crossed = Crossed(("code",), ("code",), rows=4, near=3, each=2)
    sampler = CrossedSampler(crossed, {"code": shard}, targets, seed=7)
    batch = sampler.batch(3, length=1)
    assert [row.tolist() for row in sampler.batch(3, length=1).left] == [
        row.tolist() for row in batch.left
    ]
    assert [len(row) for row in batch.left] == [3] * 4
    twice = CrossedSampler(crossed, {"code": shard}, targets, 7, repeat_up_to=1).batch(3, length=1)
    assert [len(row) for row in (*twice.left, *twice.right)] == [4] * (4 + len(batch.right))
    best = np.sort(batch.left_goals @ vectors.T, axis=1)[:, -3]
    assert ((batch.left_goals @ batch.right_goals.T >= best[:, None]).sum(axis=1) >= 2).all()
    assert not CrossedSampler(Crossed(), {"code": shard}, targets, seed=7)
