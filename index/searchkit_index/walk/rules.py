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
_LOG = re.compile(r"\.(?:log\b[^/]*|\d)\Z", re.IGNORECASE)  # also `app.log.1` and `syslog.1`
# Other names that logs have: `messages`, `catalina.out`.
_PLAIN_NAME = re.compile(r"(?:\A|/)[^./]+(?:\.(?:out|err|[\d_-]+))*\Z", re.IGNORECASE)
# The time of day in a line of a log, or the seconds that a kernel or a proxy counts. Of the first
# lines a quarter must have one: between them may be traces of a stack.
_MOMENT = re.compile(rb"\b\d?\d:\d\d:\d\d\b|^\[? *\d+\.\d{3,6}\b")
_LOOKED_AT = 8192  # bytes


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
            Its limit for a text; a tenth of that for a log, for data such as a table, for mail, and
            for a name without an ending; 0 for what is read as a whole or not at all.
        """
        if size <= self.max_bytes or size <= (limit := self.limit(path)):
            return 0
        known, is_log = detect(path), _LOG.search(path)
        if known is None:
            return limit // _SHARE if is_log or _PLAIN_NAME.search(path) else 0
        if known.kind == "code" or not known.divisible:
            return 0
        is_data = all(each.kind == "data" for each in candidates(path))
        return limit // _SHARE if is_data or known.bulky or is_log else limit

    def takes_beginning(self, path: str, beginning: bytes) -> bool:
        """Tell whether a file that is too large is indexed by its beginning.

        Args:
            path: Its path.
            beginning: Its first bytes.

        Returns:
            False where the name leaves open whether it is prose, as with JSON, which may be a chat,
            and the content says that it is none, nor a log.
        """
        kinds = {each.kind for each in candidates(path)}
        found = detect(path, beginning)
        if found is None:
            return _is_log(beginning[:_LOOKED_AT])
        return len(kinds) == 1 or found.kind == "prose"

    def remark(self, path: str, size: int) -> str:
        """Say that only the beginning of a file is read; "" for one that is read as a whole."""
        read = self.beginning(path, size)
        if not read:
            return ""
        lost = ", without its newest lines" if _LOG.search(path) or detect(path) is None else ""
        return f"{larger_than(self.limit(path))}: indexed up to {_sized(read)}{lost}"

    def reason_of_size(self, path: str) -> str:
        """Return the reason to skip a file that is larger than its limit."""
        known = detect(path)
        if known and known.program == "tesseract" and not _can_read(known):
            return NEEDS_TESSERACT
        return larger_than(self.limit(path))


def _is_log(head: bytes) -> bool:
    """Tell whether lines have times, as those of a log."""
    lines = head.split(b"\n")
    return 4 * sum(map(bool, map(_MOMENT.search, lines))) >= len(lines)


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
