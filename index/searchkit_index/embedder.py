"""Defines what the index requires of a model: the `Embedder` protocol."""

from collections.abc import Sequence
from typing import Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from searchkit_index.errors import QueryError

Role = Literal["query", "document", "word"]
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
            role: Whether they are questions, documents to find, or single words to compare with
                each other.

        Returns:
            float32, `(len(texts), dimension)`, rows of length 1.
        """
        ...


def cosines(vectors: Vectors, others: Vectors) -> Vectors:
    """Compute the dot product of each pair of vectors, their cosine where both are of length 1.

    A product of matrices would wake the threads of BLAS, each of which then keeps a core busy for
    some 25 ms: as long as a whole question takes.

    Args:
        vectors: float32, `(rows, dimension)`.
        others: float32, `(dimension,)` or `(columns, 1, dimension)`.

    Returns:
        float32, `(rows,)` or `(columns, rows)`.
    """
    return np.asarray(np.vecdot(vectors, others))


def refuse_other(texts: object, role: str) -> None:
    """Refuse a text in place of texts, whose letters would be embedded one by one.

    Args:
        texts: What is to be embedded.
        role: What it is said to be.

    Raises:
        QueryError: It is one text, or there is no such role.
    """
    if isinstance(texts, str | bytes):
        raise QueryError("this is one text, where a list of texts belongs", "write `[text]`")
    if role not in get_args(Role):
        known = ", ".join(f"`{each}`" for each in get_args(Role))
        raise QueryError(f"there is no role `{role}`", f"known are {known}")
