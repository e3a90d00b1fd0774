"""Defines the stages of a student's training: their steps, learning rates and batches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchkit.training.ranges import Rate, Share, Some, Weight

# The learning rate does not fall below this part of `rate`.
_LEAST_RATE = 0.02


@dataclass(frozen=True)
class Stage:
    """A part of a student's training, with a course of the learning rate of its own.

    Attributes:
        steps: Number of steps.
        rate: Learning rate of the layers and of those rows of the table that learn, after the
            warm-up and until it falls.
        last_rate: Learning rate at the last step.
        warmup: Steps in which the learning rate rises to `rate`.
        cooling: Share of the steps, the last ones, in which the learning rate falls linearly.
        length: The most tokens of a text.
        texts: Share of the steps that are batches of single texts; the others are of pairs.
        crossed: Share of the batches of pairs that are crossed ones, see `Crossed`.
        text_left: Values of `text_left` in this stage, by source.
        calibrate: Whether the scales of integer arithmetic are measured as it begins; from the
            first such stage on, the layers compute in integers.
        average: Weight of the running mean of the weights at its end in the mean that the model is
            made of (model soups, Wortsman et al., arXiv 2203.05482), relative to other stages; if
            no stage has one, the model is the running mean at the very end.
    """

    steps: Some
    rate: Rate
    last_rate: Share = 0.0
    warmup: Some = 1
    cooling: Share = 1.0
    length: Some = 126
    texts: Share = 0.5
    crossed: Share = 0.0
    text_left: Mapping[str, Weight] = field(default_factory=dict)
    calibrate: bool = False
    average: Weight = 0.0

    def rate_at(self, step: int) -> float:
        """Return the learning rate at a step of this stage, counted from 0; it is above 0."""
        left = min(1.0, (self.steps - step) / (self.steps * self.cooling or 1))
        falling = self.last_rate + left * (self.rate - self.last_rate)
        return min(1.0, (step + 1) / self.warmup) * max(_LEAST_RATE * self.rate, falling)
