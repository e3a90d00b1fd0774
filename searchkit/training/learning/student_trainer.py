"""Trains a student by stages: batches of single texts, and batches of pairs between them.

The batch of a step depends on the recipe and the step alone, and a checkpoint holds the negatives
of earlier batches, so a resumed run ends as an unbroken one does.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from searchkit.embedders.batching import packed
from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.network import tensors
from searchkit.training.data.batch import Row, Sampler
from searchkit.training.data.crossed import CrossedSampler
from searchkit.training.data.text_batch import TextSampler
from searchkit.training.learning.calibrate import set_integer
from searchkit.training.learning.imitate import (
    PairLoss,
    Supervision,
    crossed_losses,
    text_losses,
)
from searchkit.training.learning.loss import Losses
from searchkit.training.learning.scales import Scales
from searchkit.training.learning.weights import TrainedWeights
from searchkit.training.progress import TrainingProgress
from searchkit.training.recipe import Recipe
from searchkit.training.stage import Stage
from searchkit.training.step import refuse_no_number

# Tokens of one forward pass of a batch of pairs, whose rows differ in length.
_PIECE_TOKENS = 3_072

# What a step of single texts, and one of crossed sources, is called in the log.
TEXTS, CROSSED = "texts", "crossed"


@dataclass(frozen=True)
class StudentData:
    """All that a student learns from.

    Attributes:
        texts: Chooses single texts.
        goals: float16, `(texts, dimension)`: the goals of these.
        pairs: Chooses pairs.
        taught: Chooses pairs whose sides teachers have both read.
        supervision: The teachers' vectors of the texts of pairs, by source.
        crossed: Chooses questions of some sources and texts of others; empty if none are crossed.
    """

    texts: TextSampler
    goals: Tensor
    pairs: Sampler
    taught: Sampler
    supervision: Mapping[str, Supervision]
    crossed: CrossedSampler


class StudentTrainer:
    """Moves the student's weights.

    Args:
        recipe: The recipe.
        student: The weights to begin with, float32; moved to `device` and trained in place.
        data: What it learns from.
        scales: Those of integer arithmetic, in the stages that have it.
        device: `cpu` or `cuda`.

    Attributes:
        weights: The weights, and the step that they have reached.
        is_whole: Whether the last step was done to its end, so that a checkpoint can be written.
    """

    def __init__(
        self, recipe: Recipe, student: CausalBert, data: StudentData, scales: Scales, device: str
    ) -> None:
        self.recipe, self.data, self.scales, self.device = recipe, data, scales, device
        self._calibrated: int | None = None
        self.is_whole = True
        self.weights = TrainedWeights(recipe, student, device)
        self.pair_losses = {
            source.name: PairLoss(source, recipe.contrast, data.supervision[source.name])
            for source in recipe.sources
        }

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        memory = {name: loss.memory.batches() for name, loss in self.pair_losses.items()}
        self.weights.save(path, {"memory": memory})

    def load(self, path: Path) -> None:
        """Go on from what `save` wrote; raise TrainingError for another model, or damage."""
        memory = self.weights.load(path).get("memory", {})
        for name, loss in self.pair_losses.items():
            loss.memory.restore(memory.get(name, ()))

    def advance(self) -> TrainingProgress:
        """Do one step; raise TrainingError, before weights change, where its loss is no number."""
        began, step = time.monotonic(), self.weights.step
        self.is_whole = False
        self._calibrate(step)
        stage, within = self.recipe.stage_at(step)
        name, rows, tokens, loss = self._losses(step, stage)
        refuse_no_number(loss.total.item(), step + 1)
        torch.autograd.backward(loss.total)
        self.weights.move(stage.rate_at(within))
        self.weights.tokens += tokens
        seconds = time.monotonic() - began
        self.weights.seconds += seconds
        self.is_whole = True
        return TrainingProgress(
            self.weights.step,
            name,
            round(loss.contrastive.item(), 4),
            round(loss.relational.item(), 4),
            round(loss.imitation.item(), 4),
            rows,
            tokens,
            round(seconds, 2),
            self.weights.tokens,
            round(self.weights.seconds, 1),
        )

    def _calibrate(self, step: int) -> None:
        """Compute in integers from the first stage on that measures their scales."""
        # A resumed run measures new scales, too, while it computes with those of the step before.
        for known in (max(step - 1, 0), step):
            begin = self.recipe.calibrated_at(known)
            if begin != self._calibrated:
                ranges = self.scales.at(known, self.weights.averaged)
                assert ranges is not None
                for network in (self.weights.student, self.weights.fast):
                    set_integer(network, ranges)
                    network.to(self.device)
                self._calibrated = begin

    def _losses(self, step: int, stage: Stage) -> tuple[str, int, int, Losses]:
        """Choose the kind of a step's batch; return its name, rows, tokens and losses."""
        random = np.random.default_rng([self.recipe.seed, 1, step])
        if random.random() < stage.texts:
            return self._texts(step, stage)
        if self.data.crossed and random.random() < stage.crossed:
            return self._crossed(step, stage)
        return self._pairs(step, stage, random)

    def _texts(self, step: int, stage: Stage) -> tuple[str, int, int, Losses]:
        contrast = self.recipe.contrast
        shares = {f"{name}/left": share for name, share in stage.text_left.items()}
        batch = self.data.texts.batch(step, contrast.tokens, stage.length, shares)
        goals = self.data.goals[torch.from_numpy(batch.goals)].to(self.device)
        loss = text_losses(self._encode(batch.rows), goals, contrast)
        return TEXTS, len(batch.rows), batch.tokens(), loss

    def _pairs(
        self, step: int, stage: Stage, random: np.random.Generator
    ) -> tuple[str, int, int, Losses]:
        both = random.random() < self.recipe.student.both
        batch = (self.data.taught if both else self.data.pairs).batch(step, stage.length)
        left, right = self._encode(batch.left), self._encode(batch.right)
        loss = self.pair_losses[batch.source].of(left, right, batch)
        return batch.source, len(batch.left), batch.tokens(), loss

    def _crossed(self, step: int, stage: Stage) -> tuple[str, int, int, Losses]:
        batch = self.data.crossed.batch(step, stage.length)
        left, right = self._encode(batch.left), self._encode(batch.right)
        goals = torch.from_numpy(batch.left_goals), torch.from_numpy(batch.right_goals)
        temperature = self.recipe.contrast.temperature
        loss = crossed_losses(left, right, goals, self.recipe.crossed.weight, temperature)
        return CROSSED, len(batch.left), batch.tokens(), loss

    def _encode(self, rows: Sequence[Row]) -> Tensor:
        most = max(_PIECE_TOKENS, self.recipe.contrast.tokens // 2)
        split = list(packed([len(row) for row in rows], most))
        back = torch.tensor([row for piece in split for row in piece]).argsort().to(self.device)
        return torch.cat([self._run([rows[row] for row in piece]) for piece in split])[back]

    def _run(self, rows: Sequence[Row]) -> Tensor:
        vectors: Tensor = self.weights.fast(*tensors(rows, self.device))
        return vectors
