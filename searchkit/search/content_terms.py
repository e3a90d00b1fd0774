"""Leaves stop words out of a question where they tell nothing but the language of a text."""

from searchkit.ranking.question_language import spoken_language
from searchkit.ranking.stop_words import stop_words
from searchkit_index.catalog.store import Store

# If at least this part of a catalog is in a language, its stop words are frequent there.
_MAIN = 0.5

# Chunks that are looked at for it.
_SAMPLE = 1_000


class ContentTerms:
    """The terms of a question that say what it is about, for one catalog.

    Args:
        store: The catalog, in the same thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state: object = None
        self._parts: dict[str, float] = {}

    def among(self, text: str, frequencies: dict[str, int]) -> dict[str, int]:
        """Leave out the stop words of a question in a language that little of the catalog is in.

        They are rare there, so that BM25 would weigh them as words that decide.

        Args:
            text: The question.
            frequencies: Its terms, and in how many chunks each of them stands.

        Returns:
            The other terms; all of them if there are no others.
        """
        spoken = spoken_language(text)
        idle = stop_words(spoken, also=None)
        if not spoken or idle.isdisjoint(frequencies) or self._part_in(spoken) >= _MAIN:
            return frequencies
        return {term: n for term, n in frequencies.items() if term not in idle} or frequencies

    def _part_in(self, language: str) -> float:
        """Estimate which part of the catalog is in a language, anew when it changed."""
        state = self._store.state()
        if self._state != state:
            self._state, self._parts = state, {}
        if language not in self._parts:
            self._parts[language] = self._store.statistics.part_in(language, _SAMPLE)
        return self._parts[language]
