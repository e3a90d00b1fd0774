"""Compares names, of paths and symbols, with the terms of a question.

Works on terms of every script and knows no words of any language: two words are related when they
share their beginning and differ in a short ending.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import chain, islice, pairwise
from types import MappingProxyType
from typing import TypeVar

from searchkit.ranking.asking import BESIDE_TERMS, DEFINITIONS, FILLERS, SUBTYPES, USES
from searchkit.ranking.question_language import question_language, spoken_language
from searchkit.ranking.stop_words import stop_words
from searchkit_index import words

# Endings differ by at most so many characters, after a beginning of at least so many.
_ENDING = 3
BEGINNING = 4

# A folder's name says less of a file than its own.
_FOLDER = 0.5

# What the end of a path says of a file, beside the whole; what two paths end with; and the name
# alone, of a file that is in no folder.
_END, _SAME_END, _SAME_NAME = 0.9, 0.8, 0.7

# Folders at the end of a path that are compared.
_DEEPEST = 12

# A symbol that was typed in another case keeps this part of its share.
_OTHER_CASE = 0.8

# A name that is typed as in code says at least this part of a question.
_AS_IN_CODE = 0.8

# A name that begins with what was typed has this share of it; misspelt ones share so much at least.
_BEGUN, _ALIKE = 0.9, 0.8

# Words of a question that is keywords, and terms of them: of a script without spaces some.
_KEYWORDS, _KEYWORD_TERMS = 3, 5

# Names of a question that may be misspelt: of a pasted page some.
_MISSPELT = 8

_Value = TypeVar("_Value")

_NAME = re.compile(r"\w+")

# A name in a sentence without spaces: `floodgateは何をしますか`.
_ASCII_NAME = re.compile(r"\b[A-Za-z_]\w*(?=[^\x00-\x7f])", re.ASCII)

# Words that are written as only code is: `WebSocketError`, `_send`, `abort()`, and in backticks.
_CODE_NAME = re.compile(r"\b\w*(?:[a-z\d][A-Z]|[A-Z]{2}[a-z]|_\w)\w*|\b\w+(?=\()|(?<=`)\w+(?=`)")

# A class and what is in it: `Router.add`, `Router::add`.
_MEMBER = re.compile(r"\b(?=[A-Z])(\w+)(?:\.|::|#|->)(?=(\w+))")

# A path, or a part of one, and what of it is up to its ending: `src/main.rs`, `main.rs`.
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*", re.ASCII)
_TO_ENDING = re.compile(r".*\.\w+", re.ASCII)


class Question:
    """The terms of a question, each with its weight.

    Args:
        weights: The weight of each term (its inverse document frequency).
        seen: Terms that occur anywhere in the folders that are asked.
        text: As it was typed; its case and its language are read from it.
        near: For terms that are nowhere the words that stand for them, and how much of the term's
            meaning each has, 0 to 1.

    Attributes:
        subject: The name of which it asks for the uses, tests or examples, if it says nothing else.
        asks_for_uses: Whether it asks for the uses.
        asks_for_subtypes: Whether it asks for those that extend or implement it.
        near: As given.
        keywords: The terms of a question of a few words that all tell something; none for others.
    """

    def __init__(
        self,
        weights: Mapping[str, float],
        seen: Iterable[str],
        text: str = "",
        near: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    ) -> None:
        self.near = near
        self._weights = _without_letters(weights)
        self._total = sum(self._weights.values())
        self._seen = frozenset(seen)
        self._folded = _folded(text)
        self._typed = frozenset((*_NAME.findall(text), *_ASCII_NAME.findall(text)))
        self._owners: dict[str, set[str]] = defaultdict(set)
        for owner, member in _MEMBER.findall(text):
            self._owners[member].add(owner)
        self._typed_as_code = frozenset((*_CODE_NAME.findall(text), *chain(*self._owners.values())))
        self._paths = set(_paths_in(text))
        self._tails = {tail for path in self._paths for tail in _tails(path)}
        self.language = question_language(text)
        self.spoken = spoken_language(text)
        self._idle = stop_words(self.spoken) | DEFINITIONS
        self._telling = self._weights.keys() - self._idle
        is_short = len(text.split()) <= _KEYWORDS and len(self._weights) <= _KEYWORD_TERMS
        is_telling = self._telling == self._weights.keys()
        self.keywords = frozenset(self._telling if is_short and is_telling else ())
        self.subject, asking = self._subject_and_asking()
        self.asks_for_subtypes = not asking.isdisjoint(SUBTYPES)
        self.asks_for_uses = not asking.isdisjoint(SUBTYPES | USES)
        self._unmet = list(islice(self._unmet_names(text), _MISSPELT))
        # Two terms that follow each other may be one word of a name: `reverseproxy`.
        self._joined = {a + b: (a, b) for a, b in pairwise(self._weights)}
        self._alike = defaultdict(list)
        for term in self._weights:
            self._alike[term[:BEGINNING]].append(term)
        self._standing = defaultdict(list)
        for term in self._weights.keys() & near.keys():
            for word, likeness in near[term].items():
                # Squared: a name is short, so that a word that means something else weighs more.
                self._standing[word[:BEGINNING]].append((word, term, likeness**2))

    @property
    def size(self) -> int:
        """The number of its terms."""
        return len(self._weights)

    @property
    def known(self) -> float:
        """The share of it that terms have that occur anywhere, 0 to 1."""
        return sum(map(self._weights.__getitem__, self._seen & self._weights.keys())) / (
            self._total or 1.0
        )

    def asks_for(self, terms: Iterable[str]) -> bool:
        """Tell whether the question holds any of these terms."""
        return any(term in self._weights for term in terms)

    def says(self, known: Iterable[str]) -> bool:
        """Tell whether the question says any of these words, or a long one with an ending."""
        return any(self._holds(_terms(word)) for word in known)

    def _holds(self, terms: Sequence[str]) -> bool:
        """Tell whether all terms of a word are in the question.

        Two words that only begin alike are not one word: `context` is not `contoh`.
        """
        if len(terms) == 1 and len(terms[0]) > BEGINNING:
            begins = self._alike.get(terms[0][:BEGINNING], ())
            longest = len(terms[0]) + _ENDING
            return any(t.startswith(terms[0]) and len(t) <= longest for t in begins)
        return bool(terms) and self._weights.keys() >= set(terms)

    def share_of(self, text: str) -> float:
        """Compute the share of the question that the terms of a part of it have, 0 to 1."""
        held = self._weights.keys() & set(_terms(text))
        return self._share(held)

    def _share(self, held: set[str]) -> float:
        """Compute the share that terms have of all that tell something."""
        total = sum(self._weights[term] for term in held | self._telling)
        return sum(self._weights[term] for term in held) / total if total else 0.0

    def names(self, name: str, scope: Iterable[str] = ()) -> float:
        """Compute the share of the question that a symbol covers.

        Stop words and what asks for definitions count only if they are in the symbol.

        Args:
            name: A name in the symbol. In another case than the question's it covers less, as
                `Command` is the class and `command` the function.
            scope: Names of what it is in, which may cover more of the question: `Command.run`.

        Returns:
            From 0 to 1; 0 unless the question holds all of the name.
        """
        held = self._held_of(name)
        if not held:
            return max(
                (spelled_alike(whole, name) * part for whole, part in self._unmet), default=0.0
            )
        whole, written = _terms(name)[0] in held, _NAME.findall(name)
        exact = self._typed.issuperset(written) and name[0] not in ".#"  # selectors of CSS
        scope = list(scope)
        held = held.union(*map(self._held_of, scope))
        share = self._share(held)
        if whole and not exact:
            share *= _OTHER_CASE
        owners = self._owners.get(name)
        of_another = owners is not None and owners.isdisjoint(scope)
        as_in_code = exact and not of_another and not self._typed_as_code.isdisjoint(written)
        return max(share, _AS_IN_CODE) if as_in_code else share

    def _subject_and_asking(self) -> tuple[str, set[str]]:
        """Find the word that holds all terms that tell something, and those that ask beside it."""
        rest = self._telling - USES - SUBTYPES - BESIDE_TERMS - FILLERS
        names = (name for name in self._typed if rest and rest.issubset(_terms(name)))
        name = min(names, key=len, default="")
        others = (_terms(word) for word in self._typed if name and word != name)
        asking = set(chain(*others)) & (USES | SUBTYPES | BESIDE_TERMS)
        return (name, asking) if asking else ("", set())

    def is_title(self, title: str) -> bool:
        """Tell whether a title of several words says what the question does, and nothing else."""
        if " " not in title or self.size == 1:
            return False
        if _folded(title) == self._folded:
            return True
        if not self._telling.issubset(_terms(title)):
            return False
        said = _without_letters(dict.fromkeys(_terms(title)))
        told = [term for term in said if term not in self._idle]
        return told == [term for term in self._weights if term in self._telling] != []

    def _unmet_names(self, text: str) -> Iterator[tuple[str, float]]:
        """Yield names that are nowhere, folded, and the shares of the question that they have.

        Such a name may be misspelt, or the beginning of one.
        """
        alone = len(text.split()) == 1
        for name in sorted(self._typed if alone else self._typed_as_code):
            terms = _terms(name)
            if terms and len(terms[0]) > BEGINNING and terms[0] not in self._seen:
                yield terms[0], self.share_of(name)

    def _held_of(self, name: str) -> set[str]:
        """Return the terms of a name that the question holds; none unless it holds the name."""
        terms = _terms(name)
        held = self._weights.keys() & set(terms)
        is_named = held and (terms[0] in held or held.issuperset(_parts(name)))
        return held if is_named else set()

    def quotes(self, path: str) -> float:
        """Tell how much of a path is in the question as it is.

        Args:
            path: Relative to the root, with slashes.

        Returns:
            1 for the whole path, also at the end of a longer one; less for its end from a slash on,
            still less for what two different paths end with, 0 for none.
        """
        path = path.lstrip("/")  # which keep namesakes of several roots apart
        ends = list(_tails(path))
        if path in self._paths or (ends and path in self._tails):
            return 1.0
        if not self._paths.isdisjoint(ends):
            return _END
        if any("/" in end and end in self._tails for end in ends):
            return _SAME_END
        return _SAME_NAME * (path in self._tails)

    def shares(self, paths: Iterable[str]) -> dict[str, float]:
        """Compute which share of the question each path covers, 0 to 1; leave out those at 0.

        The harmonic mean of two shares: of all terms, and of those that are somewhere in what is
        asked or in one of the paths. So neither a question in a language that no text is in, nor
        its one loanword, has all the weight. A path says less of them the more words its file name
        has beside.
        """
        met: dict[str, dict[str, float]] = {}
        covered: dict[str, float] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            stem = [
                self._related_terms(word) for word in _parts(name.lstrip(".").partition(".")[0])
            ]
            covered[path] = sum(map(bool, stem)) / len(stem) if stem else 0.0
            around = (
                {term: _FOLDER * near for term, near in self._related_terms(word).items()}
                for word in _terms(folder)
            )
            met[path] = _best((*stem, *around)) if covered[path] else {}
        known = self._weights.keys() & self._seen.union(*met.values())
        mean = (self._total + sum(self._weights[term] for term in known)) / 2
        return {
            path: covered[path] * sum(self._weights[t] * near for t, near in terms.items()) / mean
            for path, terms in met.items()
            if terms
        }

    def _related_terms(self, word: str) -> dict[str, float]:
        """Find the question's terms that are related to a word, and how closely, 0 to 1."""
        if word in self._joined:
            return dict.fromkeys(self._joined[word], 1.0)
        near = {term: closeness(term, word) for term in self._alike.get(word[:BEGINNING], ())}
        for other, term, likeness in self._standing.get(word[:BEGINNING], ()):
            near[term] = max(near.get(term, 0.0), likeness * closeness(other, word))
        return {term: share for term, share in near.items() if share}


