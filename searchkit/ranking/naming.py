"""What a name says of a question: a path or a symbol against the terms that were asked for.

Works on terms of every script and knows no words of any language: two words are related when they
share their beginning and differ in a short ending.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from searchkit_index import words

# Endings differ by at most so many characters, after a beginning of at least so many.
_ENDING = 3
_BEGINNING = 4

# A folder's name says less of a file than its own.
_FOLDER = 0.5


class Question:
    """The terms of a question, each with what it tells.

    Args:
        weights: For each term how much it tells (its inverse document frequency).
        seen: Terms that stand anywhere in what is asked.
    """

    def __init__(self, weights: Mapping[str, float], seen: Iterable[str]) -> None:
        self._weights = weights
        self._total = sum(weights.values())
        self._seen = frozenset(seen)
        self._alike = defaultdict(list)
        for term in weights:
            self._alike[term[:_BEGINNING]].append(term)

    def asks_for(self, terms: Iterable[str]) -> bool:
        """Whether the question holds any of these terms."""
        return any(term in self._weights for term in terms)

    def names(self, name: str) -> float:
        """How much of the question a symbol is, 0 to 1; 0 unless the question holds all of it."""
        terms = words.terms(name)
        held = self._weights.keys() & set(terms)
        if not terms or (terms[0] not in held and not held.issuperset(_parts(name))):
            return 0.0
        return sum(self._weights[term] for term in held) / self._total

    def shares(self, paths: Iterable[str]) -> dict[str, float]:
        """How much of the question each path says, 0 to 1; paths that say nothing are left out.

        Only terms count that stand somewhere in what is asked or in one of the paths. A path says
        less of them the more words its file name has beside.
        """
        met: dict[str, dict[str, float]] = {}
        covered: dict[str, float] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            stem = [self._near(word) for word in _parts(name.lstrip(".").partition(".")[0])]
            covered[path] = sum(map(bool, stem)) / len(stem) if stem else 0.0
            around = (
                {term: _FOLDER * near for term, near in self._near(word).items()}
                for word in words.terms(folder)
            )
            met[path] = _best((*stem, *around)) if covered[path] else {}
        known = self._seen.union(*met.values())
        total = sum(self._weights[term] for term in known)
        return {
            path: covered[path] * sum(self._weights[t] * near for t, near in terms.items()) / total
            for path, terms in met.items()
            if terms
        }

    def _near(self, word: str) -> dict[str, float]:
        """The question's terms that are related to a word, and how closely, 0 to 1."""
        near = {term: _closeness(term, word) for term in self._alike.get(word[:_BEGINNING], ())}
        return {term: closeness for term, closeness in near.items() if closeness}


def _closeness(one: str, other: str) -> float:
    """1 for the same word, less for another ending, 0 for another word."""
    if one == other:
        return 1.0
    shorter, longer = sorted(map(len, (one, other)))
    same = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    related = same >= _BEGINNING and longer - same <= _ENDING
    return same / longer if related else 0.0


def _best(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for terms in found:
        for term, near in terms.items():
            best[term] = max(near, best.get(term, 0.0))
    return best


def _parts(name: str) -> list[str]:
    """The words of a name, without the whole that `words.terms` puts before them."""
    terms = words.terms(name)
    return [term for at, term in enumerate(terms) if not _is_whole(term, terms[at + 1 :])]


def _is_whole(term: str, after: list[str]) -> bool:
    joined = ""
    for part in after:
        joined += part
        if len(joined) >= len(term):
            break
    return joined == term and after[0] != term
