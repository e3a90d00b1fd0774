"""Keeps one source as token ids on disk: what training reads instead of text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from searchkit.training.data.corpus import text_digest
from searchkit.training.pair import Pair
from searchkit_index.embedder import Role
from searchkit_index.errors import TrainingError
from searchkit_index.system.atomic import replacing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from searchkit.embedders.segmenter import Segmenter

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# Token ids of a text that are kept: above the longest batch.
_LONGEST = 512

_OF_TEXTS = ("ids", "starts", "digests")


@dataclass(frozen=True)
class TokenRows:
    """Texts as token ids.

    Attributes:
        ids: uint16 or uint32, all texts end to end, without role tokens.
        starts: int64, `(texts + 1,)`: where each text begins in `ids`.
    """

    ids: npt.NDArray[np.unsignedinteger]
    starts: Integers

    def first(self, text: int, length: int) -> npt.NDArray[np.unsignedinteger]:
        """Return the first `length` token ids of one text."""
        start = self.starts[text]
        return self.ids[start : min(self.starts[text + 1], start + length)]

    def lengths(self) -> Integers:
        """Count the tokens of each text: int64, `(texts,)`."""
        return np.diff(self.starts)

    def rows(self, start: int, stop: int) -> "TokenRows":
        """Return texts `start` to `stop`, which share the memory of `ids`."""
        return TokenRows(self.ids, self.starts[start : stop + 1])

    def chosen(self, chosen: Booleans) -> "TokenRows":
        """Copy the chosen texts."""
        lengths = self.lengths()
        ids = self.ids[self.starts[0] : self.starts[-1]][np.repeat(chosen, lengths)]
        return TokenRows(ids, np.cumsum(np.concatenate([[0], lengths[chosen]])))


@dataclass(frozen=True)
class Texts(TokenRows):
    """The texts of one side of all pairs.

    Attributes:
        digests: int64, `(pairs,)`: equal for equal texts.
        taught: int32, `(pairs,)`: the row among the teachers' vectors of the source, or -1.
        asked: The same texts, cut as questions; None where questions are cut as all texts.
    """

    digests: Integers
    taught: npt.NDArray[np.int32]
    asked: TokenRows | None = None

    def tokens(
        self, pair: int, length: int, role: Role = "document"
    ) -> npt.NDArray[np.unsignedinteger]:
        """Return the first `length` token ids of one text, as it is cut in a role."""
        rows = self.asked if self.asked and role == "query" else self
        return rows.first(pair, length)

    def part(self, start: int, stop: int) -> "Texts":
        """Return the texts of pairs `start` to `stop`, which share the memory of `ids`."""
        cut = slice(start, stop)
        asked = self.asked and self.asked.rows(start, stop)
        rows = self.rows(start, stop)
        return Texts(rows.ids, rows.starts, self.digests[cut], self.taught[cut], asked)

    def only(self, chosen: Booleans) -> "Texts":
        """Copy the texts of the chosen pairs."""
        asked = self.asked and self.asked.chosen(chosen)
        rows = self.chosen(chosen)
        return Texts(rows.ids, rows.starts, self.digests[chosen], self.taught[chosen], asked)


@dataclass(frozen=True)
class Shard:
    """A tokenised source.

    Attributes:
        left: The questions, or first sides.
        right: The answers, or second sides.
    """

    left: Texts
    right: Texts

    def __len__(self) -> int:
        return len(self.left.digests)

    def part(self, start: int, stop: int) -> "Shard":
        """Return pairs `start` to `stop`, which share its memory."""
        return Shard(self.left.part(start, stop), self.right.part(start, stop))

    def only(self, chosen: Booleans) -> "Shard":
        """Copy the chosen pairs; `chosen` is bool, `(pairs,)`."""
        return Shard(self.left.only(chosen), self.right.only(chosen))

    def save(self, path: Path) -> None:
        """Write the shard, whole or not at all."""
        arrays = {
            f"{side}_{name}": array
            for side, texts in (("left", self.left), ("right", self.right))
            for name, array in _arrays(texts).items()
        }
        with replacing(path) as partial, partial.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Shard":
        """Read what `save` wrote; raise TrainingError where it is missing, broken or empty."""
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                shard = cls(_texts(arrays, "left"), _texts(arrays, "right"))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise TrainingError(
                f"the shard `{path}` cannot be read: {error}", "delete it, and it is made anew"
            ) from error
        if not len(shard):
            raise TrainingError(f"the shard `{path}` is empty", "delete it, and mend its source")
        return shard


def keep_back(shards: Mapping[str, Shard], most: int) -> tuple[dict[str, Shard], dict[str, Shard]]:
    """Split off the last pairs of every source for validation.

    Args:
        shards: The shard of each source, by name.
        most: The most pairs of one source; a small one gives a tenth.

    Returns:
        What is trained on, and what is kept back.
    """
    ends = {name: len(shard) - min(most, len(shard) // 10) for name, shard in shards.items()}
    seen = {name: shard.part(0, ends[name]) for name, shard in shards.items()}
    return seen, {name: shard.part(ends[name], len(shard)) for name, shard in shards.items()}


def _arrays(texts: Texts) -> dict[str, Any]:
    arrays = {name: getattr(texts, name) for name in _OF_TEXTS}
    if texts.asked:
        arrays |= {f"asked_{name}": array for name, array in vars(texts.asked).items()}
    return arrays


def _texts(arrays: Mapping[str, npt.NDArray[Any]], side: str) -> Texts:
    asked = None
    if f"{side}_asked_ids" in arrays:
        asked = TokenRows(arrays[f"{side}_asked_ids"], arrays[f"{side}_asked_starts"])
    ids, starts, digests = (arrays[f"{side}_{name}"] for name in _OF_TEXTS)
    return Texts(ids, starts, digests, _untaught(digests), asked)


def _untaught(digests: Integers) -> npt.NDArray[np.int32]:
    return np.full(len(digests), -1, np.int32)


def make_shard(
    pairs: Sequence[Pair],
    tokenizer: "Tokenizer",
    segmenters: "tuple[Segmenter | None, Segmenter | None]" = (None, None),
) -> Shard:
    """Tokenise pairs.

    Args:
        pairs: At least one.
        tokenizer: Without role tokens.
        segmenters: For each side the segmenter that cuts its texts as questions; None where they
            are no questions, or questions are cut as all texts.

    Returns:
        The shard, in the order of the pairs.
    """
    return Shard(
        make_texts([pair.a for pair in pairs], tokenizer, segmenters[0]),
        make_texts([pair.b for pair in pairs], tokenizer, segmenters[1]),
    )


def make_texts(
    texts: Sequence[str], tokenizer: "Tokenizer", segmenter: "Segmenter | None" = None
) -> Texts:
    """Tokenise texts.

    Args:
        texts: At least one.
        tokenizer: Without role tokens.
        segmenter: Cuts them as questions; None if they are none, or questions are cut as all texts.

    Returns:
        The texts, in order; none is taught yet.
    """
    kind = np.uint16 if tokenizer.get_vocab_size() <= 1 << 16 else np.uint32
    rows = _stacked(_encode(texts, tokenizer), kind)
    asked = None
    if segmenter:
        asked = _stacked((segmenter.ids(text, likeliest=True) for text in texts), kind)
    digests = np.array([text_digest(text) for text in texts], np.int64)
    return Texts(rows.ids, rows.starts, digests, _untaught(digests), asked)


def _stacked(rows: Iterable[list[int]], kind: type[np.unsignedinteger]) -> TokenRows:
    arrays = [np.array(ids[:_LONGEST], kind) for ids in rows]
    starts = np.cumsum([0, *map(len, arrays)]).astype(np.int64)
    return TokenRows(np.concatenate(arrays), starts)


def _encode(texts: Sequence[str], tokenizer: "Tokenizer") -> Iterable[list[int]]:
    for start in range(0, len(texts), 4096):
        for row in tokenizer.encode_batch_fast(list(texts[start : start + 4096])):
            yield row.ids
