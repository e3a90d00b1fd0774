"""The losses of a student."""

import numpy as np
import pytest
import torch

from searchkit.training.data.batch import Batch
from searchkit.training.learning.imitate import PairLoss, Supervision
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
    loss = PairLoss(Source("code", (), 1.0, memory=8), Contrast(prefixes=(16,)), supervision)
    first = loss.of(left, left, batch)
    again = loss.of(left, left, batch)
    assert again.total == pytest.approx(first.total)
    others = torch.nn.functional.normalize(left + 0.9 * torch.randn(4, 16, generator=random), dim=1)
    loss.memory.add(others, digests + 10)
    assert loss.of(left, left, batch).total > first.total


def test_the_encoder_has_a_say_in_how_alike_texts_are_beside_the_teacher() -> None:
    random = torch.Generator().manual_seed(0)
    rows = [np.array([3, number + 5, 4]) for number in range(20)]
    digests = np.arange(20)
    batch = Batch("code", rows, rows, digests, digests, digests, digests + 20)
    goals = torch.randn(40, 16, generator=random)
    there = torch.ones(40, dtype=torch.bool)
    supervision = Supervision(goals, torch.eye(40, 8), there, there)
    vectors = [torch.randn(20, 16, generator=random) for _ in range(2)]

    def related(sides: list[torch.Tensor], say: float) -> float:
        source = Source("code", (), 1.0, encoder_relations=say)
        return float(PairLoss(source, Contrast(), supervision).of(*sides, batch).relational)

    assert related(vectors, 1.0) > related(vectors, 0.0)
    own = [goals[:20], goals[20:]]
    assert related(own, 1.0) == pytest.approx(related(own, 0.0), abs=1e-4)
