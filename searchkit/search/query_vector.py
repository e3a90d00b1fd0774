"""Embeds what is asked: a question, or a text that others are to be like."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from searchkit.search.prefixes import without_prefixes
from searchkit_index.embedder import Embedder

# Characters of a part of a long text that is embedded by itself, about as many as a chunk has, and
# how many such parts count.
_PART, _PARTS = 1_500, 64

Vector = npt.NDArray[np.float32]


class QueryVector:
    """The vector of a question, computed once for each model, when it is needed or ahead of it.

    Args:
        text: The text of the question; the times in front of pasted lines say nothing.
    """

    def __init__(self, text: str) -> None:
        self._text = without_prefixes(text)
        self._made: dict[str, Future[Vector]] = {}
        self._words: dict[tuple[str, str], Vector] = {}

    def begin(self, embedder: Embedder) -> None:
        """Compute it in a thread, while something else is done that frees the interpreter."""
        if embedder.fingerprint not in self._made:
            thread = ThreadPoolExecutor(1, "question")
            self._made[embedder.fingerprint] = thread.submit(self._make, embedder)
            thread.shutdown(wait=False)

    def of(self, embedder: Embedder) -> Vector:
        """Return the vector: float32, `(dimension,)`, length 1; raise ModelError for no model."""
        if embedder.fingerprint not in self._made:
            future = self._made[embedder.fingerprint] = Future()
            future.set_result(self._make(embedder))
        return self._made[embedder.fingerprint].result()

    def of_words(self, embedder: Embedder, words: Sequence[str]) -> Vector:
        """Embed words of the question, each once, however many folders are asked.

        Args:
            embedder: The model.
            words: At least one.

        Returns:
            float32, `(len(words), dimension)`, rows of length 1, in order.

        Raises:
            ModelError: The model cannot be read or run.
        """
        model, kept = embedder.fingerprint, self._words
        if missing := [word for word in words if (model, word) not in kept]:
            made = embedder.encode(missing, "word")
            kept.update(zip(((model, word) for word in missing), made, strict=True))
        return np.stack([kept[model, word] for word in words])

    def _make(self, embedder: Embedder) -> Vector:
        vector: Vector = embedder.encode([self._text], "query")[0]
        return vector


def document_vector(embedder: Embedder, text: str) -> Vector:
    """Embed a text as a document, not as a question.

    Args:
        embedder: The model.
        text: A text of any length; of a long one the mean of up to `_PARTS` parts.

    Returns:
        float32, `(dimension,)`, length 1.

    Raises:
        ModelError: The model cannot be read or run.
    """
    parts, size = [""], 0
    for line in text[: _PARTS * _PART].split("\n"):
        if size + len(line) > _PART:
            parts.append("")
            size = 0
        parts[-1] += f"{line}\n"
        size += len(line) + 1
    mean = embedder.encode([part for part in parts[:_PARTS] if part.strip()], "document").mean(0)
    vector: Vector = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return vector
