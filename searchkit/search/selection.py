"""Selects the chunks of a catalog that a `Filter` lets answer.

Knows paths, languages and kinds; the catalog keeps what it names in a table for one search.
"""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from searchkit.query import KINDS, Filter, Kind
from searchkit.ranking.conventions import is_test
from searchkit_index.catalog.store import Store
from searchkit_index.errors import QueryError
from searchkit_index.walk import ignore


def selected(store: Store, filter: Filter) -> Iterator[tuple[int, str, str, str]]:
    """Select what may answer, as `Chunks.selecting` takes it.

    Args:
        store: The catalog.
        filter: Which chunks may answer.

    Yields:
        The id of a file; a kind of chunk in it, "" for any; the chunk's natural language, "" for
        any or none; a label of the languages embedded in it, "" for any.

    Raises:
        QueryError: A language is unknown.
    """
    asked = (
        languages_of(filter.languages, lambda: _indexed_languages(store))
        if filter.languages
        else None
    )
    matches, is_below = matching(filter.globs), below(filter.under)
    for id_, path, language in list(store.chunks.indexed_files()):
        if is_below(path) and matches(path):
            kinds = _kinds(filter.kinds, path)
            for kind in kinds:
                for natural in asked.natural_of(language, kind) if asked else ("",):
                    yield id_, kind, natural, ""
            for inner in inner_labels(asked, kinds):
                yield id_, "", "", inner


def _kinds(asked: Sequence[Kind], path: str) -> Sequence[Kind]:
    """List the kinds of chunks that may answer, out of one file."""
    if not asked:
        return KINDS
    if is_test(path):
        return KINDS if "test" in asked else ()
    return asked


def below(under: Sequence[str]) -> Callable[[str], bool]:
    """Make a function that tells whether a path is one of these or below one, if there are any."""
    folders = tuple(f"{path}/" for path in under)
    return lambda path: not under or path in under or path.startswith(folders)


def matching(globs: Sequence[str]) -> Callable[[str], bool]:
    """Make a function that tells whether globs let a path answer; without globs any may.

    The last glob that matches the path, or else the nearest folder above it, decides. What none
    matches may answer only where all of them are negated, as in ripgrep. Letters with accents may
    be written in either form: names that macOS wrote have them in parts, keyboards type them whole.
    """
    if not globs:
        return lambda _: True
    rules = ignore.option([normalize("NFC", glob) for glob in globs], 0)
    unmatched = all(glob.startswith("!") for glob in globs)

    def matches(path: str) -> bool:
        whole, is_folder = os.fsencode(normalize("NFC", path)), False
        while whole:
            folder, _, name = whole.rpartition(b"/")
            decided = rules.decide(name, whole, is_folder)
            if decided:
                return not decided[1].negated
            whole, is_folder = folder, True
        return unmatched

    return matches


class Languages(NamedTuple):
    """What languages were asked for.

    Attributes:
        code: Names of programming languages and data formats.
        prose: Names of formats of prose.
        natural: Codes of natural languages.
    """

    code: set[str]
    prose: set[str]
    natural: set[str]

    def natural_of(self, language: str | None, kind: str) -> Collection[str]:
        """List the natural languages that chunks of this kind, in such a file, may be in.

        None of them when they may not answer; "" when they may, whatever they are written in.
        """
        if kind != "prose":
            return ("",) if language in self.whole else ()
        if language not in self.prose and (self.prose or not self.natural):
            return ()
        return self.natural or ("",)

    @property
    def whole(self) -> set[str]:
        """What may answer in whatever natural language: prose only where none was asked for."""
        return self.code | (set() if self.natural else self.prose)


def inner_labels(asked: Languages | None, kinds: Sequence[Kind]) -> list[str]:
    """List labels of embedded languages, one of which a chunk must have for a part of it to answer.

    Args:
        asked: The languages; None for any.
        kinds: Kinds of chunks; all of them for any.

    Returns:
        Texts, one of which `records.pack_inner` must have written.
    """
    if asked is None:
        return [":definition "] if "definition" in kinds and kinds != KINDS else []
    if kinds == KINDS:
        return [f" {name}:" for name in sorted(asked.whole)]
    return [f" {name}:{kind} " for name in sorted(asked.whole) for kind in kinds]


def languages_of(asked: Sequence[str], held: Callable[[], Sequence[str]]) -> Languages:
    """Find the languages that people mean, by whatever name (`py`, `c++`, `ja`); `pl` means two.

    Args:
        asked: The names.
        held: Names of the languages that are there, for the hint of an error.

    Returns:
        The languages.

    Raises:
        QueryError: One is unknown.
    """
    from searchkit_index.languages import natural
    from searchkit_index.languages.language import language_named

    found = Languages(set(), set(), set())
    for name in asked:
        language, code = language_named(name), natural.named(name)
        if language is None and code is None:
            raise _unknown(name, held())
        if language:
            (found.prose if language.kind == "prose" else found.code).add(language.name)
        if code:
            found.natural.add(code)
    return found


def _indexed_languages(store: Store) -> list[str]:
    from searchkit_index.languages.natural import NAMES

    natural = (NAMES.get(code, code) for code in store.statistics.natural_languages())
    return [*store.statistics.languages(), *natural]


def _unknown(name: str, held: Sequence[str]) -> QueryError:
    import difflib

    from searchkit_index.languages.language import LANGUAGES
    from searchkit_index.languages.natural import NAMES

    every = [*LANGUAGES, *NAMES.values()]
    near = difflib.get_close_matches(name.lower(), every, n=3, cutoff=0.7)
    hint = "did you mean" if near else "here you can ask for"
    known = ", ".join(f"`{other}`" for other in near or sorted({*held} - {"other"}))
    return QueryError(f"there is no language `{name}`", f"{hint} {known}{'?' * bool(near)}")
