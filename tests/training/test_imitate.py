"""The losses of a student."""

import numpy as np
import pytest
import torch

from searchkit.training.data.batch import Batch
from searchkit.training.learning.imitate import Memory, Supervision, pair_losses
from searchkit.training.recipe import Contrast
from searchkit.training.source import Source

pytestmark = pytest.mark.integration


def test_memory_adds_negatives_but_not_the_answer_itself() -> None:
    random = torch.Generator().manual_seed(0)
    left = torch.nn.functional.normalize(torch.randn(4, 16, generator=random), dim=-1)
    rows = [np.array([3, number + 5, 4]) for number in range(4)]
    none = np.full(4, -1)
    digests = np.arange(4)
    batch = Batch("code", rows, rows, digests, digests, none, none)
    nobody = torch.empty(0, dtype=torch.bool)
    supervision = Supervision(torch.empty(0, 16), torch.empty(0, 16), nobody, nobody)
    source, contrast = Source("code", (), 1.0), Contrast(prefixes=(16,))
    memory = Memory(8)
    given = (batch, supervision, memory, source, contrast)
    first = pair_losses(left, left, *given)
    again = pair_losses(left, left, *given)
    assert again.total == pytest.approx(first.total)
    others = torch.nn.functional.normalize(left + 0.9 * torch.randn(4, 16, generator=random), dim=1)
    memory.add(others, digests + 10)
    assert pair_losses(left, left, *given).total > first.total


def test_what_the_teacher_finds_as_good_as_the_answer_is_no_negative() -> None:
    rows = [np.array([3, number + 5, 4]) for number in range(3)]
    digests, taught = np.arange(3), np.arange(3)
    batch = Batch("code", rows, rows, digests, digests, taught, taught + 3)
    relations = torch.eye(6, 8)
    relations[3:] = torch.eye(3, 8)
    relations[1] = torch.tensor([1.0, 1, 0, 0, 0, 0, 0, 0])
    there = torch.ones(6, dtype=torch.bool)
    supervision = Supervision(
        torch.zeros(6, 16), relations, torch.zeros(6, dtype=torch.bool), there
    )
    # Alike, or no negative is near enough to count.
    some = 1 + 0.3 * torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    vectors = torch.nn.functional.normalize(some, dim=-1)
    source = Source("code", (), 1.0)
    contrasts = [Contrast(prefixes=(16,), false_negative=part) for part in (0.0, 0.9)]
    plain, aware = (
        pair_losses(vectors, vectors, batch, supervision, Memory(0), source, contrast)
        for contrast in contrasts
    )
    assert aware.contrastive < plain.contrastive


def test_the_encoder_has_a_say_in_how_alike_texts_are_beside_the_teacher() -> None:
    random = torch.Generator().manual_seed(0)
    rows = [np.array([3, number + 5, 4]) for number in range(20)]
    digests = np.arange(20)
    batch = Batch("code", rows, rows, digests, digests, digests, digests + 20)
    goals = torch.randn(40, 16, generator=random)
    there = torch.ones(40, dtype=torch.bool)
    supervision = Supervision(goals, torch.eye(40, 8), there, there)
    vectors = [torch.randn(20, 16, generator=random) for _ in range(2)]
    alone, both = (
        pair_losses(
            *vectors,
            batch,
            supervision,
            Memory(0),
            Source("code", (), 1.0, encoder_relations=say),
            Contrast(),
        )
        for say in (0.0, 1.0)
    )
    assert both.relational > alone.relational
    agreed = pair_losses(
        goals[:20],
        goals[20:],
        batch,
        supervision,
        Memory(0),
        Source("code", (), 1.0, encoder_relations=1.0),
        Contrast(),
    )
    own = pair_losses(
        goals[:20], goals[20:], batch, supervision, Memory(0), Source("code", (), 1.0), Contrast()
    )
    assert agreed.relational == pytest.approx(float(own.relational), abs=1e-4)
