"""Chooses the single texts of a batch: of all sources and languages, of like length.

The batch of a step depends on the recipe and the step alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from searchkit.training.data.batch import Row, wrapped
from searchkit.training.data.shard import Texts
from searchkit_index.embedder import Role

# Texts that a batch is cut from, in the order of their lengths.
_POOL = 1_500

# The fewest rows of a batch: with fewer there are too few similarities to compare.
_LEAST = 30


@dataclass(frozen=True)
class Pool:
    """Taught texts of one kind of one source.

    Attributes:
        texts: Their token ids; `taught` is the row of each in the goals of all pools, none is -1.
        role: How they are read.
        share: Share of this pool in the tokens, relative to the others.
    """

    texts: Texts
    role: Role
    share: float


@dataclass(frozen=True)
class TextBatch:
    """Single texts.

    Attributes:
        rows: Token ids, role tokens included.
        goals: int64, `(rows,)`: the row of each text's goal.
    """

    rows: list[Row]
    goals: npt.NDArray[np.int64]

    def tokens(self) -> int:
        """Count the tokens, role tokens included."""
        return sum(map(len, self.rows))


class TextSampler:
    """Chooses the texts of every step.

    Args:
        pools: The pools, by name.
        seed: Seed of all random choices.
        repeat_up_to: See `Recipe`.
    """

    def __init__(self, pools: Mapping[str, Pool], seed: int, repeat_up_to: int = 0) -> None:
        self.names, self.pools = list(pools), list(pools.values())
        self.seed, self.repeat_up_to = seed, repeat_up_to

    def batch(
        self,
        step: int,
        tokens: int,
        length: int,
        shares: Mapping[str, float] = MappingProxyType({}),
    ) -> TextBatch:
        """Return the batch of a step, the same whenever it is asked for.

        Args:
            step: Its number.
            tokens: The most tokens of the batch, padding included.
            length: The most tokens of one text, without role tokens.
            shares: Shares of pools at this step that differ from their own, by name.

        Returns:
            Texts of like length, without padding.
        """
        random = np.random.default_rng([self.seed, step])
        chosen = self._choose(random, length, self._shares(length, shares))
        cuts = _cut([len(row) for row, _ in chosen], tokens)
        begin, end = cuts[random.integers(len(cuts))]
        rows, goals = zip(*chosen[begin:end], strict=True)
        return TextBatch(list(rows), np.array(goals, np.int64))

    def _choose(
        self, random: np.random.Generator, length: int, shares: npt.NDArray[np.float64]
    ) -> list[tuple[Row, int]]:
        """Choose texts of all pools, shortest first."""
        numbers = random.choice(len(self.pools), _POOL, p=shares)
        chosen: list[tuple[Row, int]] = []
        for number, count in enumerate(np.bincount(numbers, minlength=len(self.pools))):
            texts, role = self.pools[number].texts, self.pools[number].role
            there = len(texts.digests)
            some = random.choice(there, min(int(count), there), replace=False)
            rows = wrapped(texts, some, length, role, self.repeat_up_to)
            chosen += zip(rows, texts.taught[some].tolist(), strict=True)
        return sorted(chosen, key=lambda each: len(each[0]))

    def _shares(self, length: int, given: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return each pool's share of the texts: that of the tokens by their mean length."""
        shares = np.array(
            [
                given.get(name, pool.share) / (np.minimum(pool.texts.lengths(), length).mean() + 2)
                for name, pool in zip(self.names, self.pools, strict=True)
            ]
        )
        normed: npt.NDArray[np.float64] = shares / shares.sum()
        return normed


def _cut(lengths: list[int], tokens: int) -> list[tuple[int, int]]:
    """Cut ascending lengths into batches; texts at the end that are too few are left out."""
    cuts: list[tuple[int, int]] = []
    begin = 0
    for end in range(1, len(lengths) + 1):
        full = end == len(lengths) or (end + 1 - begin) * lengths[end] > tokens
        if full:
            if end - begin >= _LEAST or not cuts:
                cuts.append((begin, end))
            begin = end
    return cuts
