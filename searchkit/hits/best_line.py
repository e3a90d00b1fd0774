"""Chooses the line of a hit that answers: by words, and by meaning where words do not tell.

The command line, the interface and programs show the same line.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from searchkit.pattern import Pattern, matching_lines
from searchkit.ranking.naming import BEGINNING, closeness
from searchkit_index import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

# Lines that begin like this import something, say who owns the file, name a place for references
# or an index, lead to a heading below, as a table of contents does, or say when and to whom a
# message was sent: they answer nothing.
_BOILERPLATE = re.compile(
    r"\W*(?:import|from \S+ import|#\s*include|using|use|package|namespace|module|require|library"
    r"|copyright|\(c\)|licen[sc]ed?|spdx-|@author|@since|@license)\b|<\?(?:php|xml)|#!"
    r"|\\(?:label|s?index)\{.*\}\s*$|#\+[a-z]?index:|@(?:node|[cfkpv]index)\s|\(\(\(.*\)\)\)\s*$"
    r"|date: \w{3}, \d|(?:to|cc): [^@]*@"
    r"|'use strict'|\"use strict\"|[\s*+\d.-]*\[[^\]]*\]\(#[^)\s]*\)\s*$",
    re.IGNORECASE,
)

# What a reader of a page does not see: addresses, pictures, the boxes around them, comments.
_UNSEEN = re.compile(
    r"\]\([^()\s]+\)|https?://[^\s<>\"')\]]+|<img\b[^<>]*>|<br\s*/?>|<!--.*?-->"
    r"|</?(?:div|p|center)(?:\s+align\s*=\s*[\"']?\w+[\"']?)?\s*>",
    re.IGNORECASE,
)

# Keywords of programming languages, which say nothing about the subject of a line.
_KEYWORDS = (
    "abstract async auto await begin bool break case catch char class const def default"
    " defmodule do elif else elsif end enum except export extends extern false final finally"
    " fn for func function go if impl implements in inline int interface internal is let local"
    " mod mut new nil none not null object or override package private protected pub public"
    " raise return self static string struct switch template then this throw throws trait true"
    " try type typedef typename union val var virtual void when where while with yield param"
    " returns"
)
_SYNTAX = frozenset(_KEYWORDS.split())

# A line is worth no more for having more than `_ENOUGH` words of its own. One such word is enough
# where the line also holds `_CLEAR` terms of the question, or all of its terms.
_ENOUGH, _CLEAR = 12, 2

# Meaning chooses among at most this many lines of a hit, and in the first hits only: so the cost of
# an answer is bounded.
_LINES, _HITS = 2, 10

# Characters of a line that are embedded, and that are searched for words.
_EMBEDDED, _READ = 80, 500

# Vectors of lines that are kept for further questions, 1 kB each.
_KEPT = 4096

_WORD = re.compile(r"[^\W_]{2,}")


class Line(NamedTuple):
    """A line of a chunk.

    Attributes:
        offset: From the first line of the chunk.
        text: Without blanks around it.
    """

    offset: int
    text: str


class Shown(Protocol):
    """The part of a hit that a line is chosen from."""

    @property
    def text(self) -> str:
        """The lines."""
        ...

    @property
    def terms(self) -> frozenset[str]:
        """The terms of the question, and those that stand for them."""
        ...

    @property
    def standing(self) -> Mapping[str, Sequence[str]]:
        """For words of the question the terms that stand for them."""
        ...

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Only lines that match the most of these are chosen from, where any does."""
        ...

    @property
    def symbol(self) -> str:
        """Names of the definitions or headings around it, which are shown beside."""
        ...


class Nearest:
    """Finds which lines of one answer are nearest to the question by meaning.

    The model runs once, for the lines of all hits, when the first line is asked for.

    Args:
        cosines: Compares lines with the question: float32, `(lines,)`.
        shown: The hits of the answer, best first; may be set once they are made.

    Attributes:
        shown: As given, or set.
    """

    def __init__(
        self, cosines: "Callable[[Sequence[str]], Vector]", shown: Sequence[Shown] = ()
    ) -> None:
        self._cosines, self.shown = cosines, shown
        self._known: Mapping[str, float] | None = None

    def __call__(self, lines: Sequence[Line]) -> Line:
        """Return the nearest of some lines; the first where none of them is in the answer."""
        if self._known is None:
            tied = (_leading(hit) for hit in self.shown[:_HITS])
            texts = {line.text[:_EMBEDDED]: 0 for among in tied if len(among) > 1 for line in among}
            cosines = self._cosines(list(texts)).tolist() if texts else ()
            self._known = dict(zip(texts, cosines, strict=True))
        known = self._known
        return max(lines, key=lambda line: known.get(line.text[:_EMBEDDED], -2.0))

    def __reduce__(self) -> tuple[type[object], tuple[()]]:
        """Leave the model behind when a hit goes to another process: words choose there."""
        return type(None), ()


