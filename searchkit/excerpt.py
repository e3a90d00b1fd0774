"""Chooses what to show of a hit: the line that answers, the words to mark, the lines around it.

The command line, the interface and programs show the same. Ranks nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchkit.pattern import Pattern, matching_line
from searchkit_index import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Words that most English questions are built with: marking them would mark every line of prose.
_ENGLISH = (
    "a an and any are as at be by can do does each for from get has have how i in into is it its of"
    " on one or so that the then there this to use used we what when where which who why with you"
)
_GLUE = frozenset(_ENGLISH.split())

# Larger files are not read again: their hits are shown as they were indexed.
_LARGEST = 100_000_000


@lru_cache(maxsize=256)
def terms_to_mark(text: str) -> frozenset[str]:
    """Return the terms of a question that are worth marking: not its glue, unless that is all."""
    terms = frozenset(words.terms(text[:10_000]))
    return frozenset(term for term in terms if term not in _GLUE and _long_enough(term)) or terms


def _long_enough(term: str) -> bool:
    return len(term) > 1 or not term.isascii()


def marks(line: str, terms: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Find where terms are in a line, in order: whole words, or parts of identifiers.

    Args:
        line: Any text.
        terms: As `terms_to_mark` gives them, or `Hit.terms`.

    Yields:
        Offsets in characters, the end not included; no two overlap.
    """
    if not terms:
        return
    for word in _WORD.finditer(line):
        if word[0].isascii():
            for part in _PART.finditer(line, word.start(), word.end()):
                if part[0].lower() in terms or word[0].lower() in terms:
                    yield part.span()
        else:
            yield from _marks_in(word[0], word.start(), terms)


def _marks_in(word: str, start: int, terms: frozenset[str]) -> Iterator[tuple[int, int]]:
    found = terms.intersection(words.terms(word))
    folded = word.casefold()
    parts = [term for term in found if len(folded) == len(word) and term in folded]
    if found and not parts:
        # An accent or a compatibility form was folded: the offsets are of no use, the word is.
        yield start, start + len(word)
    covered: set[int] = set()
    for part in parts:
        at = folded.find(part)
        while at >= 0:
            covered.update(range(at, at + len(part)))
            at = folded.find(part, at + 1)
    # Overlapping pairs of characters are one mark.
    for _, run in groupby(enumerate(sorted(covered)), key=lambda item: item[1] - item[0]):
        offsets = [offset for _, offset in run]
        yield start + offsets[0], start + offsets[-1] + 1


# A line that begins so only names what it needs, or whom it belongs to.
_BESIDE = re.compile(
    r"\W*(?:import|from \S+ import|#\s*include|using|use|package|namespace|module|require|library"
    r"|copyright|\(c\)|licen[sc]ed?|spdx-|@author|@since|@license)\b|<\?(?:php|xml)|#!"
    r"|'use strict'|\"use strict\"",
    re.IGNORECASE,
)

# Words that programs are built with, and say nothing of what a line is about.
_PROGRAMMED = (
    "abstract async auto await begin bool break case catch char class const def default"
    " defmodule do elif else elsif end enum except export extends extern false final finally"
    " fn for func function go if impl implements in inline int interface internal is let local"
    " mod mut new nil none not null object or override package private protected pub public"
    " raise return self static string struct switch template then this throw throws trait true"
    " try type typedef typename union val var virtual void when where while with yield param"
    " returns"
)
_SYNTAX = frozenset(_PROGRAMMED.split())

# So many words of its own are as much as a line is asked to say.
_ENOUGH = 4

# Lines among which meaning chooses where words do not, each a few tokens to embed.
_LINES_MEANT = 4

# Characters of such a line: a paragraph on one line would cost as much as all of a question.
_BEGINNING = 160

# Words of the question in one line that are enough to choose it by.
_CLEAR = 2


class Nearest:
    """Tells which lines are nearest to a question by meaning; of one question.

    Args:
        encode: Embeds lines: float32, `(lines, dimension)`, each of length 1.
        vector: Of the question, float32, `(dimension,)`, length 1.
    """

    def __init__(
        self, encode: "Callable[[Sequence[str]], Vector]", vector: "Callable[[], Vector]"
    ) -> None:
        self._encode, self._vector = encode, vector

    def __call__(self, lines: Sequence[str]) -> int:
        """Return the offset of the nearest of some lines."""
        return int((self._encode(lines) @ self._vector()).argmax())

    def __reduce__(self) -> tuple[type[object], tuple[()]]:
        """Leave the model behind when a hit goes to another process: words choose there."""
        return type(None), ()


