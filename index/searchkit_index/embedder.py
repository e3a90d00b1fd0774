"""Defines what the index requires of a model: the `Embedder` protocol."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Role = Literal["query", "document"]
Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Embeds texts as vectors of length 1.

    Two embedders with one fingerprint must give the same vectors (cosine at least 0.99), whatever
    they run on: the fingerprint names the model, not the machine.
    """

    @property
    def fingerprint(self) -> str:
        """A short name for the weights, the tokenizer and the text format together."""
        ...

    @property
    def name(self) -> str:
        """What people call the model."""
        ...

    @property
    def dimension(self) -> int:
        """The length of one vector."""
        ...

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts, in order.

        May be called by two threads at once while an index is built.

        Args:
            texts: Any texts; longer ones are cut.
            role: Whether they are questions, or documents to find.

        Returns:
            float32, `(len(texts), dimension)`, rows of length 1.
        """
        ...
