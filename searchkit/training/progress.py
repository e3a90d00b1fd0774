"""Defines a line of a training's log."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingProgress:
    """One line of the log: what a step did.

    Attributes:
        step: Number of the step, from 1.
        source: The batch's source, or the kind of batch where it has none.
        contrastive: Loss of the step, see `Losses`.
        relational: Loss of the step, see `Losses`.
        imitation: Loss of the step, see `Losses`.
        rows: Pairs, questions or single texts of the batch.
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
