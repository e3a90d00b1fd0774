"""The losses are what their formulas say, and mask what is no negative."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from searchkit.training.data.batch import Batch, wrap
from searchkit.training.learning.loss import contrastive, cosines, imitation, relational
from searchkit.training.learning.objective import losses
from searchkit.training.recipe import Contrast

pytestmark = pytest.mark.integration


def unit_rows(seed: int, rows: int = 6, width: int = 16) -> torch.Tensor:
    return torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))


NONE_SAME = torch.eye(6, dtype=torch.bool)


@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.05, 0.5]))
def test_the_contrastive_loss_is_cross_entropy_both_ways(seed: int, temperature: float) -> None:
    left, right = unit_rows(seed), unit_rows(seed + 1)
    scores = cosines(left, right) / temperature
    target = torch.arange(6)
    expected = functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    loss = contrastive(left, right, NONE_SAME, temperature, (16,))
    assert loss.item() == pytest.approx(expected.item() / 2, rel=1e-4, abs=1e-5)


def test_a_text_that_stands_twice_is_no_negative_of_itself() -> None:
    left = unit_rows(0)
    left[1] = left[0]
    right = left.clone()
    same = NONE_SAME.clone()
    same[0, 1] = same[1, 0] = True
    blind = contrastive(left, right, NONE_SAME, 0.05, (16,))
    assert contrastive(left, right, same, 0.05, (16,)) < blind - 0.2


def test_every_prefix_counts() -> None:
    left, right = unit_rows(0), unit_rows(0)
    right[:, :4] = unit_rows(1)[:, :4]
    whole = contrastive(left, right, NONE_SAME, 0.05, (16,))
    assert contrastive(left, right, NONE_SAME, 0.05, (4, 16)) > whole + 0.5


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
    batch = Batch("x", "retrieval", rows, rows, np.arange(3), np.arange(3), none, none)
    left, right = unit_rows(0, 3), unit_rows(1, 3)
    same = torch.eye(3, dtype=torch.bool)
    same[0, 1] = same[1, 0] = True
    contrast = Contrast(prefixes=(16,))
    told = losses(left, right, batch, torch.empty(0), contrast).contrastive
    assert told == contrastive(left, right, same, contrast.temperature, (16,))


def test_what_the_table_holds_for_an_answer_is_no_negative() -> None:
    rows = [wrap(np.arange(start, start + 9), "query") for start in (10, 30, 50)]
    none = np.full(3, -1)
    told = np.array([[True, False, True], [False, True, False], [False, False, True]])
    batch = Batch("x", "retrieval", rows, rows, np.arange(3), np.arange(3), none, none)
    batch = dataclasses.replace(batch, false_negatives=told)
    left, right, contrast = unit_rows(0, 3), unit_rows(1, 3), Contrast(prefixes=(16,))
    loss = losses(left, right, batch, torch.empty(0), contrast).contrastive
    assert loss == contrastive(left, right, torch.from_numpy(told), contrast.temperature, (16,))
