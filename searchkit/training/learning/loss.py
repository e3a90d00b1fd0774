"""Computes the contrastive loss and the teacher's two losses, on batches of one source.

Vectors may have any length: each loss normalises them, because a Matryoshka prefix must be
normalised anew.
"""

import torch
from torch import Tensor
from torch.nn import functional


def contrastive(
    left: Tensor, right: Tensor, same: Tensor, temperature: float, prefixes: tuple[int, ...]
) -> Tensor:
    """Compute InfoNCE both ways over in-batch negatives, averaged over Matryoshka prefixes.

    InfoNCE: van den Oord et al., arXiv 1807.03748; prefixes: Kusupati et al., NeurIPS 2022.

    Args:
        left: float, `(n, dimension)`; row i belongs to row i of `right`.
        right: float, `(n, dimension)`.
        same: bool, `(n, n)`: pairs of rows that are no negatives of each other, since they carry
            the same text on either side.
        temperature: What cosines are divided by.
        prefixes: Lengths of the leading parts that must work by themselves.

    Returns:
        float32, a scalar.
    """
    counted = ~same | torch.eye(left.shape[0], dtype=torch.bool, device=left.device)
    total = left.new_zeros((), dtype=torch.float32)
    for prefix in prefixes:
        # Cosines end at 1, so the exponentials of both directions are one, and need no maximum.
        scores = (cosines(left[:, :prefix], right[:, :prefix]) - 1) / temperature
        powers = scores.exp() * counted
        total = total + (powers.sum(dim=1).log() + powers.sum(dim=0).log()).mean()
        total = total - 2 * scores.diagonal().mean()
    return total / (2 * len(prefixes))


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
        temperature: What both are divided by.
        own: Whether rows and columns are the same texts, so that the diagonal says nothing.

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