@lru_cache(maxsize=4096)
def best_line(
    text: str,
    terms: frozenset[str],
    patterns: tuple[Pattern, ...] = (),
    symbol: str = "",
    nearest: Callable[[Sequence[str]], int] | None = None,
) -> tuple[int, str]:
    """Choose the line that answers: by words, and where they do not tell, by meaning.

    A line that says something of its own comes before one that repeats the title, opens a comment,
    or imports.

    Args:
        text: Of a chunk.
        terms: See `marks`.
        patterns: Only lines that match the most of these are chosen from, where any does.
        symbol: Names of the definitions or headings around it, which are shown beside.
        nearest: Asked where no line holds several of the terms; None to go by words alone.

    Returns:
        Its offset from the first line, and its text without blanks around it.
    """
    lines = text.split("\n")
    among = (matching_line(text, patterns) if patterns else ()) or range(len(lines))
    title = frozenset(words.terms(symbol))
    worth = {at: _worth(lines[at], terms, title) for at in among}
    best = sorted(among, key=lambda at: (worth[at], -at), reverse=True)
    offset = best[0]
    telling = [at for at in best[:_LINES_MEANT] if worth[at].says]
    if nearest and len(telling) > 1 and worth[offset].held < _CLEAR:
        offset = telling[nearest([lines[at].strip()[:_BEGINNING] for at in telling])]
    return offset, lines[offset].strip()


class _Worth(NamedTuple):
    """How well a line answers, compared in this order.

    Attributes:
        says: Whether it says something of its own, or holds several of the question's terms.
        held: How many of the question's terms it holds.
        own: How many words of its own it has, up to `_ENOUGH`.
        visible: Whether there is anything to read.
    """

    says: bool
    held: int
    own: int
    visible: bool


def _worth(line: str, terms: frozenset[str], title: frozenset[str]) -> _Worth:
    found = {line[start:end].casefold() for start, end in marks(line, terms)}
    own = 0 if _BESIDE.match(line) else min(len(_said(line[:500]) - title - _SYNTAX), _ENOUGH)
    says = own > 1 or len(found) >= _CLEAR
    return _Worth(says, len(found), own, any(character.isalnum() for character in line))


def _said(line: str) -> set[str]:
    """List the words of a line, identifiers as one; where scripts have no blanks, their terms."""
    if not line.isascii():
        return {term for term in words.terms(line) if len(term) > 1}
    return {word.casefold() for word in _WORD.findall(line) if len(word) > 1}


class Lines(NamedTuple):
    """Lines of a file.

    Attributes:
        lines: Without their ends.
        first: The number of the first of them, from 1.
        note: Why they are not simply the file as it was indexed; empty when they are.
    """

    lines: list[str]
    first: int
    note: str = ""


def whole_file(root: Path, path: str, text: str, start_line: int, end_line: int) -> Lines:
    """Read the file of a chunk again.

    Args:
        root: The folder that `path` is relative to.
        path: Of the file.
        text: What was indexed there.
        start_line: The first line of it, from 1.
        end_line: The last line of it.

    Returns:
        All of the file; the chunk alone where the file is gone or unreadable, or its text is read
        out of a document and not simply its lines.
    """
    from searchkit_index.languages.language import detect
    from searchkit_index.reading import text as reading
    from searchkit_index.walk.entry import File

    known = detect(path)
    if known and known.reader and known.bulky:
        return Lines(text.split("\n"), start_line, "the text of this document, as it was indexed")
    try:
        data = reading.read(root, File(path, 0, 0), _LARGEST)
        lines = reading.lines(reading.decode(data))
    except reading.Unsuitable as unsuitable:
        note = f"{unsuitable.reason} now: this is what was indexed"
        return Lines(text.split("\n"), start_line, note)
    # A long line is cut into several chunks: each is a part of it. What a reader shows of a page or
    # a notebook is not what stands in the file.
    same = (known and known.reader) or text in "\n".join(lines[start_line - 1 : end_line])
    return Lines(lines, 1, "" if same else "changed since it was indexed")
