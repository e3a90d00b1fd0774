"""The student's losses: of single texts, and of pairs.

The student learns to give each text the encoder's vector, and the texts of a batch the similarities
of the encoder's vectors. Pairs are also pulled together, against the right sides of their batch and
of earlier batches, and learn the similarities of a teacher of their source.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from searchkit.training.data.batch import Batch
from searchkit.training.learning.loss import Losses, cosines, imitation, relational, same_texts
from searchkit.training.recipe import Contrast
from searchkit.training.source import Source

# A negative whose cosine is above that of the right side, less this margin, may be right too.
_MARGIN = 0.02

# The fewest taught texts in a batch whose vectors, and whose similarities, are compared.
_IMITATED_LEAST, _RELATED_LEAST = 9, 16


@dataclass(frozen=True)
class Supervision:
    """The teachers' vectors of the texts of one source.

    Attributes:
        goals: float16, `(texts, dimension)`: what is imitated.
        relations: float16, `(texts, width)`: vectors of the source's own teacher.
        imitated: bool, `(texts,)`: which rows of `goals` there are.
        related: bool, `(texts,)`: which rows of `relations` there are.
    """

    goals: Tensor
    relations: Tensor
    imitated: Tensor
    related: Tensor


@dataclass
class Memory:
    """Right sides of the last batches of a source, as more negatives.

    Cross-batch memory, Wang et al., CVPR 2020. They carry no gradient.

    Attributes:
        most: Rows that are kept.
    """

    most: int
    _kept: deque[tuple[Tensor, npt.NDArray[np.int64]]] = field(default_factory=deque)

    def rows(self) -> tuple[Tensor, npt.NDArray[np.int64]] | None:
        """Return vectors and digests, or None where nothing is kept."""
        if not self._kept:
            return None
        vectors, digests = zip(*self._kept, strict=True)
        return torch.cat(vectors), np.concatenate(digests)

    def batches(self) -> list[tuple[Tensor, Tensor]]:
        """Return vectors and digests of each batch, as tensors, the oldest first."""
        return [(vectors, torch.from_numpy(digests)) for vectors, digests in self._kept]

    def restore(self, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Keep what `batches` returned, and nothing else."""
        self._kept.clear()
        for vectors, digests in batches:
            self.add(vectors, digests.cpu().numpy())

    def add(self, vectors: Tensor, digests: npt.NDArray[np.int64]) -> None:
        """Keep the right sides of a batch, and forget the oldest ones."""
        self._kept.append((vectors.detach(), digests))
        while sum(len(each) for _, each in self._kept) > self.most:
            self._kept.popleft()


def text_losses(vectors: Tensor, goals: Tensor, contrast: Contrast) -> Losses:
    """Compare single texts with their goals.

    Args:
        vectors: `(rows, dimension)`, the student's.
        goals: `(rows, dimension)`.
        contrast: Temperature and weights.

    Returns:
        The parts and their sum.
    """
    copied = imitation(vectors, goals)
    alike = relational(
        cosines(vectors, vectors), cosines(goals, goals), contrast.temperature, own=True
    )
    none = torch.zeros((), device=vectors.device)
    total = contrast.imitation * copied + contrast.relational * alike
    return Losses(total, none, alike, copied)


