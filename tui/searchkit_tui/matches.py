"""Which words of a text to mark for a question, and which line of a hit tells best why it is one.

For the eye only: it ranks nothing.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from searchkit_index import words

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Words that most English questions are built with: marking them would mark every line of prose.
_ENGLISH = (
    "a an and any are as at be by can do does each for from get has have how i in into is it its of"
    " on one or so that the then there this to use used we what when where which who why with you"
)
_GLUE = frozenset(_ENGLISH.split())


@lru_cache(maxsize=256)
def telling(text: str) -> frozenset[str]:
    """The terms of a question that are worth marking: not its glue, unless it has nothing else."""
    terms = frozenset(words.terms(text[:10_000]))
    return frozenset(term for term in terms if term not in _GLUE and _long_enough(term)) or terms


def _long_enough(term: str) -> bool:
    return len(term) > 1 or not term.isascii()


def spans(line: str, terms: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the terms stand in a line, as offsets; whole words, or parts of identifiers."""
    if not terms:
        return
    for word in _WORD.finditer(line):
        if word[0].isascii():
            for part in _PART.finditer(line, word.start(), word.end()):
                if part[0].lower() in terms or word[0].lower() in terms:
                    yield part.span()
        else:
            yield from _spans_in(word[0], word.start(), terms)


def _spans_in(word: str, start: int, terms: frozenset[str]) -> Iterator[tuple[int, int]]:
    found = terms.intersection(words.terms(word))
    folded = word.casefold()
    pieces = [term for term in found if len(folded) == len(word) and term in folded]
    if found and not pieces:
        # An accent or a compatibility form was folded: the offsets are of no use, the word is.
        yield start, start + len(word)
    covered: set[int] = set()
    for piece in pieces:
        at = folded.find(piece)
        while at >= 0:
            covered.update(range(at, at + len(piece)))
            at = folded.find(piece, at + 1)
    # Overlapping pairs of characters are one mark.
    for _, run in groupby(enumerate(sorted(covered)), key=lambda item: item[1] - item[0]):
        offsets = [offset for _, offset in run]
        yield start + offsets[0], start + offsets[-1] + 1


def best_line(text: str, terms: frozenset[str]) -> tuple[int, str]:
    """The line that holds most of the terms, else the first that says anything.

    Returns:
        Its offset from the first line, and its text without blanks around it.
    """
    lines = text.split("\n")
    offset = max(range(len(lines)), key=lambda at: (_worth(lines[at], terms), -at))
    return offset, lines[offset].strip()


def _worth(line: str, terms: frozenset[str]) -> tuple[int, bool]:
    stripped = line.strip()
    found = {line[start:end].casefold() for start, end in spans(line, terms)}
    return len(found), any(character.isalnum() for character in stripped)


def first_match(lines: Sequence[str], terms: frozenset[str], start: int, step: int) -> int | None:
    """The nearest line after `start`, in the direction of `step`, that holds a term."""
    at = start + step
    while 0 <= at < len(lines):
        if next(spans(lines[at], terms), None):
            return at
        at += step
    return None
