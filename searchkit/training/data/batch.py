"""Chooses which pairs of which source make the batch of a step, as rows of token ids.

The batch of a step depends on the recipe and the step alone, so a run that resumes goes on with the
batches that it would have had.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.embedders.prompt import times_read
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.embedder import Role

Row = npt.NDArray[np.int64]
Rows = list[Row]
Integers = npt.NDArray[np.int64]

# Ids of the tokens around a text, fixed by the order of the tokenizer's special tokens.
_ROLE_TOKENS: dict[Role, tuple[int, int]] = {"query": (1, 2), "document": (3, 4)}


@dataclass(frozen=True)
class Batch:
    """Pairs of one source; row i of `left` belongs to row i of `right`.

    Attributes:
        source: The source's name in the recipe.
        left: Rows of token ids, role tokens included.
        right: Rows of token ids of the other side, as many.
        left_digests: int64, `(rows,)`: equal for equal texts.
        right_digests: int64, `(rows,)`: equal for equal texts.
        left_taught: int64, `(rows,)`: the row among the teachers' vectors of the source, or -1.
        right_taught: int64, `(rows,)`: the same for the right side.
    """

    source: str
    left: Rows
    right: Rows
    left_digests: Integers
    right_digests: Integers
    left_taught: Integers
    right_taught: Integers

    def tokens(self) -> int:
        """Count the tokens of both sides, role tokens included."""
        return sum(map(len, self.left)) + sum(map(len, self.right))


class Sampler:
    """Chooses the batch of every step.

    Args:
        recipe: Gives seed, weights and lengths.
        shards: The shard of each source, by name.
    """

    def __init__(self, recipe: Recipe, shards: Mapping[str, Shard]) -> None:
        self.recipe = recipe
        self.sources = [_SourceSampler(each, shards[each.name], recipe) for each in recipe.sources]
        weights = np.array([source.weight for source in recipe.sources])
        self.shares = weights / weights.sum()

    def batch(self, step: int, length: int) -> Batch:
        """Return the batch of a step, the same whenever it is asked for.

        Args:
            step: The step's number.
            length: The most tokens of one text.

        Returns:
            Pairs of one source.
        """
        random = np.random.default_rng([self.recipe.seed, step])
        return self.sources[random.choice(len(self.sources), p=self.shares)].batch(random, length)


class _SourceSampler:
    def __init__(self, source: Source, shard: Shard, recipe: Recipe) -> None:
        self.source, self.shard = source, shard
        self.contrast, self.repeat_up_to = recipe.contrast, recipe.repeat_up_to

    def batch(self, random: np.random.Generator, length: int) -> Batch:
        chosen = self._choose(random, self._row_count(length))
        asking, answering = self._roles(random)
        left, right = self.shard.left, self.shard.right
        return Batch(
            self.source.name,
            wrapped(left, chosen, length, asking, self.repeat_up_to),
            wrapped(right, chosen, length, answering, self.repeat_up_to),
            left.digests[chosen],
            right.digests[chosen],
            left.taught[chosen].astype(np.int64),
            right.taught[chosen].astype(np.int64),
        )

    def _row_count(self, length: int) -> int:
        each = sum(
            np.minimum(texts.lengths(), length).mean() + 2
            for texts in (self.shard.left, self.shard.right)
        )
        return max(2, min(self.contrast.rows, int(self.contrast.tokens / each)))

    def _choose(self, random: np.random.Generator, rows: int) -> Integers:
        """Choose rows with no text twice on the right: translations of a text are no negatives."""
        some = random.integers(0, len(self.shard), 4 * rows)
        _, first = np.unique(self.shard.right.digests[some], return_index=True)
        return some[np.sort(first)][:rows]

    def _roles(self, random: np.random.Generator) -> tuple[Role, Role]:
        if self.source.task == "retrieval":
            return "query", "document"
        pairs: list[tuple[Role, Role]] = [
            ("query", "document"),
            ("document", "query"),
            ("query", "query"),
        ]
        return pairs[random.integers(3)]


def wrap(tokens: npt.NDArray[np.integer], role: Role, repeat_up_to: int = 0) -> Row:
    """Put the role's tokens around a text, which is read twice if it is short."""
    begin, end = _ROLE_TOKENS[role]
    read = np.tile(tokens, times_read(len(tokens), repeat_up_to))
    return np.concatenate([[begin], read, [end]]).astype(np.int64)


def wrapped(
    texts: Texts, chosen: Iterable[int], length: int, role: Role, repeat_up_to: int = 0
) -> Rows:
    """Return texts as a model reads them.

    Args:
        texts: One side of a shard.
        chosen: Their numbers.
        length: Tokens of one text at most, without role tokens.
        role: How they are read.
        repeat_up_to: See `Recipe`.

    Returns:
        Token ids of each text, role tokens included.
    """
    return [wrap(texts.tokens(each, length, role), role, repeat_up_to) for each in chosen]
