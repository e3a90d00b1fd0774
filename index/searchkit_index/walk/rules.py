"""Defines the rules that a caller adds to the ignore files."""

from dataclasses import dataclass

from searchkit_index.languages.language import candidates, detect
from searchkit_index.languages.row import Language
from searchkit_index.system import programs

NEEDS_TESSERACT = "a picture; needs `tesseract`"
# Documents with pictures or compressed data may be larger by this factor.
_BULK = 32


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules beside the ignore files; globs have the syntax of `.gitignore`.

    A glob that matches a folder matches everything in it.

    Attributes:
        include: Files to take in spite of ignore files and hidden names. A glob with a slash
            (`build/*.md`, `**/*.log`) also opens the ignored folders on its way; one without
            (`*.log`) does not.
        exclude: Files to leave out in any case.
        max_bytes: Larger files are skipped; documents with pictures may be larger, see `limit`.
        secrets: Whether to take files that look like keys or credentials.
        home: The folder of the indexes, which is never walked; None for none.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_bytes: int = 1_000_000
    secrets: bool = False
    home: str | None = None

    def limit(self, path: str) -> int:
        """Return the most bytes of a file with a path, by its name alone."""
        named = candidates(path) if detect(path) else ()
        bulky = any(language.bulky and _can_read(language) for language in named)
        return self.max_bytes * _BULK if bulky else self.max_bytes

    def reason_of_size(self, path: str) -> str:
        """Return the reason to skip a file that is larger than its limit."""
        known = detect(path)
        if known and known.program == "tesseract" and not _can_read(known):
            return NEEDS_TESSERACT
        return larger_than(self.limit(path))


def _can_read(language: Language) -> bool:
    """Tell whether the program that the reader of a language needs, if any, is installed."""
    return bool(language.packages or not language.program or programs.find(language.program))


def larger_than(limit: int) -> str:
    """Return the reason to skip a file that is larger than `limit` bytes."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if limit >= size:
            return f"larger than {limit / size:g} {unit}"
    return f"larger than {limit} bytes"
