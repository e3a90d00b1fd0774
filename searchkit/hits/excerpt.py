"""Tells which words of a hit to mark, and reads the lines around it.

The command line, the interface and programs show the same. Ranks nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from searchkit.ranking.stop_words import stop_words
from searchkit_index import words
from searchkit_index.compounds import compounds

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Characters of a question that are looked at; of a longer one later terms are not marked.
_READ = 10_000

# Bytes of a larger file that are read again if the hit is in them: a log of 60 MB takes 4 s. By
# default less of it is indexed, so that there are lines behind the last hit.
SHOWN = 1_100_000

# Larger files are not read again as a whole: their hits are shown as they were indexed.
_LARGEST = 100_000_000


def terms_to_mark(
    text: str, language: str | None = None, near: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> frozenset[str]:
    """Return the terms of a question that are worth marking: no stop words, unless that is all.

    Args:
        text: The question.
        language: What the text to be marked is written in, by its ISO 639-1 code, where it is
            known: `die` is a stop word in German, and none in English.
        near: Words that stand for terms, which are marked as these are.

    Returns:
        The terms.
    """
    terms = _telling_terms(text, language)
    standing = frozenset(word for term in terms for word in near.get(term, ()))
    return terms | (standing - stop_words(language))


@lru_cache(maxsize=256)
def _telling_terms(text: str, language: str | None) -> frozenset[str]:
    terms, left_out = frozenset(words.terms(text[:_READ])), stop_words(language)
    return frozenset(term for term in terms if term not in left_out and _long_enough(term)) or terms


def as_written(text: str, terms: Iterable[str]) -> dict[str, str]:
    """Tell how a text writes terms where they first occur.

    Args:
        text: Any text.
        terms: Terms that it may hold.

    Returns:
        Those that it holds, each with the word, or the part of an identifier, that it stands in.
    """
    held = frozenset(words.terms(text)).intersection(terms)
    written: dict[str, str] = {}
    for start, end in marks(text, held):
        for term in held.intersection(words.terms(text[start:end])):
            written.setdefault(term, text[start:end])
    return {term: written.get(term, term) for term in terms if term in held}


def by_typed_word(text: str, near: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Map words of a question, as they were typed, to their near words.

    Args:
        text: The question.
        near: For terms of it their near words, the nearest first.

    Returns:
        For each word the near words of all its terms, each once.
    """
    text = text[:_READ]
    # Near words of a compound are kept at its first term.
    typed = as_written(text, near) | {words.terms(word)[0]: word for word in compounds(text)}
    found: dict[str, dict[str, None]] = {}
    for term, standing in near.items():
        found.setdefault(typed.get(term, term), {}).update(dict.fromkeys(standing))
    return {word: list(standing) for word, standing in found.items()}


def _long_enough(term: str) -> bool:
    return len(term) > 1 or not term.isascii() or term.isdigit()


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
    for start, end in words.spans(line):
        pieces = [(start + first, start + last) for first, last in words.pieces(line[start:end])]
        while pieces:
            together = _count_joined(line, pieces, terms)
            if together:
                yield pieces[0][0], pieces[together - 1][1]
            else:
                yield from _marks_between(line, *pieces[0], terms)
            del pieces[: together or 1]


def _count_joined(line: str, pieces: list[tuple[int, int]], terms: frozenset[str]) -> int:
    """Count the first pieces that make a term when joined without apostrophes; 0 for none."""
    counts = range(len(pieces), 1, -1)
    start = pieces[0][0]
    return next(
        (n for n in counts if words.joined_term(line[start : pieces[n - 1][1]]) in terms), 0
    )


def _marks_between(
    line: str, start: int, end: int, terms: frozenset[str]
) -> Iterator[tuple[int, int]]:
    word = line[start:end]
    if not word.isascii():
        yield from _marks_in(word, start, terms)
        return
    for part in _PART.finditer(line, start, end):
        if part[0].lower() in terms or word.lower() in terms:
            yield part.span()


def _marks_in(word: str, start: int, terms: frozenset[str]) -> Iterator[tuple[int, int]]:
    found = terms.intersection(words.terms(word))
    if not found:
        return
    clusters = words.graphemes(word)
    ends = list(accumulate(len(written) for written, _ in clusters))
    of_letter = [number for number, (_, folded) in enumerate(clusters) for _ in folded]
    folded = "".join(folded for _, folded in clusters)
    covered = sorted({of_letter[at] for term in found for at in _offsets(folded, term)})
    if not covered:
        # The term is another spelling of the word: mark the whole word.
        yield start, start + len(word)
    # Overlapping pairs of characters are one mark.
    for _, run in groupby(enumerate(covered), key=lambda item: item[1] - item[0]):
        numbers = [number for _, number in run]
        first, last = numbers[0], numbers[-1]
        yield start + (ends[first - 1] if first else 0), start + ends[last]


def _offsets(text: str, part: str) -> Iterator[int]:
    """Yield the offsets of all characters of a text that occurrences of a part of it cover."""
    at = text.find(part)
    while at >= 0:
        yield from range(at, at + len(part))
        at = text.find(part, at + 1)


class Lines(NamedTuple):
    """Lines of a file.

    Attributes:
        lines: Without line ends.
        first: The number of the first of them, from 1.
        note: Why they are not simply the file as it was indexed; empty when they are.
    """

    lines: list[str]
    first: int
    note: str = ""


def whole_file(
    root: Path, path: str, text: str, start_line: int, end_line: int, beginning: int = SHOWN
) -> Lines:
    """Read the file of a chunk again.

    Args:
        root: The folder that `path` is relative to.
        path: The path of the file.
        text: What was indexed there.
        start_line: The first line of it, from 1.
        end_line: The last line of it.
        beginning: How many bytes suffice of a larger file that has the chunk in them; 0 for all.

    Returns:
        All of the file, or its beginning; the chunk alone where the file is gone or unreadable, or
        its text is read out of a document and not simply its lines.
    """
    from searchkit_index.languages.language import detect
    from searchkit_index.reading.extract import lines_of
    from searchkit_index.reading.text import Unsuitable

    known, note = detect(path), "the text of this document, as it was indexed"
    if known and known.reader and (known.bulky or known.encoded):
        return Lines(text.split("\n"), start_line, note)
    try:
        known, lines = lines_of(root, path, _LARGEST, beginning)
        if beginning and len(lines) < end_line:
            known, lines = lines_of(root, path, _LARGEST)
    except Unsuitable as unsuitable:
        note = f"{unsuitable.reason} now: this is what was indexed"
        return Lines(text.split("\n"), start_line, note)
    if known and known.encoded:
        return Lines(text.split("\n"), start_line, note)
    # Chunks may be parts of a long line. The text of a document or notebook is not in the file as
    # such, so it cannot be compared.
    same = (known and known.reader) or text in "\n".join(lines[start_line - 1 : end_line])
    return Lines(lines, 1, "" if same else "changed since it was indexed")
