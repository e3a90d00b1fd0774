"""What a batch asks of the vectors: the contrastive loss and, where it has a say, the teacher's.

The same for the static table and for the decoder.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from searchkit.training.batch import Batch
from searchkit.training.loss import contrastive, cosines, imitation, relational
from searchkit.training.recipe import Contrast

# With fewer taught texts in a batch the teacher's similarities say too little.
_TAUGHT_LEAST = 64


@dataclass(frozen=True)
class Losses:
    """The parts of one batch's loss; each a scalar, zero where the teacher has no say."""

    total: Tensor
    contrastive: Tensor
    relational: Tensor
    imitation: Tensor


def losses(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, contrast: Contrast
) -> Losses:
    """Weigh all parts.

    Args:
        left: `(rows, dimension)`, the student's vectors of `batch.left`.
        right: The same of `batch.right`.
        batch: Says which rows are taught.
        teacher: float16, `(texts, dimension)`: vectors of the batch's source.
        contrast: Temperature, prefixes and weights.
    """
    pairs = contrastive(
        left, right, _same(batch, left.device), contrast.temperature, contrast.prefixes
    )
    if batch.task == "bitext":
        alike, copied = _bitext(left, right, batch, teacher, contrast.temperature)
    else:
        alike, copied = _retrieval(left, right, batch, teacher, contrast.temperature)
    total = pairs + contrast.relational * alike + contrast.imitation * copied
    return Losses(total, pairs, alike, copied)


def _same(batch: Batch, device: torch.device) -> Tensor:
    left = torch.from_numpy(batch.left_digests).to(device)
    right = torch.from_numpy(batch.right_digests).to(device)
    return (left[:, None] == left) | (right[:, None] == right)


def _bitext(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Both sides should lie to each other, and be, as the teacher has their English side."""
    rows = torch.from_numpy(batch.left_taught)
    rows = torch.where(rows >= 0, rows, torch.from_numpy(batch.right_taught))
    taught = (rows >= 0).nonzero().flatten()
    if len(taught) < _TAUGHT_LEAST:
        return _none(left), _none(left)
    target = teacher[rows[taught]].to(left.device)
    taught = taught.to(left.device)
    left, right = left[taught], right[taught]
    goal = cosines(target, target)
    alike = (
        relational(cosines(left, left), goal, temperature, own=True)
        + relational(cosines(right, right), goal, temperature, own=True)
        + relational(cosines(left, right), goal, temperature, own=False)
    ) / 3
    return alike, (imitation(left, target) + imitation(right, target)) / 2


def _retrieval(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Queries are imitated; similarities count where both sides are taught."""
    left_rows = torch.from_numpy(batch.left_taught)
    right_rows = torch.from_numpy(batch.right_taught)
    asked = (left_rows >= 0).nonzero().flatten()
    both = ((left_rows >= 0) & (right_rows >= 0)).nonzero().flatten()
    alike = copied = _none(left)
    if len(asked) >= _TAUGHT_LEAST:
        copied = imitation(left[asked.to(left.device)], teacher[left_rows[asked]].to(left.device))
    if len(both) >= _TAUGHT_LEAST:
        alike = _four_ways(
            left[both.to(left.device)],
            right[both.to(left.device)],
            teacher[left_rows[both]].to(left.device),
            teacher[right_rows[both]].to(left.device),
            temperature,
        )
    return alike, copied


def _four_ways(
    left: Tensor, right: Tensor, left_goal: Tensor, right_goal: Tensor, temperature: float
) -> Tensor:
    """The mean over query-document, document-query, query-query and document-document."""
    across, goal = cosines(left, right), cosines(left_goal, right_goal)
    return (
        relational(across, goal, temperature, own=False)
        + relational(across.T, goal.T, temperature, own=False)
        + relational(cosines(left, left), cosines(left_goal, left_goal), temperature, own=True)
        + relational(cosines(right, right), cosines(right_goal, right_goal), temperature, own=True)
    ) / 4


def _none(like: Tensor) -> Tensor:
    return torch.zeros((), device=like.device)
