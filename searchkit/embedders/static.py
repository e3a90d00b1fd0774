"""Embeds without a network or torch: a text's vector is the mean of its tokens' vectors."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.embedders.model_folder import fingerprint
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.embedders.registry import Model
from searchkit.printable import error_line
from searchkit_index.embedder import Role, Vectors, refuse_other
from searchkit_index.errors import ModelError

_TEXTS = 256  # embedded at a time: the vectors of all their tokens are in memory at once


class StaticEmbedder:
    """Looks tokens up and averages; safe to use from several threads.

    Args:
        model: Its description, with the prompts before a text.
        folder: The folder with `model.safetensors` and `tokenizer.json`.

    Raises:
        ModelError: A file cannot be read; the table itself is read at the first vector.
    """

    calibration = None

    def __init__(self, model: Model, folder: Path) -> None:
        self.model, self._folder = model, folder
        self.name, self.dimension = model.name, model.dimension
        self.fingerprint = fingerprint(model, folder)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts.

        Args:
            texts: Any number of texts, of any length.
            role: Whether they are queries or documents.

        Returns:
            float32, shape `(len(texts), dimension)`, rows of length 1, in order.
        """
        refuse_other(texts, role)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TEXTS):
            rows = self._tokenizer.rows(texts[start : start + _TEXTS], role)
            vectors[start : start + len(rows)] = self._mean_vectors(rows)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors

    def _mean_vectors(self, rows: Sequence[Sequence[int]]) -> Vectors:
        lengths = np.array([len(row) for row in rows])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        ids = np.concatenate([np.asarray(row) for row in rows])
        try:
            sums = np.add.reduceat(self._table[ids].astype(np.float32), starts, axis=0)
        except IndexError:
            raise ModelError(f"the tokenizer in `{self._folder}` is of another model") from None
        means: Vectors = sums / lengths[:, None]
        return means

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of whole texts."""
        return self._tokenizer.counts(texts)

    @cached_property
    def _tokenizer(self) -> PromptTokenizer:
        return PromptTokenizer(self.model, self._folder)

    @cached_property
    def _table(self) -> npt.NDArray[Any]:
        return _read_table(self._folder)


def _read_table(folder: Path) -> npt.NDArray[Any]:
    """Read the vectors of all tokens: `(tokens, dimension)`, in the type they are stored in."""
    from safetensors.numpy import load_file

    with _read_errors(folder):
        state = load_file(folder / "model.safetensors")
        if "embedding.weight" in state:
            return np.asarray(state["embedding.weight"])
        # As model2vec stores it: tokens may share a vector, and may have a weight of their own.
        table = np.asarray(state["embeddings"])
        if "mapping" in state:
            table = table[state["mapping"]]
        if "weights" in state:
            table = table * state["weights"][:, None].astype(np.float32)
        return table


def width(folder: Path) -> int:
    """Read the dimension of the vectors, without reading the vectors, or raise ModelError."""
    from safetensors import safe_open

    with _read_errors(folder), safe_open(folder / "model.safetensors", "numpy") as file:
        names = set(file.keys())
        name = "embedding.weight" if "embedding.weight" in names else "embeddings"
        return int(file.get_slice(name).get_shape()[1])


@contextmanager
def _read_errors(folder: Path) -> Iterator[None]:
    """Turn whatever safetensors raises into a `ModelError`: its errors have no common base."""
    try:
        yield
    except Exception as error:
        raise ModelError(
            f"the weights in `{folder}` cannot be read: {error_line(error)}"
        ) from error
