"""Chooses which pairs the batch of a step holds, by the recipe and the step alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.training.paper.pairs import Pairs
from searchkit_index.embedder import Role


@dataclass(frozen=True)
class Batch:
    """The texts of one step.

    Attributes:
        source: The name of their source.
        role: The role in which positives and negatives are read.
        queries: What is asked.
        positives: What answers each query, in the same order.
        negatives: Texts that answer none of them; belong to no query by their place.
    """

    source: str
    role: Role
    queries: list[str]
    positives: list[str]
    negatives: list[str]


class Order:
    """The batches of a run, one source to each; every pair once in an epoch, but for the last few.

    Args:
        sources: What is trained on.
        size: Pairs of a batch; of a source with fewer, all that it has.
        seed: Of the order.
    """

    def __init__(self, sources: Sequence[Pairs], size: int, seed: int) -> None:
        self._sources, self._size, self._seed = sources, size, seed
        self._epoch = -1
        self._batches: list[tuple[Pairs, list[int]]] = []

    @property
    def steps(self) -> int:
        """Steps of one epoch."""
        return sum(max(1, len(source.pairs) // self._size) for source in self._sources)

    def batch(self, step: int) -> Batch:
        """Return the batch of a step, counted from 0 over all epochs."""
        epoch, place = divmod(step, self.steps)
        if epoch != self._epoch:
            self._epoch, self._batches = epoch, self._shuffled(epoch)
        source, rows = self._batches[place]
        pairs = [source.pairs[row] for row in rows]
        return Batch(
            source.name,
            source.role,
            [pair.query for pair in pairs],
            [pair.positive for pair in pairs],
            [pair.negatives[epoch % len(pair.negatives)] for pair in pairs if pair.negatives],
        )

    def _shuffled(self, epoch: int) -> list[tuple[Pairs, list[int]]]:
        chance = random.Random(f"{self._seed} {epoch}")
        batches = []
        for source in self._sources:
            rows = list(range(len(source.pairs)))
            chance.shuffle(rows)
            for start in range(0, max(1, len(rows) - self._size + 1), self._size):
                batches.append((source, rows[start : start + self._size]))
        chance.shuffle(batches)
        return batches
