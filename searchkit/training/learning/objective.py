"""Weighs the losses of a batch: the contrastive one and, where texts are taught, the teacher's.

The same for the static table and for the decoder.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from searchkit.training.data.batch import Batch, Row
from searchkit.training.learning.loss import contrastive, cosines, imitation, relational
from searchkit.training.recipe import Contrast

# Tokens share a bucket rarely enough for texts of a few hundred.
_BUCKETS = 1_021

# With fewer taught texts in a batch the teacher's similarities say too little.
_TAUGHT_LEAST = 16


@dataclass(frozen=True)
class Losses:
    """The parts of one batch's loss, each a scalar; the teacher's are 0 where nothing is taught.

    Attributes:
        total: The weighted sum, to be minimised.
        contrastive: InfoNCE, see `loss.contrastive`.
        relational: The teacher's similarities, see `loss.relational`.
        imitation: The teacher's vectors, see `loss.imitation`.
    """

    total: Tensor
    contrastive: Tensor
    relational: Tensor
    imitation: Tensor


def losses(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, contrast: Contrast
) -> Losses:
    """Compute and weigh all parts of a batch's loss.

    Args:
        left: `(rows, dimension)`, the student's vectors of `batch.left`.
        right: `(rows, dimension)`, the student's vectors of `batch.right`.
        batch: Says which rows are taught.
        teacher: float16, `(texts, dimension)`: the teacher's vectors of the batch's source.
        contrast: Temperature, prefixes and weights.

    Returns:
        The parts and their sum.
    """
    same = same_texts(batch, contrast.alike).to(left.device)
    pairs = contrastive(left, right, same, contrast.temperature, contrast.prefixes)
    if batch.task == "bitext":
        alike, copied = _bitext(left, right, batch, teacher, contrast.temperature)
    else:
        alike, copied = _retrieval(left, right, batch, teacher, contrast.temperature)
    taught = contrast.relational * alike + contrast.imitation * copied
    total = batch.contrast * pairs + batch.trust * taught
    return Losses(total, pairs, alike, copied)


def same_texts(batch: Batch, cosine: float) -> Tensor:
    """Mark rows that are the same or nearly the same text on either side: false negatives.

    Neighbourhoods are full of copies with small changes, which have other digests.

    Args:
        batch: Pairs.
        cosine: Texts whose token counts are nearer than this are the same.

    Returns:
        bool, `(rows, rows)`, on the CPU.
    """
    left = torch.from_numpy(batch.left_digests)
    right = torch.from_numpy(batch.right_digests)
    same = (left[:, None] == left) | (right[:, None] == right)
    if batch.false_negatives is not None:
        same |= torch.from_numpy(batch.false_negatives)
    return same | _alike(batch.left, cosine) | _alike(batch.right, cosine)


def _alike(rows: Sequence[Row], cosine: float) -> Tensor:
    """Mark rows with nearly the same tokens, by the cosine of their counts in buckets."""
    counts = np.zeros((len(rows), _BUCKETS), np.float32)
    for row, ids in enumerate(rows):
        np.add.at(counts[row], ids[1:-1] % _BUCKETS, 1)
    vectors = torch.from_numpy(counts)
    return cosines(vectors, vectors) > cosine


def _bitext(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Hold vectors and relations of both sides against the teacher's of their English side."""
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
    """Compute the teacher's losses of each taught side, and across where both sides are taught."""
    sides = [
        (vectors[here.to(left.device)], teacher[rows[here]].to(left.device))
        for vectors, taught in ((left, batch.left_taught), (right, batch.right_taught))
        for rows in [torch.from_numpy(taught)]
        for here in [(rows >= 0).nonzero().flatten()]
        if len(here) >= _TAUGHT_LEAST
    ]
    if not sides:
        return _none(left), _none(left)
    alike = [
        relational(cosines(side, side), cosines(goal, goal), temperature, own=True)
        for side, goal in sides
    ]
    alike += _across(left, right, batch, teacher, temperature)
    copied = [imitation(side, goal) for side, goal in sides]
    return torch.stack(alike).mean(), torch.stack(copied).mean()


def _across(
    left: Tensor, right: Tensor, batch: Batch, teacher: Tensor, temperature: float
) -> list[Tensor]:
    """Compare similarities of queries and documents, both ways, over rows taught on both sides."""
    left_rows, right_rows = map(torch.from_numpy, (batch.left_taught, batch.right_taught))
    both = ((left_rows >= 0) & (right_rows >= 0)).nonzero().flatten()
    if len(both) < _TAUGHT_LEAST:
        return []
    goal = cosines(teacher[left_rows[both]], teacher[right_rows[both]]).to(left.device)
    both = both.to(left.device)
    scores = cosines(left[both], right[both])
    return [
        relational(each, aim, temperature, own=False)
        for each, aim in ((scores, goal), (scores.T, goal.T))
    ]


def _none(like: Tensor) -> Tensor:
    return torch.zeros((), device=like.device)
