"""Finds words of one catalog that mean what a word of the question means, in whatever language."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.search.query_vector import Vector
from searchkit.search.transliteration import Names, names_in
from searchkit_index import words
from searchkit_index.catalog.lexicon import is_word
from searchkit_index.catalog.records import Model
from searchkit_index.catalog.store import Store
from searchkit_index.compounds import compounds
from searchkit_index.embedder import cosines
from searchkit_index.scripts import HAN, HANGUL

# How many words may stand for one.
_WORDS = 4

# Terms of one question that others may stand for: of a pasted page the first ones.
_TERMS = 32

# Terms of questions whose near words are kept for further questions, as when somebody types.
_KEPT = 4_096

# Words whose vectors are whole at once: a process may ask many folders, each with its words.
_BLOCK = 2_048

# Terms of scripts without spaces. Those of katakana, Chinese characters or Hangul alone are often
# words. Those of two scripts, of hiragana, which writes endings and particles, and of Thai and its
# like are mostly none: a question has many, each of which takes as long as a word to embed.
_BIGRAM = re.compile(f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3040-\u33ff{HAN}{HANGUL}]")
_WORD = re.compile(f"[\u30a1-\u30fe]+|[\u3005{HAN}]+|[{HANGUL}]+")

# Two words are spelled alike to a model that knows the pieces of neither.
_SAME = 0.999


class NearWords:
    """The words of one catalog by their meaning.

    Words are translated as in cross-lingual information retrieval with embeddings (Vulic and Moens,
    SIGIR 2015): by the nearest ones of the collection.

    Args:
        store: The catalog, in the same thread.
        model: The model of the vectors.
        least: The least cosine of a word that stands for another one.
    """

    def __init__(
        self,
        store: Store,
        model: Model,
        least: float,
    ) -> None:
        self._store, self._model, self._least = store, model, least
        self._state: Any = None
        self._words: Sequence[str] = ()
        self._vectors: npt.NDArray[np.int8] = np.empty((0, 0), np.int8)
        self._lengths: Vector = np.empty((0, 1), np.float32)
        self._known: dict[str, dict[str, float]] = {}
        self._names = Names(())

    def of(
        self, text: str, missing: Collection[str], encode: Callable[[Sequence[str]], Vector]
    ) -> dict[str, dict[str, float]]:
        """Find near words for terms of a question that the catalog lacks.

        Args:
            text: The question.
            missing: Such terms of it.
            encode: Embeds words: float32, `(len(words), dimension)`.

        Returns:
            For each term that has any the nearest words, and how much of its meaning they have.
        """
        asked = dict(islice(_words(text, missing), _TERMS))
        if not asked or not self._sync():
            return {}
        if len(self._known) > _KEPT:
            self._known.clear()
        if new := [word for word in dict.fromkeys(asked.values()) if word not in self._known]:
            self._compare(new, encode(new))
        known = {term: self._known[word] for term, word in asked.items()}
        for term in names_in(text).intersection(asked):
            spelled = known[term] | self._names.of(asked[term])
            known[term] = dict(sorted(spelled.items(), key=lambda scored: -scored[1])[:_WORDS])
        return {term: near for term, near in known.items() if near}

    def _compare(self, terms: Sequence[str], vectors: Vector) -> None:
        """Find the near words of terms."""
        asked = vectors[:, : self._vectors.shape[1]]
        asked = (asked / _lengths(asked))[:, None]
        blocks = (self._vectors[at : at + _BLOCK] for at in range(0, len(self._words), _BLOCK))
        products = [cosines(block.astype(np.float32), asked) for block in blocks]
        every = np.concatenate(products, axis=1) / self._lengths.T
        self._known |= {term: self._nearest(row) for term, row in zip(terms, every, strict=True)}

    def _nearest(self, likeness: Vector) -> dict[str, float]:
        near = np.flatnonzero(likeness >= self._least)
        best = near[np.argsort(-likeness[near], kind="stable")[:_WORDS]]
        if len(best) == _WORDS and likeness[best[-1]] > _SAME:
            return {}
        # Squared: the part that two vectors of length 1 have in common, as with correlations.
        return {self._words[at]: float(likeness[at]) ** 2 for at in best}

    def _sync(self) -> bool:
        """Read the words again where they changed; tell whether there are any."""
        state = self._store.get("lexicon")
        if state != self._state:
            self._state = state
            self._known.clear()
            self._words, self._vectors = self._store.lexicon.read(
                self._model.id, self._model.dimension
            )
            self._lengths = _lengths(self._vectors)
            self._names = Names(self._words)
        return bool(self._words)


def _lengths(vectors: npt.NDArray[Any]) -> Vector:
    """Return the lengths of rows, `(rows, 1)`, above 0, without a copy of them."""
    squares: Vector = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32)
    return np.sqrt(np.maximum(squares, np.float32(1e-18)))[:, None]


def _words(text: str, missing: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield terms and the words that are compared for them.

    A term is a word of its own, or a bigram of one: such a word is compared once, for its first
    bigram, where all its bigrams are missing.
    """
    parts = set[str]()
    for word in compounds(text):
        terms = words.terms(word)
        parts.update(terms)
        if all(term in missing for term in terms):
            yield terms[0], word
    for term in missing:
        bigram = _BIGRAM.search(term)
        if term not in parts and (_WORD.fullmatch(term) if bigram else is_word(term)):
            yield term, term
