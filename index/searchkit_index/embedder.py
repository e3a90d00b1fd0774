"""What the index asks of a model, and nothing more."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Role = Literal["query", "document"]
Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors.

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
        """Embed `texts`: float32, shape `(len(texts), dimension)`, rows of length 1, in order.

        Called by two threads at once while an index is built.
        """
        ...
