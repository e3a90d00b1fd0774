"""Stores the words that the chunks of a catalog hold, each with a vector of its own."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.connection import Connection, damaged
from searchkit_index.scripts import CJK

# Numbers of a word's vector that are kept, the first ones, as 8-bit integers: a word has but one
# meaning to tell, and all of them are read for a question. Another number needs a migration that
# empties the table.
_DIMENSION = 128
_LARGEST = 127

# Shorter terms, of scripts with spaces, say too little alone; longer ones are made by machines.
_SHORTEST, _LONGEST = 3, 32

_CJK = re.compile(f"[{CJK}]")


def is_word(term: str) -> bool:
    """Tell whether a term is a word whose meaning may be compared: letters, and enough of them."""
    if not (_SHORTEST <= len(term) <= _LONGEST or _CJK.match(term)):
        return False
    return any(map(str.isalpha, term)) and not any(c.isdigit() or c in "_+#" for c in term)


class Lexicon:
    """The words of a catalog; change them within `Store.write` only."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def words(self, model_id: int | None = None) -> Iterator[str]:
        """Yield the words that have a vector of this model, or of any, without a model."""
        rows = self._sql.rows(
            "SELECT term FROM word WHERE model_id = ifnull(?, model_id)", model_id
        )
        return (term for (term,) in rows)

    def put(self, model_id: int, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Store the vectors of words, shape `(len(words), dimension)`, cut and rounded."""
        kept = vectors[:, :_DIMENSION]
        scale = _LARGEST / np.maximum(np.abs(kept).max(1, keepdims=True), 1e-9)
        whole = np.rint(kept * scale).astype(np.int8)
        self._sql.many(
            "INSERT OR REPLACE INTO word (model_id, term, data) VALUES (?, ?, ?)",
            [(model_id, word, row.tobytes()) for word, row in zip(words, whole, strict=True)],
        )

    def remove(self, words: Iterable[str]) -> None:
        """Remove words, whatever model embedded them."""
        self._sql.many("DELETE FROM word WHERE term = ?", [(word,) for word in words])

    def read(self, model_id: int, dimension: int) -> tuple[list[str], npt.NDArray[np.int8]]:
        """Return all words of a model, and their vectors.

        Args:
            model_id: The model.
            dimension: The length of its vectors.

        Returns:
            The words, and int8, `(words, numbers)`; rows differ in length.

        Raises:
            CatalogDamagedError: A value is of another type or length than was stored.
        """
        length, words, rows = min(dimension, _DIMENSION), [], bytearray()
        found = self._sql.rows("SELECT term, data FROM word WHERE model_id = ?", model_id)
        for word, data in found:
            if not isinstance(word, str) or not isinstance(data, bytes) or len(data) != length:
                raise damaged(self._sql.path)
            words.append(word)
            rows += data
        return words, np.frombuffer(rows, np.int8).reshape(len(words), length)