def _folded(text: str) -> list[str]:
    """List the words of a text, in one case."""
    return [word.casefold() for word in _NAME.findall(text)]


def _paths_in(text: str) -> Iterator[str]:
    """Yield what may be a path in a question: all of it, words with a dot or slash, and in them."""
    yield text.strip()
    typed = text.replace("\\", "/")
    found = _PATH.findall(typed)
    ended = filter(None, map(_TO_ENDING.match, found))
    for path in (*typed.split(), *found, *(path[0] for path in ended)):
        if "." in path or "/" in path:
            yield path.removeprefix("./").lstrip("/")


def _tails(path: str) -> Iterator[str]:
    """Yield the ends of a path from a slash on, longest first, without the whole."""
    names = path.rsplit("/", _DEEPEST)
    yield from ("/".join(names[at:]) for at in range(1, len(names)))


def _without_letters(weights: Mapping[str, _Value]) -> dict[str, _Value]:
    """Leave out single letters where there are words: the "I" of a question is no variable `i`."""
    kept = {term: weight for term, weight in weights.items() if not _is_letter(term)}
    return kept or dict(weights)


def _is_letter(term: str) -> bool:
    return len(term) == 1 and term.isascii() and term.isalpha()


def closeness(one: str, other: str) -> float:
    """Compare two words.

    Args:
        one: A word, folded.
        other: Another one.

    Returns:
        1 for the same, less for another ending, 0 for another word; never more than 0 where the
        first `BEGINNING` characters differ.
    """
    if one == other:
        return 1.0
    shorter, longer = sorted(map(len, (one, other)))
    same = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    related = same >= BEGINNING and longer - same <= _ENDING
    return same / longer if related else 0.0