class LineVectors:
    """Embeds lines and caches their vectors: a search as you type shows the same lines often.

    Args:
        encode: Embeds texts: float32, `(texts, dimension)`, each of length 1.
    """

    def __init__(self, encode: "Callable[[Sequence[str]], Vector]") -> None:
        self._encode = encode
        self._kept: dict[str, Vector] = {}

    def __call__(self, lines: Sequence[str]) -> "Vector":
        """Embed some lines, at least one: float32, `(lines, dimension)`."""
        import numpy as np

        kept = self._kept if len(self._kept) < _KEPT else {}
        if missing := [line for line in dict.fromkeys(lines) if line not in kept]:
            kept = kept | dict(zip(missing, self._encode(missing), strict=True))
        self._kept = kept  # at once: another thread may be reading the old one
        return np.stack([kept[line] for line in lines])

    def compared_with(self, vector: "Vector") -> "Callable[[Sequence[str]], Vector]":
        """Make the function that compares lines with a question, as `Nearest` takes it.

        Args:
            vector: The vector of the question, float32, `(dimension,)`, length 1.

        Returns:
            The comparison.
        """
        from searchkit_index.embedder import cosines

        return lambda lines: cosines(self(lines), vector)


def best_line(hit: Shown, nearest: Callable[[Sequence[Line]], Line] | None = None) -> Line:
    """Choose the line that answers.

    A line that says something of its own comes before one that repeats the title, opens a comment,
    or imports.

    Args:
        hit: The hit.
        nearest: Chooses among lines that hold equally much of the question; None to choose by words
            alone.

    Returns:
        The line.
    """
    lines = _leading(hit)
    return nearest(lines) if nearest and len(lines) > 1 else lines[0]


def _leading(hit: Shown) -> tuple[Line, ...]:
    standing = frozenset((term, word) for word, terms in hit.standing.items() for term in terms)
    return _leading_of(hit.text, hit.terms, standing, tuple(hit.patterns), hit.symbol)


@lru_cache(maxsize=4096)
def _leading_of(
    text: str,
    terms: frozenset[str],
    standing: frozenset[tuple[str, str]],
    patterns: tuple[Pattern, ...],
    symbol: str,
) -> tuple[Line, ...]:
    """Choose a line by words, with the next best ones where they hold as much of the question."""
    lines = text.split("\n")
    among = (matching_lines(text, patterns) if patterns else ()) or range(len(lines))
    title, asked = frozenset(words.terms(symbol)), _asked(terms, standing)
    worth = {at: _worth(lines[at], asked, title) for at in among}
    first, *others = sorted(among, key=lambda at: (worth[at], -at), reverse=True)[:_LINES]
    tied = (at for at in others if worth[at].says and worth[at].held == worth[first].held)
    return tuple(Line(at, lines[at].strip()) for at in (first, *tied))


class _Asked(NamedTuple):
    """What lines are compared with.

    Attributes:
        terms: The terms of the question, and those that stand for them.
        alike: The same by their beginnings.
        words: The word of the question that a term stands for.
    """

    terms: frozenset[str]
    alike: Mapping[str, Sequence[str]]
    words: Mapping[str, str]

    def count(self, terms: Iterable[str]) -> int:
        """Count the words of the question that terms are of: those that stand for one are one."""
        return len({self.words.get(term, term) for term in terms})


def _asked(terms: frozenset[str], standing: frozenset[tuple[str, str]]) -> _Asked:
    alike: dict[str, list[str]] = {}
    for term in terms:
        alike.setdefault(term[:BEGINNING], []).append(term)
    return _Asked(terms, alike, dict(sorted(standing)))


class _Worth(NamedTuple):
    """How well a line answers, compared in this order.

    Attributes:
        says: Whether it says something of its own: one word is enough beside several terms of the
            question or all that it has.
        held: How many words of the question it holds; with another ending, less than one each.
        own: How many words of its own it has, up to `_ENOUGH`.
        visible: Whether there is anything to read.
    """

    says: bool
    held: float
    own: int
    visible: bool


def _worth(line: str, asked: _Asked, title: frozenset[str]) -> _Worth:
    found = frozenset(words.terms(line[:_READ]))
    held = _held(found, asked)
    own = 0 if _BOILERPLATE.match(line) else _own(line[:_READ], found, title)
    clear = min(_CLEAR, asked.count(asked.terms - _SYNTAX)) or 1
    says = own > 1 or (own > 0 and len(held) >= clear)
    return _Worth(says, sum(held.values()), own, any(map(str.isalnum, line)))


def _own(line: str, found: frozenset[str], title: frozenset[str]) -> int:
    """Count the words of a line that are those of no title, up to `_ENOUGH`."""
    seen = _UNSEEN.sub(" ", line)
    said = _words_of(seen, found if seen == line else frozenset(words.terms(seen)))
    return min(len(said - title - _SYNTAX), _ENOUGH)


def _held(found: frozenset[str], asked: _Asked) -> dict[str, float]:
    """Score how closely a line holds each word of the question: 1 for the very term."""
    held: dict[str, float] = {}
    for word in found - asked.terms:
        for term in asked.alike.get(word[:BEGINNING], ()):
            if near := closeness(term, word):
                typed = asked.words.get(term, term)
                held[typed] = max(near, held.get(typed, 0.0))
    whole = (asked.words.get(term, term) for term in found & asked.terms)
    return held | dict.fromkeys(whole, 1.0)


def _words_of(line: str, found: frozenset[str]) -> set[str]:
    """List the words of a line, an identifier as one; in scripts without blanks, its terms."""
    if not line.isascii():
        return {term for term in found if len(term) > 1}
    return {word.casefold() for word in _WORD.findall(line)}
