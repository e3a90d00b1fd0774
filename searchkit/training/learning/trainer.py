"""Trains the decoder contrastively, step by step.

A run that was killed and resumed ends as an unbroken one: the batch of a step depends on the recipe
and the step alone, and checkpoints hold all the rest.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from searchkit.training.data.batch import Batch, Row, Sampler, padded, pieces
from searchkit.training.learning.objective import Losses, losses
from searchkit.training.learning.weights import Network, TrainedWeights, compiled
from searchkit.training.recipe import Contrast, Recipe

# Tokens of one forward pass: enough for full speed, and its activations stay in the caches.
_PIECE_TOKENS = {"cpu": 8_192, "cuda": 262_144}


@dataclass(frozen=True)
class TrainingProgress:
    """One line of the log: what a step did.

    Attributes:
        step: Number of the step, from 1.
        source: The batch's source; `+part` or `+whole` behind it for joined texts.
        contrastive: Loss of the step, see `Losses`.
        relational: Loss of the step, see `Losses`.
        imitation: Loss of the step, see `Losses`.
        rows: Pairs of the batch.
        tokens: Tokens of the batch, both sides.
        seconds: Wall time of the step.
        total_tokens: Tokens of the run so far.
        total_seconds: Wall time of the run's steps so far.
    """

    step: int
    source: str
    contrastive: float
    relational: float
    imitation: float
    rows: int
    tokens: int
    seconds: float
    total_tokens: int
    total_seconds: float


class Training(Protocol):
    """What moves weights step by step."""

    recipe: Recipe
    weights: TrainedWeights
    device: str

    def advance(self) -> TrainingProgress:
        """Do one step."""
        ...


class Trainer:
    """Moves the weights by the batches of the sampler.

    Args:
        recipe: What to do.
        decoder: The weights to begin with, float32; moved to `device` and trained in place.
        sampler: Gives the batch of each step.
        teacher: The teacher's projected vectors, by source.
        device: `cpu` or `cuda`.
        compile_forward: Whether to compile the decoder; off for tests.
    """

    def __init__(
        self,
        recipe: Recipe,
        decoder: Network,
        sampler: Sampler,
        teacher: dict[str, Tensor],
        device: str = "cpu",
        *,
        compile_forward: bool = True,
    ) -> None:
        self.recipe, self.sampler, self.teacher, self.device = recipe, sampler, teacher, device
        self.weights = TrainedWeights(recipe, decoder, device)
        self.forward = compiled(self.weights.fast) if compile_forward else self.weights.fast

    def advance(self) -> TrainingProgress:
        """Do one step."""
        began = time.monotonic()
        batch = self.sampler.batch(self.weights.step)
        loss = self._cached(batch) if self.recipe.contrast.cached else self._direct(batch)
        self.weights.move(rate(self.weights.step, self.recipe.contrast))
        self.weights.tokens += batch.tokens()
        seconds = time.monotonic() - began
        self.weights.seconds += seconds
        return self._progress(batch, loss, seconds)

    def _direct(self, batch: Batch) -> Losses:
        loss = self._losses(self._encode(batch.left), self._encode(batch.right), batch)
        torch.autograd.backward(loss.total)
        return loss

    def _cached(self, batch: Batch) -> Losses:
        """Compute the gradients in the memory of one piece (GradCache, Gao et al., RepL4NLP 2021).

        Everything is encoded twice: first to learn what the loss asks of each vector, then, piece
        by piece, to hand that on to the weights.
        """
        with torch.no_grad():
            vectors = [self._encode(batch.left), self._encode(batch.right)]
        for each in vectors:
            each.requires_grad_()
        loss = self._losses(vectors[0], vectors[1], batch)
        torch.autograd.backward(loss.total)
        for rows, each in zip((batch.left, batch.right), vectors, strict=True):
            assert each.grad is not None
            for piece in self._pieces(rows):
                torch.autograd.backward(self._run(rows, piece), each.grad[piece])
        return loss

    def _losses(self, left: Tensor, right: Tensor, batch: Batch) -> Losses:
        teacher = self.teacher[batch.source.partition("+")[0]]
        return losses(left, right, batch, teacher, self.recipe.contrast)

    def _encode(self, rows: Sequence[Row]) -> Tensor:
        split = self._pieces(rows)
        order = [row for piece in split for row in piece]
        back = torch.tensor(order).argsort().to(self.device)
        return torch.cat([self._run(rows, piece) for piece in split])[back]

    def _pieces(self, rows: Sequence[Row]) -> list[list[int]]:
        return list(pieces(rows, _PIECE_TOKENS[torch.device(self.device).type]))

    def _run(self, rows: Sequence[Row], piece: Sequence[int]) -> Tensor:
        ids, mask = padded([rows[row] for row in piece])
        return self.forward(ids.to(self.device), mask.to(self.device))

    def _progress(self, batch: Batch, loss: Losses, seconds: float) -> TrainingProgress:
        return TrainingProgress(
            self.weights.step,
            batch.source,
            _rounded(loss.contrastive),
            _rounded(loss.relational),
            _rounded(loss.imitation),
            len(batch.left),
            batch.tokens(),
            round(seconds, 2),
            self.weights.tokens,
            round(self.weights.seconds, 1),
        )


def rate(step: int, contrast: Contrast) -> float:
    """Return the learning rate as a part of its peak: warm-up, level, straight fall at the end."""
    left = (contrast.steps - step) / (contrast.steps * contrast.cooling)
    return min(1.0, (step + 1) / contrast.warmup, max(0.02, left))


def _rounded(loss: Tensor) -> float:
    return round(loss.item(), 4)
