"""Computes the parts of losses: cosines, the two losses of a teacher, and equal texts.

Vectors may have any length: each loss normalises them, because a Matryoshka prefix must be
normalised anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from searchkit.training.data.batch import Batch, Row

# Buckets of token ids: few tokens of a text of some hundreds share one.
_BUCKETS = 1_021


@dataclass(frozen=True)
class Losses:
    """The parts of one batch's loss, each a scalar; 0 where a batch has no such part.

    Attributes:
        total: The weighted sum, to be minimised.
        contrastive: InfoNCE over pairs (van den Oord et al., arXiv 1807.03748).
        relational: The teacher's similarities, see `relational`.
        imitation: The teacher's vectors, see `imitation`.
    """

    total: Tensor
    contrastive: Tensor
    relational: Tensor
    imitation: Tensor


def cosines(left: Tensor, right: Tensor) -> Tensor:
    """Compute all cosines between rows, float32, `(n, m)`."""
    left, right = left.float(), right.float()
    return functional.normalize(left, dim=-1) @ functional.normalize(right, dim=-1).T


def relational(scores: Tensor, teacher: Tensor, temperature: float, own: bool) -> Tensor:
    """Compute the KL divergence of the student's similarity rows from the teacher's.

    Reimers & Gurevych (EMNLP 2020) match vectors across languages; this matches their relations.

    Args:
        scores: The student's cosines, `(n, n)`.
        teacher: The teacher's cosines of the same rows and columns, `(n, n)`.
        temperature: Divisor of both.
        own: Whether rows and columns are the same texts, so that the diagonal is left out.

    Returns:
        A scalar, the mean over rows.
    """
    scores, teacher = scores / temperature, teacher / temperature
    if own:
        diagonal = torch.eye(scores.shape[0], dtype=torch.bool, device=scores.device)
        scores, teacher = scores.masked_fill(diagonal, -1e4), teacher.masked_fill(diagonal, -1e4)
    return functional.kl_div(
        scores.log_softmax(dim=-1),
        teacher.log_softmax(dim=-1),
        log_target=True,
        reduction="batchmean",
    )


def imitation(student: Tensor, teacher: Tensor) -> Tensor:
    """Return one minus the mean cosine between student's and teacher's vectors, both `(n, d)`."""
    return 1 - functional.cosine_similarity(student.float(), teacher.float(), dim=-1).mean()


def same_texts(batch: Batch, cosine: float) -> Tensor:
    """Mark rows that are the same or nearly the same text on either side: false negatives.

    Copies with small changes have other digests.

    Args:
        batch: Pairs.
        cosine: Texts whose token counts are nearer than this are the same.

    Returns:
        bool, `(rows, rows)`, on the CPU.
    """
    left = torch.from_numpy(batch.left_digests)
    right = torch.from_numpy(batch.right_digests)
    same = (left[:, None] == left) | (right[:, None] == right)
    return same | _nearly_same(batch.left, cosine) | _nearly_same(batch.right, cosine)


def _nearly_same(rows: Sequence[Row], cosine: float) -> Tensor:
    """Mark rows with nearly the same tokens, by the cosine of their counts in buckets."""
    counts = np.zeros((len(rows), _BUCKETS), np.float32)
    for row, ids in enumerate(rows):
        np.add.at(counts[row], ids[1:-1] % _BUCKETS, 1)
    vectors = torch.from_numpy(counts)
    return cosines(vectors, vectors) > cosine
