"""Finds names that are written in another script: `Достоевский` is `Dostoevsky`."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from searchkit_index.words import terms

# Spellings of one sound in the Latin alphabet, the longer ones first; of consonants alone.
_SOUNDS = (
    *(("tsch", "7"), ("tch", "7"), ("sch", "5"), ("zh", "5"), ("sh", "5"), ("ch", "7")),
    *(("kh", "h"), ("ph", "f"), ("th", "t"), ("dz", "z"), ("ts", "z"), ("ck", "k")),
    *(("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("s", "z")),
)
_NO_CONSONANT = re.compile(r"[^a-z0-9\n]|[aeiouyj]")
_TWICE = re.compile(r"([a-z0-9])\1+")

# Scripts that leave vowels out: Hebrew and Arabic.
_WITHOUT_VOWELS = re.compile("[\u0590-\u06ff\u0750-\u077f]")

# Consonants of the shortest name that is compared, and of one of which a script leaves vowels out.
_FEWEST, _FEWEST_ALONE = 3, 4

# Consonants that an ending may add to a name, or that its other spelling may lack.
_MORE, _LESS = 2, 1

# How much of all letters must be alike; and how much is alike in two names with the same consonants
# of which one has no vowels.
_LETTERS, _VOWELLESS = 0.75, 0.8


class Names:
    """The words of a catalog by their sounds.

    Args:
        words: Terms, folded.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._by_sound: dict[bool, list[tuple[str, str, str]]] = {}

    def of(self, term: str) -> dict[str, float]:
        """Find the words that spell a term in another script.

        Args:
            term: Folded; in the Latin alphabet, or in another one.

        Returns:
            Words of the other kind, and how much alike they are, 0 to 1.
        """
        ((sound, spelled, _),) = _sounded([term])
        if len(sound) < _FEWEST:
            return {}
        likely = self._sounding(sound, not term.isascii())
        alike = {word: _likeness(term, word, spelled, its) for _, its, word in likely}
        return {word: part for word, part in alike.items() if part}

    def _sounding(self, sound: str, ascii: bool) -> Iterator[tuple[str, str, str]]:
        """Yield the words that sound alike, in a script of one kind."""
        if ascii not in self._by_sound:
            self._by_sound[ascii] = sorted(
                _sounded([word for word in self._words if word.isascii() == ascii])
            )
        every = self._by_sound[ascii]
        stem = sound[: max(len(sound) - _LESS, _FEWEST)]
        for at in range(bisect_left(every, (stem,)), len(every)):
            its = every[at][0]
            if not its.startswith(stem):
                return
            if its == stem or (its.startswith(sound) and len(its) <= len(sound) + _MORE):
                yield every[at]


def names_in(text: str) -> set[str]:
    """Return the terms of a question that may be names: no word that begins with a small letter."""
    return {term for word in text.split() if not word[0].islower() for term in terms(word)}


def _likeness(term: str, word: str, spelled: str, its: str) -> float:
    if _WITHOUT_VOWELS.search(term + word):
        ours, theirs = _consonants(spelled), _consonants(its)
        return _VOWELLESS * (ours == theirs and len(ours) >= _FEWEST_ALONE)
    alike = SequenceMatcher(None, spelled, its).ratio()
    return alike if alike >= _LETTERS else 0.0


def _sounded(words: Iterable[str]) -> list[tuple[str, str, str]]:
    """Give for each word its consonants by their sounds, its letters in Latin script, and it."""
    from anyascii import anyascii

    words = list(words)
    if not words:
        return []
    joined = "\n".join(words)
    table = {ord(sign): anyascii(sign) for sign in set(joined) if not sign.isascii()}
    spelled = joined.translate(table).lower()
    return list(zip(_consonants(spelled).split("\n"), spelled.split("\n"), words, strict=True))


def _consonants(spelled: str) -> str:
    """Keep the consonants of words by their sounds, rows as they are."""
    for spelling, sound in _SOUNDS:
        spelled = spelled.replace(spelling, sound)
    return _TWICE.sub(r"\1", _NO_CONSONANT.sub("", spelled))
