"""Chooses which pairs of which source make the batch of a step, as rows of token ids.

The batch of a step depends on the recipe and the step alone, so a run that resumes goes on with the
batches that it would have had.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from torch import Tensor

from searchkit.embedders.batching import packed
from searchkit.embedders.network import tensors
from searchkit.embedders.prompt import times_read
from searchkit.training.data.neighbour import Floats, bags
from searchkit.training.data.shard import Booleans, Shard, Side
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.embedder import Role

Row = npt.NDArray[np.int64]
Tokens = npt.NDArray[np.unsignedinteger]
Rows = list[Row]
Integers = npt.NDArray[np.int64]

# Ids of the tokens around a text, fixed by the order of the tokenizer's special tokens.
ROLE_TOKENS: dict[Role, tuple[int, int]] = {"query": (1, 2), "document": (3, 4)}

# Long texts of one batch that are put together from several pairs.
_JOINED_ROWS = 256

# Neighbours that come into a batch together: the hard negatives of each of its rows.
LEAF = 32

# Languages with fewer pairs than this would repeat the same sentences in every joined batch.
_JOINED_LEAST = 50


@dataclass(frozen=True)
class Batch:
    """Pairs of one source; row i of `left` belongs to row i of `right`.

    Attributes:
        source: The source's name in the recipe.
        task: Which losses apply, see `Source`.
        left: Rows of token ids, role tokens included.
        right: Rows of token ids of the other side, as many.
        left_digests: int64, `(rows,)`: equal for equal texts.
        right_digests: int64, `(rows,)`: equal for equal texts.
        left_taught: int64, `(rows,)`: the row of the teacher's vector in the source's shard, or -1.
        right_taught: int64, `(rows,)`: the same for the right side.
        trust: Weight of the teacher's losses, see `Source`.
        contrast: Weight of the contrastive loss, see `Source`.
        false_negatives: bool, `(rows, rows)`: right sides that may well answer another row's left
            side; None where that is not looked for.
    """

    source: str
    task: str
    left: Rows
    right: Rows
    left_digests: Integers
    right_digests: Integers
    left_taught: Integers
    right_taught: Integers
    trust: float = 1.0
    false_negatives: Booleans | None = None
    contrast: float = 1.0

    def tokens(self) -> int:
        """Count the tokens of both sides, role tokens included."""
        return sum(map(len, self.left)) + sum(map(len, self.right))


class Sampler:
    """Chooses the batch of every step.

    Args:
        recipe: Gives seed, weights and lengths.
        shards: The shard of each source, by name.
        orders: For sources with `near` batches, an order of the pairs in which neighbours stand
            together.
        table: float32, `(vocabulary, dimension)`: finds false negatives among neighbours; None to
            look for none.
    """

    def __init__(
        self,
        recipe: Recipe,
        shards: Mapping[str, Shard],
        orders: Mapping[str, Integers] = MappingProxyType({}),
        table: Floats | None = None,
    ) -> None:
        self.recipe = recipe
        self.sources = [
            _SourceSampler(each, shards[each.name], orders.get(each.name), table, recipe)
            for each in recipe.sources
        ]
        weights = np.array([source.weight for source in recipe.sources])
        self.shares = weights / weights.sum()

    def batch(self, step: int, length: int | None = None) -> Batch:
        """Return the batch of a step, the same whenever it is asked for.

        Args:
            step: Its number.
            length: Tokens of one text at most; None for what the recipe says of all steps.

        Returns:
            Pairs of one source.
        """
        random = np.random.default_rng([self.recipe.seed, step])
        sampler = self.sources[random.choice(len(self.sources), p=self.shares)]
        if random.random() < sampler.source.joined:
            return sampler.joined(random)
        return sampler.plain(random, length)


class _SourceSampler:
    def __init__(
        self,
        source: Source,
        shard: Shard,
        order: Integers | None,
        table: Floats | None,
        recipe: Recipe,
    ) -> None:
        self.source, self.shard, self.order, self.table = source, shard, order, table
        self.contrast, self.wrap = recipe.contrast, wrapper(recipe)

    def plain(self, random: np.random.Generator, length: int | None = None) -> Batch:
        long = random.random() < self.contrast.long_share
        if length is None:
            length = self.contrast.long_length if long else self.contrast.length
        near = self.order is not None and random.random() < self.source.near
        chosen = self._choose(random, self._row_count(length), near)
        roles = self._roles(random)
        left, right = self.shard.left, self.shard.right
        asked = [left.tokens(pair, length, roles[0]) for pair in chosen]
        found = [right.tokens(pair, length, roles[1]) for pair in chosen]
        return Batch(
            self.source.name,
            self.source.task,
            [self.wrap(each, roles[0]) for each in asked],
            [self.wrap(each, roles[1]) for each in found],
            left.digests[chosen],
            right.digests[chosen],
            left.taught[chosen].astype(np.int64),
            right.taught[chosen].astype(np.int64),
            self.source.trust,
            self._false_negatives(asked, found) if near else None,
            self.source.contrast,
        )

    def _false_negatives(self, asked: Sequence[Tokens], found: Sequence[Tokens]) -> Booleans | None:
        """Mark right sides that the table scores nearly as high as the right one."""
        if self.table is None:
            return None
        scores = bags(asked, self.table) @ bags(found, self.table).T
        part: Booleans = scores > self.contrast.false_negative * scores.diagonal()[:, None]
        return part

    def joined(self, random: np.random.Generator) -> Batch:
        """Join several pairs of two languages as one text; in half the batches one of them asks."""
        part = random.random() < 0.5
        size = np.sqrt([len(group) for group in self._groups])
        left: Rows = []
        right: Rows = []
        for group in random.choice(len(self._groups), _JOINED_ROWS, p=size / size.sum()):
            members = self._groups[group]
            chosen = members[random.integers(0, len(members), random.integers(2, 7))]
            asked: Side = "right" if self.shard.english[chosen[0]] == 1 else "left"
            found: Side = "left" if asked == "right" else "right"
            left.append(self._together(chosen[:1] if part else chosen, asked, "query"))
            right.append(self._together(random.permutation(chosen), found, "document"))
        rows, none = np.arange(_JOINED_ROWS), np.full(_JOINED_ROWS, -1)
        return Batch(
            f"{self.source.name}+{'part' if part else 'whole'}",
            self.source.task,
            left,
            right,
            rows,
            rows,
            none,
            none,
            contrast=self.source.contrast,
        )

    def _together(self, pairs: Integers, side: Side, role: Role) -> Row:
        """Make a row of the texts of one side, end to end, cut at `long_length`."""
        texts = [self.shard.side(side).tokens(pair, self.contrast.length, role) for pair in pairs]
        return self.wrap(np.concatenate(texts)[: self.contrast.long_length], role)

    @cached_property
    def _groups(self) -> list[Integers]:
        """Pairs by their two languages, those languages with enough of them."""
        order = np.argsort(self.shard.languages, kind="stable")
        cuts = np.flatnonzero(np.diff(self.shard.languages[order])) + 1
        groups = np.split(order, cuts)
        return [group for group in groups if len(group) >= _JOINED_LEAST] or [order]

    def _row_count(self, length: int) -> int:
        each = sum(
            np.minimum(texts.lengths(), length).mean() + 2
            for texts in (self.shard.left, self.shard.right)
        )
        return max(2, min(self.contrast.rows, int(self.contrast.tokens / each)))

    def _choose(self, random: np.random.Generator, rows: int, near: bool) -> Integers:
        """Choose rows with no text twice on the right: translations of a text are no negatives."""
        if near:
            some = self._neighbours(random, 2 * rows)
        else:
            some = random.integers(0, len(self.shard), 4 * rows)
        _, first = np.unique(self.shard.right.digests[some], return_index=True)
        return some[np.sort(first)][:rows]

    def _neighbours(self, random: np.random.Generator, rows: int) -> Integers:
        """Choose whole neighbourhoods of at least `rows` pairs."""
        assert self.order is not None
        leaf = min(LEAF, len(self.order))
        starts = random.integers(0, len(self.order) - leaf + 1, -(-rows // leaf))
        places: Integers = (starts[:, None] + np.arange(leaf)).ravel()
        return np.take(self.order, places)

    def _roles(self, random: np.random.Generator) -> tuple[Role, Role]:
        if self.source.task == "retrieval":
            return "query", "document"
        pairs: list[tuple[Role, Role]] = [
            ("query", "document"),
            ("document", "query"),
            ("query", "query"),
        ]
        return pairs[random.integers(3)]


def wrapper(recipe: Recipe) -> Callable[[npt.NDArray[np.integer], Role], Row]:
    """Return what makes the row of a text in a role, as the recipe's model will read it."""
    return partial(wrap, repeat_up_to=recipe.repeat_up_to) if recipe.roles else bare


def wrap(tokens: npt.NDArray[np.integer], role: Role, repeat_up_to: int = 0) -> Row:
    """Put the role's tokens around a text, which is read twice if it is short."""
    begin, end = ROLE_TOKENS[role]
    read = np.tile(tokens, times_read(len(tokens), repeat_up_to))
    return np.concatenate([[begin], read, [end]]).astype(np.int64)


def bare(tokens: npt.NDArray[np.integer], role: Role) -> Row:
    """Return the tokens alone, for a model without role tokens; an empty text gets one token."""
    return tokens.astype(np.int64) if len(tokens) else np.array(ROLE_TOKENS[role][1:], np.int64)


def padded(rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    """Pad rows on the right with zeros.

    Args:
        rows: Token ids of each text.

    Returns:
        `input_ids` and `attention_mask`, int64, `(rows, longest)`.
    """
    return tensors(rows, "right", "cpu")


def pieces(rows: Sequence[Row], tokens: int) -> Iterator[list[int]]:
    """Yield row numbers, rows of like length together, the longest first.

    Args:
        rows: Token ids of each text.
        tokens: How many tokens a piece has at most, padding included; a longer row is alone.

    Yields:
        The row numbers of a piece.
    """
    yield from packed([len(row) for row in rows], tokens)
