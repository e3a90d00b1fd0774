"""The losses are what their formulas say, and mask what is no negative."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from searchkit.training.data.batch import Batch, wrap
from searchkit.training.learning.imitate import PairLoss, Supervision
from searchkit.training.learning.loss import cosines, imitation, relational, same_texts
from searchkit.training.recipe import Contrast
from searchkit.training.source import Source

pytestmark = pytest.mark.integration


def unit_rows(seed: int) -> torch.Tensor:
    return torch.randn(6, 16, generator=torch.Generator().manual_seed(seed))


def contrastive(left: torch.Tensor, right: torch.Tensor, *prefixes: int) -> torch.Tensor:
    """The contrastive part of the loss of pairs that no teacher has read."""
    rows = [np.array([3, 10 * number + 5, 4]) for number in range(len(left))]
    numbers, none = np.arange(len(left)), np.full(len(left), -1)
    batch = Batch("code", rows, rows, numbers, numbers, none, none)
    nobody = torch.empty(0, dtype=torch.bool)
    supervision = Supervision(torch.empty(0, 16), torch.empty(0, 16), nobody, nobody)
    loss = PairLoss(Source("code", (), 1.0), Contrast(prefixes=prefixes), supervision)
    return loss.of(left, right, batch).contrastive


@given(st.integers(0, 10_000))
def test_the_contrastive_loss_is_cross_entropy_both_ways(seed: int) -> None:
    left, right = unit_rows(seed), unit_rows(seed + 1)
    scores = cosines(left, right) / Contrast().temperature
    target = torch.arange(6)
    expected = functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    loss = contrastive(left, right, 16)
    assert loss.item() == pytest.approx(expected.item() / 2, rel=1e-4, abs=1e-5)


def test_every_prefix_counts() -> None:
    left, right = unit_rows(0), unit_rows(0)
    right[:, :4] = unit_rows(1)[:, :4]
    assert contrastive(left, right, 4, 16) > contrastive(left, right, 16) + 0.5


@pytest.mark.parametrize("own", [True, False])
def test_a_student_like_its_teacher_has_no_relational_loss(own: bool) -> None:
    scores = cosines(unit_rows(0), unit_rows(0) if own else unit_rows(1))
    assert relational(scores, scores, 0.05, own).item() == pytest.approx(0, abs=1e-6)
    assert relational(scores, scores.flip(1), 0.05, own) > 0.1


def test_the_diagonal_of_a_text_with_itself_says_nothing() -> None:
    scores, goal = cosines(unit_rows(0), unit_rows(0)), cosines(unit_rows(1), unit_rows(1))
    changed = scores + torch.eye(6) * 5
    assert relational(changed, goal, 0.05, own=True) == relational(scores, goal, 0.05, own=True)


def test_imitation_is_zero_for_the_same_direction_and_two_for_the_opposite() -> None:
    rows = unit_rows(0)
    assert imitation(rows, rows * 3).item() == pytest.approx(0, abs=1e-6)
    assert imitation(rows, -rows).item() == pytest.approx(2, abs=1e-6)


def test_a_copy_with_one_word_more_is_a_false_negative_and_another_text_is_not() -> None:
    text = np.arange(1, 60)
    rows = [wrap(text, "document"), wrap(np.append(text, 7), "document"), wrap(text + 70, "query")]
    none = np.full(3, -1)
    batch = Batch("x", rows, rows, np.arange(3), np.arange(3), none, none)
    same = torch.eye(3, dtype=torch.bool)
    same[0, 1] = same[1, 0] = True
    assert torch.equal(same_texts(batch, Contrast().alike), same)


def test_a_text_that_stands_twice_is_no_negative_of_itself() -> None:
    rows = [wrap(np.arange(start, start + 9), "query") for start in (10, 30, 50)]
    none = np.full(3, -1)
    batch = Batch("x", rows, rows, np.array([1, 2, 1]), np.arange(3), none, none)
    assert same_texts(batch, 0.95).int().tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
