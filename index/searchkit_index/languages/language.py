"""Recognises the language of a file by its name and its first bytes."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

from searchkit_index.languages.row import Language
from searchkit_index.languages.table import LANGUAGES

__all__ = ["LANGUAGES", "Language", "candidates", "detect", "is_test", "language_named"]

_BY_SUFFIX = {suffix: language for language in LANGUAGES.values() for suffix in language.suffixes}
# The last parts of suffixes that contain a dot: `php` of `blade.php`.
_ENDS_OF_DOUBLE = {suffix.rpartition(".")[2] for suffix in _BY_SUFFIX if "." in suffix}
_BY_FILE = {file: language for language in LANGUAGES.values() for file in language.files}
_BY_INTERPRETER = {
    interpreter: language
    for language in LANGUAGES.values()
    for interpreter in language.interpreters
}
_WITH_INTERPRETER = tuple(dict.fromkeys(_BY_INTERPRETER.values()))
_BY_ALIAS = {alias: language for language in LANGUAGES.values() for alias in language.aliases}

# By suffix, the languages that claim some of its files, with a pattern of the first bytes.
_CLAIMS: dict[str, list[tuple[re.Pattern[bytes], Language]]] = {}
for _language in LANGUAGES.values():
    for _suffix, _pattern in _language.claims:
        _CLAIMS.setdefault(_suffix, []).append((re.compile(_pattern, re.MULTILINE), _language))
# Suffixes of copies and templates; the suffix before them names the language.
_COPY_SUFFIXES = frozenset(
    ["in", "example", "sample", "dist", "default", "template", "orig", "bak", "old"]
)
_VERSION = re.compile(r"[\d.]+$")
_STEM = re.compile(r"[.-]")  # what parts `Dockerfile` from what follows it
_HEAD = 4096  # bytes of a file that are looked at
_HEADER = 65_536  # and of a header, which may begin with pages of comments and macros


def detect(path: str, data: bytes = b"") -> Language | None:
    """Recognise the language of a file.

    Args:
        path: Any path; only its last part counts.
        data: The content of the file. Its beginning tells the language by the `#!` line, or if the
            name has no suffix (mail in a Maildir) or one that languages share (C and C++).

    Returns:
        The language; None for plain text.
    """
    found, head = _by_name(_name(path)), data[:_HEAD]
    if found is None and head.startswith(b"#!"):
        return _by_interpreter(head)
    suffix = "" if found is None else path.rpartition(".")[2].lower()
    head = data[:_HEADER] if suffix == "h" else head
    claims = _CLAIMS.get(suffix, ())
    return next((other for pattern, other in claims if pattern.search(head)), found)


def candidates(path: str) -> tuple[Language, ...]:
    """List all languages that `detect` may give for a path, whatever the file holds."""
    file = _name(path)
    suffix = file.rpartition(".")[2].lower()
    if (
        suffix in _BY_SUFFIX
        and suffix not in _ENDS_OF_DOUBLE
        and file not in _BY_FILE
        and len(suffix) < len(file)
    ):
        return _of_suffix(suffix)
    found = _by_name(file)
    return (found,) if found else (*_WITH_INTERPRETER, *(each for _, each in _CLAIMS.get("", ())))


@cache
def _of_suffix(suffix: str) -> tuple[Language, ...]:
    return (_BY_SUFFIX[suffix], *(other for _, other in _CLAIMS.get(suffix, ())))


def is_test(path: str) -> bool:
    """Tell whether a file's name is one that its language gives to tests; folders do not count."""
    file = _name(path)
    found = _by_name(file)
    return found is not None and any(fnmatchcase(file, pattern) for pattern in found.tests)


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _by_name(file: str) -> Language | None:
    found = _BY_FILE.get(file) or _by_suffix(file)
    if found:
        return found
    original, _, suffix = file.rpartition(".")
    if original and suffix.lower() in _COPY_SUFFIXES:
        return _by_name(original)
    return _BY_FILE.get(_STEM.split(file, 1)[0])


def _by_suffix(file: str) -> Language | None:
    stem, _, suffix = file.lower().rpartition(".")
    double = f"{stem.rpartition('.')[2]}.{suffix}" if suffix in _ENDS_OF_DOUBLE else ""
    return (_BY_SUFFIX.get(double) or _BY_SUFFIX.get(suffix)) if stem else None


def _by_interpreter(head: bytes) -> Language | None:
    for word in head[2:].partition(b"\n")[0].decode("utf-8", "replace").split():
        program = word.rpartition("/")[2]
        if program != "env" and not program.startswith("-") and "=" not in program:
            return _BY_INTERPRETER.get(program) or _BY_INTERPRETER.get(_VERSION.sub("", program))
    return None


def language_named(text: str) -> Language | None:
    """Return the language with a name, alias or suffix (`py`, `.rs`); None if there is none."""
    name = text.strip().lower()
    return LANGUAGES.get(name) or _BY_ALIAS.get(name) or _BY_SUFFIX.get(name.removeprefix("."))


def without_parser(names: Iterable[str]) -> list[str]:
    """List the languages among some whose grammar is not installed, or does not load."""
    known = (LANGUAGES[name] for name in names if name in LANGUAGES)
    return [each.name for each in known if each.grammar and each.parser() is None]