class PairLoss:
    """The loss of pairs of one source, which remembers the right sides of its last batches.

    Args:
        source: Weights of the parts, and how many right sides are remembered.
        contrast: Temperature and prefixes.
        supervision: The teachers' vectors.

    Attributes:
        memory: The right sides of the last batches.
    """

    def __init__(self, source: Source, contrast: Contrast, supervision: Supervision) -> None:
        self._source, self._contrast, self._supervision = source, contrast, supervision
        self.memory = Memory(source.memory)

    def of(self, left: Tensor, right: Tensor, batch: Batch) -> Losses:
        """Compute all parts of the loss of a batch, and remember its right sides.

        Args:
            left: `(rows, dimension)`, the student's vectors of `batch.left`.
            right: `(rows, dimension)`, those of `batch.right`.
            batch: Its `taught` rows are those of the teachers' vectors, or -1.

        Returns:
            The parts and their sum.
        """
        source, given = self._source, self._supervision
        pairs = self._contrastive(left, right, batch)
        self.memory.add(right, batch.right_digests)
        copied = _imitated(left, right, batch, given)
        temperature = self._contrast.temperature
        alike = _related(left, right, batch, (given.relations, given.related), temperature)
        if source.encoder_relations:
            own = _related(left, right, batch, (given.goals, given.imitated), temperature)
            alike = alike + source.encoder_relations * own
        total = source.contrast * pairs + source.imitation * copied + alike
        return Losses(total, pairs, alike, copied)

    def _contrastive(self, left: Tensor, right: Tensor, batch: Batch) -> Tensor:
        """Compute InfoNCE both ways, averaged over prefixes; memory adds negatives to the first."""
        contrast = self._contrast
        numbers = torch.arange(len(left), device=left.device)
        twins = same_texts(batch, contrast.alike).to(left.device).fill_diagonal_(False)
        kept = self.memory.rows()
        total = left.new_zeros((), dtype=torch.float32)
        for prefix in contrast.prefixes:
            scores = cosines(left[:, :prefix], right[:, :prefix]) / contrast.temperature
            scores = scores.masked_fill(twins, -1e4)
            wide = scores
            if kept is not None:
                more = cosines(left[:, :prefix], kept[0][:, :prefix]) / contrast.temperature
                same = torch.from_numpy(np.isin(kept[1], batch.right_digests)).to(left.device)
                bound = scores.diagonal().detach()[:, None] - _MARGIN / contrast.temperature
                wide = torch.cat([scores, more.masked_fill(same | (more > bound), -1e4)], dim=1)
            there, back = (functional.cross_entropy(each, numbers) for each in (wide, scores.T))
            total = total + (there + back) / 2
        return total / len(contrast.prefixes)


def _imitated(left: Tensor, right: Tensor, batch: Batch, supervision: Supervision) -> Tensor:
    parts = []
    for vectors, taught in ((left, batch.left_taught), (right, batch.right_taught)):
        here, rows = _known(taught, supervision.imitated)
        if len(here) >= _IMITATED_LEAST:
            goals = supervision.goals[rows].to(vectors.device)
            parts.append(imitation(vectors[here.to(vectors.device)], goals))
    return torch.stack(parts).mean() if parts else left.new_zeros((), dtype=torch.float32)


def _related(
    left: Tensor, right: Tensor, batch: Batch, taught: tuple[Tensor, Tensor], temperature: float
) -> Tensor:
    """Compare the similarities within and across the sides of the pairs taught on both."""
    here, known = _both(batch, taught)
    if len(here) < _RELATED_LEAST:
        return left.new_zeros((), dtype=torch.float32)
    places = here.to(left.device)
    return _alike((left[places], right[places]), known, temperature)


def _alike(
    sides: tuple[Tensor, Tensor], goals: tuple[Tensor, Tensor], temperature: float
) -> Tensor:
    """Compare the similarities within and across two sides with those of their goals."""
    device = sides[0].device
    total = torch.zeros((), device=device)
    for one in (0, 1):
        for other in (0, 1):
            total = total + relational(
                cosines(sides[one], sides[other]),
                cosines(goals[one].to(device), goals[other].to(device)),
                temperature,
                own=one == other,
            )
    return total / 2


def crossed_losses(
    left: Tensor, right: Tensor, goals: tuple[Tensor, Tensor], weight: float, temperature: float
) -> Losses:
    """Compare questions and texts with each other as their teacher does.

    Args:
        left: `(questions, dimension)`, the student's vectors.
        right: `(texts, dimension)`.
        goals: The teacher's vectors of both, of any dimension.
        weight: Weight of the loss.
        temperature: Divisor of the cosines.

    Returns:
        The one part and the total.
    """
    alike = _alike((left, right), goals, temperature)
    none = torch.zeros((), device=left.device)
    return Losses(weight * alike, none, alike, none)


def _both(batch: Batch, taught: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Return the places of the pairs taught on both sides, and both sides' vectors.

    Args:
        batch: Pairs.
        taught: A teacher's vectors, and which of them there are, see `Supervision`.

    Returns:
        int64 `(pairs,)`, and the vectors of each side, `(pairs, width)`.
    """
    vectors, there = taught
    here_left, _ = _known(batch.left_taught, there)
    here_right, _ = _known(batch.right_taught, there)
    here = here_left[torch.isin(here_left, here_right)]
    left, right = (
        vectors[torch.from_numpy(rows)[here]] for rows in (batch.left_taught, batch.right_taught)
    )
    return here, (left, right)


def _known(taught: npt.NDArray[np.int64], there: Tensor) -> tuple[Tensor, Tensor]:
    """Return the places of the batch that a teacher read, and their rows."""
    rows = torch.from_numpy(taught)
    here = (rows >= 0).nonzero().flatten()
    here = here[there[rows[here]]]
    return here, rows[here]
