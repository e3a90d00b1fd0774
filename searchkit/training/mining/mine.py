"""Mines training pairs from folders: repositories of code and of documentation.

Every file gives pairs by its language: code, prose, notebooks, gettext catalogs, prose beside its
English original. What is generated is dropped, and no file and no folder may give more than its
share. The same folder always gives the same pairs, in the same order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from searchkit.training.mining.docstring import docstring_pairs
from searchkit.training.mining.document import MARKUPS, document_pairs, sections
from searchkit.training.mining.example import comment_pairs, example_pairs, notebook_pairs
from searchkit.training.mining.gettext import gettext_pairs
from searchkit.training.mining.prose import natural_language
from searchkit.training.mining.share import TESTS, Limits, Share
from searchkit.training.mining.translation import (
    english_path,
    parallel_pairs,
    path_language,
    sibling_name,
)
from searchkit.training.pair import Pair
from searchkit_index.languages.language import Language, detect
from searchkit_index.reading.text import Unsuitable, decode, read
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

_SKIPPED = (
    *("node_modules", "bower_components", "vendor", "vendored", "third_party", "third-party"),
    *("_vendor", "_vendored"),
    *("thirdparty", "external", "deps", "dist", "build", "target", "out", "__pycache__"),
    *("generated", "testdata", "fixtures", "__snapshots__", "site-packages"),
    *("*.min.js", "*.min.css", "*.pb.go", "*_pb2.py", "*.g.dart", "*.freezed.dart"),
    *("*.Designer.cs", "CHANGELOG*", "changelog*", "CHANGES*", "HISTORY*", "LICENSE*"),
    *("release-notes", "releasenotes"),
)
# Functions that mine a format, given a text and the language that its path names.
_FORMATS: dict[str, Callable[[str, str], Iterator[Pair]]] = {
    "notebook": lambda text, _: notebook_pairs(text),
    "gettext": gettext_pairs,
}
_LARGEST_FILE = 4_000_000


def pairs_of(path: str, text: str, language: Language) -> Iterator[Pair]:
    """Yield the pairs of one file.

    Args:
        path: Its path; names the natural language of a document, as `docs/fr/intro.md` does.
        text: What it holds.
        language: Its language.

    Yields:
        Pairs of every kind that such a file gives; none for data.
    """
    if language.kind == "code":
        yield from docstring_pairs(text, language)
        yield from comment_pairs(text, language.name)
    elif language.name in MARKUPS:
        found = sections(text, language.name)
        yield from document_pairs(found, path_language(path))
        yield from example_pairs(found)
    elif language.name in _FORMATS:
        yield from _FORMATS[language.name](text, path_language(path))


def mine(folder: Path, others: Sequence[Path], limits: Limits) -> list[Pair]:
    """Mine a folder.

    Args:
        folder: A repository. Its name may tell a language, as of `de.site`.
        others: Folders of which one may hold the English text: the one named `site`.
        limits: How much one file and the folder may give.

    Returns:
        Its pairs, in an order that is always the same.

    Raises:
        RootError: The folder is missing or cannot be read.
    """
    siblings = _siblings(folder, others)
    share = Share(limits)
    paths = _paths(folder)
    originals = _originals(folder, paths, *siblings)
    for path in sorted(paths, key=_shuffled):
        code = detect(path)
        if code is None or share.is_full(path, code.name) or not (text := _text(folder, path)):
            continue
        found = list(pairs_of(f"{siblings[0]}/{path}", text, code))
        if path in originals and code.name in MARKUPS:
            language, original = originals[path]
            found += _parallel(text, _text(*original), code.name, language)
        share.take(path, code.name, found)
    return share.taken


def _siblings(folder: Path, folders: Iterable[Path]) -> tuple[str, list[Path]]:
    """Read the language off a folder's name, and find folders that may hold the English text."""
    name, language = sibling_name(folder.name.rpartition("+")[2])
    found = [other for other in folders if name and other.name.rpartition("+")[2] == name]
    return language, found


def _parallel(text: str, original: str, markup: str, language: str) -> Iterator[Pair]:
    """Yield pairs of two documents; `text` may be the English one (`a.en.md` and `a.md`)."""
    if language == "en":
        text, original, language = original, text, natural_language(original)
    if language not in ("", "en"):
        yield from parallel_pairs(text, original, markup, language)


def _originals(
    folder: Path, paths: Sequence[str], language: str, others: Iterable[Path]
) -> dict[str, tuple[str, tuple[Path, str]]]:
    """Find for each translated document its language, and folder and path of the English one."""
    known = frozenset(paths)
    found = {path: (path_language(path), (folder, english_path(path, known))) for path in paths}
    beside = {path: place for path, place in found.items() if place[1][1]}
    shared = {other: known.intersection(_paths(other)) for other in others}
    best = max(shared, key=lambda other: len(shared[other]), default=folder)
    return {path: (language, (best, path)) for path in shared.get(best, ())} | beside


def _paths(folder: Path) -> list[str]:
    rules = Rules(exclude=_SKIPPED, max_bytes=_LARGEST_FILE)
    return [found.path for found in walk(folder, rules) if isinstance(found, File)]


def _shuffled(path: str) -> tuple[bool, bytes]:
    """Return a sort key that is always the same and favours no folder; tests come last."""
    digest = blake2b(path.encode(errors="surrogateescape"), digest_size=8).digest()
    return bool(TESTS.search(path)), digest


def _text(folder: Path, path: str) -> str:
    """Read the text of a file; empty where it is binary, generated or minified."""
    try:
        return decode(read(folder, File(path, 0, 0), _LARGEST_FILE))
    except Unsuitable:
        return ""
