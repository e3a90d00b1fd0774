"""Defines the rules that a caller adds to the ignore files."""

import re
from dataclasses import dataclass

from searchkit_index.languages.language import candidates, detect
from searchkit_index.languages.row import Language
from searchkit_index.system import programs

NEEDS_TESSERACT = "a picture; needs `tesseract`"
# Documents with pictures or compressed data may be larger by this factor.
_BULK = 32
# The beginning of a log or of much data tells what it holds, there may be hundreds of them, and a
# megabyte takes some 20 s; a mailbox takes fifteen times its size in memory. Of these a smaller
# part is read.
_SHARE = 10
_LOG = re.compile(r"\.log\b[^/]*\Z", re.IGNORECASE)  # also `app.log.1`


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules beside the ignore files; globs have the syntax of `.gitignore`.

    A glob that matches a folder matches everything in it.

    Attributes:
        include: Files to take in spite of ignore files and hidden names. A glob with a slash
            (`build/*.md`, `**/*.log`) also opens the ignored folders on its way; one without
            (`*.log`) does not.
        exclude: Files to leave out in any case.
        max_bytes: Of larger texts the beginning is taken, other larger files are skipped; documents
            with pictures may be larger, see `limit`.
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

    def beginning(self, path: str, size: int) -> int:
        """Return how many bytes of a file that is too large are read.

        Args:
            path: Its path; its name alone counts.
            size: Its size, in bytes.

        Returns:
            Its limit for a text; a tenth of that for a log, for data such as a table, and for mail;
            0 for what is read as a whole or not at all.
        """
        if size <= self.max_bytes or size <= (limit := self.limit(path)):
            return 0
        known = detect(path)
        if known is None or known.kind == "code" or not known.divisible:
            return 0
        is_data = all(each.kind == "data" for each in candidates(path))
        is_smaller = is_data or known.bulky or _LOG.search(path)
        return limit // _SHARE if is_smaller else limit

    def takes_beginning(self, path: str, beginning: bytes) -> bool:
        """Tell whether a file that is too large is indexed by its beginning.

        Args:
            path: Its path.
            beginning: Its first bytes.

        Returns:
            False where the name leaves open whether it is prose, as with JSON, which may be a chat,
            and the content says that it is none.
        """
        kinds = {each.kind for each in candidates(path)}
        found = detect(path, beginning)
        return len(kinds) == 1 or (found is not None and found.kind == "prose")

    def remark(self, path: str, size: int) -> str:
        """Say that only the beginning of a file is read; "" for one that is read as a whole."""
        read = self.beginning(path, size)
        return f"{larger_than(self.limit(path))}: indexed up to {_sized(read)}" if read else ""

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
    return f"larger than {_sized(limit)}"


def _sized(count: int) -> str:
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{count / size:g} {unit}"
    return f"{count} bytes"
