"""Keeps one source as token ids on disk: what training reads instead of text.

A shard is a compressed numpy file. It also holds the teacher's vectors of its texts, so that a run
needs no teacher.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from searchkit.training.data.corpus import text_digest
from searchkit.training.pair import Pair
from searchkit_index.atomic import replacing
from searchkit_index.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Side = Literal["left", "right"]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# Token ids of a text that are kept: above the longest batch.
_LONGEST = 512

_SHARED = ("english", "languages", "teacher")

_ENGLISH = frozenset({"en", "eng"})


@dataclass(frozen=True)
class Texts:
    """The texts of one side of all pairs.

    Attributes:
        ids: uint16 or uint32, all texts end to end, without role tokens.
        starts: int64, `(pairs + 1,)`: where each text begins in `ids`.
        digests: int64, `(pairs,)`: equal for equal texts.
        taught: int32, `(pairs,)`: the row among the teacher's vectors, or -1.
    """

    ids: npt.NDArray[np.unsignedinteger]
    starts: Integers
    digests: Integers
    taught: npt.NDArray[np.int32]

    def __iter__(self) -> Iterator[npt.NDArray[np.unsignedinteger]]:
        return (self.ids[start:end] for start, end in pairwise(self.starts))

    def tokens(self, pair: int, length: int) -> npt.NDArray[np.unsignedinteger]:
        """Return the first `length` token ids of one text."""
        start = self.starts[pair]
        return self.ids[start : min(self.starts[pair + 1], start + length)]

    def part(self, start: int, stop: int) -> "Texts":
        """Return the texts of pairs `start` to `stop`, which share the memory of `ids`."""
        cut = slice(start, stop)
        return Texts(self.ids, self.starts[start : stop + 1], self.digests[cut], self.taught[cut])

    def only(self, chosen: Booleans) -> "Texts":
        """Copy the texts of the chosen pairs."""
        lengths = self.lengths()
        ids = self.ids[self.starts[0] : self.starts[-1]][np.repeat(chosen, lengths)]
        starts = np.cumsum(np.concatenate([[0], lengths[chosen]]))
        return Texts(ids, starts, self.digests[chosen], self.taught[chosen])

    def lengths(self) -> Integers:
        """Count the tokens of each text: int64, `(pairs,)`."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Shard:
    """A tokenised source.

    Attributes:
        left: The sides that are asked with.
        right: The sides that are found.
        english: int8, `(pairs,)`: 1 if the left side is English, else 2 if the right one is, else
            0.
        languages: int32, `(pairs,)`: one number for each combination of two languages.
        teacher: float16, `(texts, dimension)`: the teacher's vectors; may be empty.
    """

    left: Texts
    right: Texts
    english: npt.NDArray[np.int8]
    languages: npt.NDArray[np.int32]
    teacher: npt.NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.english)

    def side(self, side: Side) -> Texts:
        """Return the texts of one side."""
        return self.left if side == "left" else self.right

    def part(self, start: int, stop: int) -> "Shard":
        """Return pairs `start` to `stop`, which share its memory."""
        return Shard(
            self.left.part(start, stop),
            self.right.part(start, stop),
            self.english[start:stop],
            self.languages[start:stop],
            self.teacher,
        )

    def only(self, chosen: Booleans) -> "Shard":
        """Copy the chosen pairs.

        Args:
            chosen: bool, `(pairs,)`.

        Returns:
            The pairs, with all of the teacher's vectors.
        """
        return Shard(
            self.left.only(chosen),
            self.right.only(chosen),
            self.english[chosen],
            self.languages[chosen],
            self.teacher,
        )

    def save(self, path: Path) -> None:
        """Write the shard, whole or not at all."""
        arrays = {
            f"{side}_{name}": array
            for side in ("left", "right")
            for name, array in vars(getattr(self, side)).items()
        }
        with replacing(path) as partial, partial.open("wb") as file:
            np.savez(file, **{name: getattr(self, name) for name in _SHARED}, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Shard":
        """Read a shard.

        Args:
            path: As `save` wrote it.

        Returns:
            The shard; it has at least one pair.

        Raises:
            TrainingError: It is missing, broken or empty.
        """
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                left, right = (
                    Texts(*(arrays[f"{side}_{name}"] for name in Texts.__dataclass_fields__))
                    for side in ("left", "right")
                )
                shard = cls(left, right, *(arrays[name] for name in _SHARED))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise TrainingError(
                f"the shard `{path}` cannot be read: {error}", "delete it, and it is made anew"
            ) from error
        if not len(shard):
            raise TrainingError(f"the shard `{path}` is empty", "delete it, and mend its source")
        return shard


def make_shard(
    pairs: Sequence[Pair],
    tokenizer: "Tokenizer",
    taught: tuple[dict[int, int], dict[int, int]],
    teacher: npt.NDArray[np.float16],
) -> Shard:
    """Tokenise pairs.

    Args:
        pairs: At least one.
        tokenizer: Without role tokens.
        taught: For each side the row in `teacher` by text digest.
        teacher: float16, `(texts, dimension)`: the teacher's vectors; may be empty.

    Returns:
        The shard, in the order of the pairs.
    """
    codes: dict[tuple[str, str], int] = {}
    languages = [codes.setdefault((pair.lang_a, pair.lang_b), len(codes)) for pair in pairs]
    return Shard(
        make_texts([pair.a for pair in pairs], tokenizer, taught[0]),
        make_texts([pair.b for pair in pairs], tokenizer, taught[1]),
        np.array([english_side(pair) for pair in pairs], np.int8),
        np.array(languages, np.int32),
        teacher,
    )


def english_side(pair: Pair) -> int:
    """Return 1 if the left side is English, else 2 if the right one is, else 0."""
    return 1 if pair.lang_a in _ENGLISH else 2 if pair.lang_b in _ENGLISH else 0


def make_texts(texts: Sequence[str], tokenizer: "Tokenizer", taught: dict[int, int]) -> Texts:
    """Tokenise texts.

    Args:
        texts: At least one.
        tokenizer: Without role tokens.
        taught: The row of the teacher's vector by text digest.

    Returns:
        The texts, in order.
    """
    kind = np.uint16 if tokenizer.get_vocab_size() <= 1 << 16 else np.uint32
    rows = [np.array(ids[:_LONGEST], kind) for ids in _encode(texts, tokenizer)]
    digests = [text_digest(text) for text in texts]
    return Texts(
        np.concatenate(rows),
        np.cumsum([0, *map(len, rows)]).astype(np.int64),
        np.array(digests, np.int64),
        np.array([taught.get(digest, -1) for digest in digests], np.int32),
    )


def _encode(texts: Sequence[str], tokenizer: "Tokenizer") -> Iterable[list[int]]:
    for start in range(0, len(texts), 4096):
        for row in tokenizer.encode_batch_fast(list(texts[start : start + 4096])):
            yield row.ids
