"""Finds the files that say what is asked of any project, where a question asks for nothing else."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter

from searchkit.ranking.question_language import question_language
from searchkit.ranking.stop_words import stop_words
from searchkit.search.project_matters import FILLERS, MATTERS, VERSIONS, Matter, Where
from searchkit_index import words
from searchkit_index.catalog.records import Place
from searchkit_index.scripts import HAN, KANA

# Files that are read in one place: a folder of workflows has some.
_MOST = 8

# Words and characters of a question about a project as a whole: a longer one says something else.
_LONGEST, _CHARACTERS = 12, 200

# Folders of documentation are no part of a project of their own.
_DOCUMENTATION = re.compile(r"(?:^|/)(?:docs?|documentation|\.github)(?=/)")

# Badges, pictures, items of tables of contents, and comments in HTML say nothing.
_NO_TEXT = re.compile(r"\s*(?:\[?!\[|[-*+\d.]+ \[[^\]\n]*\]\(#|<!--|<img|\.\. )")

# Headings as Markdown, AsciiDoc and HTML mark them, and lines that underline one.
_MARKED = re.compile(r"(?:#{1,6}\s*|={1,6} |<h[1-6][^>\n]*>\s*)([^\n]{1,80})")
_UNDERLINE = re.compile(r"([=\-~^\"+*#])\1{2,}\s*$")

_UNSPACED = re.compile(f"[\u0e00-\u0eff{KANA}{HAN}]+")


class ProjectFiles:
    """The files of a project that say what a question asks, if it asks for nothing else.

    Args:
        text: The question.
    """

    def __init__(self, text: str) -> None:
        matter = _asked_for(text)
        self._where = matter.where if matter else ()

    def __bool__(self) -> bool:
        """Tell whether it asks for any."""
        return bool(self._where)

    def chunks(
        self, paths: Iterable[str], places_in: Callable[[str], Sequence[Place]]
    ) -> list[int]:
        """Find the chunks that say it, in files that are in the fewest folders.

        Args:
            paths: Of all files, relative to a root.
            places_in: Returns the chunks of a file, in order.

        Returns:
            Their ids.
        """
        paths = list(paths)
        for where in self._where:
            for files in _uppermost(where, paths):
                found = [
                    place.chunk_id
                    for path in files[:_MOST]
                    for place in places_in(path)[: where.chunks]
                    if _line(where, place)
                ]
                if found:
                    return found
        return []

    def line_in(self, place: Place) -> int:
        """Return the first line of a chunk that says it, from 1.

        Args:
            place: One of those chunks.

        Returns:
            The line; 0 where all lines say it alike.
        """
        for where in self._where:
            if _pattern(where).search(place.path) and (line := _line(where, place)):
                return line if where.headings or where.lines else 0
        return 0


def _uppermost(where: Where, paths: Iterable[str]) -> Iterator[list[str]]:
    """Yield the files that may say it, of those in the fewest folders: documentation comes last."""
    found = sorted((*_depths(path), path) for path in filter(_pattern(where).search, paths))
    top = (each for each in found if each[0] == found[0][0])
    return ([path for _, _, path in same] for _, same in groupby(top, itemgetter(1)))


def _pattern(where: Where) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/)(?:{where.paths})$", re.IGNORECASE)


def _depths(path: str) -> tuple[int, int]:
    """Count the folders that a file is in: without those of documentation, and all."""
    return _DOCUMENTATION.sub("", path).lstrip("/").count("/"), path.count("/")


def _line(where: Where, place: Place) -> int:
    """Return the first line of a chunk that says it, from 1; 0 if none does."""
    lines = place.text.split("\n")
    says = re.compile(where.headings or where.lines, re.IGNORECASE)
    texts = _headings(lines) if where.headings else enumerate(lines)
    find = says.search if where.headings else says.match
    said = (number for number, text in texts if find(text) and not _NO_TEXT.match(text))
    number = next(said, None)
    return 0 if number is None else place.start_line + number


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the headings among lines, each with its index."""
    for number, line in enumerate(lines):
        above = lines[number - 1].strip() if number else ""
        if above and _UNDERLINE.match(line) and len(line) + 1 >= len(above):
            yield number - 1, above
        elif marked := _MARKED.match(line):
            yield number, marked[1]


def _asked_for(text: str) -> Matter | None:
    """Return what a question asks of a project."""
    typed = [words.joined_term(text[start:end]) for start, end in words.spans(text[:_CHARACTERS])]
    if not 0 < len(typed) <= _LONGEST or (len(typed) == 1 and not _UNSPACED.match(typed[0])):
        return None
    idle = stop_words(question_language(text)) | stop_words("en") | _folded(FILLERS)
    versions = _folded(VERSIONS)
    for matter in MATTERS:
        told, hints = _folded(matter.words), _folded(matter.hints)
        known = told | hints | versions | idle
        if all(_is_made_of(word, known) for word in typed):
            hinted = _count(typed, hints)
            if _count(typed, told) or (hinted and hinted + _count(typed, versions) > 1):
                return matter
    return None


@cache
def _folded(listed: str) -> frozenset[str]:
    return frozenset(map(words.joined_term, listed.split()))


def _count(typed: Iterable[str], known: frozenset[str]) -> int:
    """Count the known words; in scripts without spaces also those inside a sentence."""
    return sum(
        sum(each in word for each in known) if _UNSPACED.match(word) else word in known
        for word in typed
    )


def _is_made_of(word: str, known: frozenset[str]) -> bool:
    """Tell whether a word is known; in scripts without spaces, whether it is made of known ones."""
    if word in known or not _UNSPACED.fullmatch(word):
        return word in known
    ends = {0}
    for end in range(1, len(word) + 1):
        ends |= {end for start in list(ends) if word[start:end] in known}
    return len(word) in ends
