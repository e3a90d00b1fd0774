"""Measures how much nearer a question is to one natural language than to another, as a whole.

Vectors of many models hold the language of a text beside its meaning: whoever asks in German is
nearer to all German texts. The cosine of a question and the mean of a language says nothing about
any one text in it. Subtracting it is centring by language, as in Yang et al., "A Simple and
Effective Method to Eliminate the Self Language Bias in Multilingual Representations" (EMNLP 2021).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from searchkit.ranking.ranked import Ranked
from searchkit_index.embedder import cosines

# Chunks that are read for the means, at most.
_SAMPLE = 2_000

# The bias of a language counts half when its mean is taken over this many passages.
_SURE = 16

# A catalog that grew by less than this part keeps its means.
_GROWN = 1.05

Vector = npt.NDArray[np.float32]


class LanguageBias:
    """The means of the natural languages of one index, under one model.

    Args:
        sample: Reads the vectors of prose in each language, of so many chunks at most.
        generation: Returns a number that grows with the index.
    """

    def __init__(
        self,
        sample: Callable[[int], Sequence[tuple[str, Vector]]],
        generation: Callable[[], float],
    ) -> None:
        self._sample, self._generation = sample, generation
        self._until = -1.0
        self._languages: Sequence[str] = ()
        self._means: Vector | None = None

    def set_biases(self, found: Sequence[Ranked], vector: Vector) -> None:
        """Set the bias of what was found where that is in several languages.

        Args:
            found: Chunks with their natural languages.
            vector: The vector of the question, float32, `(dimension,)`, length 1.
        """
        if len({chunk.natural_language for chunk in found} - {None}) > 1:
            biases = self._biases(vector)
            for chunk in found:
                chunk.bias = biases.get(chunk.natural_language or "", 0.0)

    def _biases(self, vector: Vector) -> dict[str, float]:
        """Compute for each language by how much its mean is nearer than the mean of all.

        Languages with few passages count for less.
        """
        generation = self._generation()
        if generation > self._until:
            self._until = generation * _GROWN
            self._read()
        if self._means is None:
            return {}
        return dict(zip(self._languages, cosines(self._means, vector).tolist(), strict=True))

    def _read(self) -> None:
        sample = self._sample(_SAMPLE)
        if not sample:
            return
        self._languages = [language for language, _ in sample]
        counts = np.array([[len(rows)] for _, rows in sample], np.float32)
        means = np.stack([rows.mean(0) for _, rows in sample])
        whole = (counts * means).sum(0) / counts.sum()
        self._means = counts / (counts + _SURE) * (means - whole)