def spelled_alike(one: str, name: str) -> float:
    """Compare a name that is nowhere with another one, of whatever case.

    Args:
        one: What was typed, folded.
        name: A name.

    Returns:
        The part of their letters that they share in the same order, or a fixed part for what
        begins with it; 0 where that is little.
    """
    other = next(iter(_terms(name)), "")
    if other.startswith(one):
        return _BEGUN
    if 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)):
        return 0.0
    compared = SequenceMatcher(None, other, one, autojunk=False)
    if compared.quick_ratio() < _ALIKE:
        return 0.0
    ratio = compared.ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _best(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for terms in found:
        for term, near in terms.items():
            best[term] = max(near, best.get(term, 0.0))
    return best


@lru_cache(maxsize=1 << 15)
def _terms(name: str) -> tuple[str, ...]:
    return tuple(words.terms(name))


@lru_cache(maxsize=1 << 15)
def _parts(name: str) -> tuple[str, ...]:
    """List the words of a name, without the whole that `words.terms` puts before them."""
    terms = _terms(name)
    return tuple(term for at, term in enumerate(terms) if not _is_whole(term, terms[at + 1 :]))


def _is_whole(term: str, after: Sequence[str]) -> bool:
    joined = ""
    for part in after:
        joined += part
        if len(joined) >= len(term):
            break
    return joined == term and after[0] != term
