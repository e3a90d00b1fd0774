"""Reads what `git diff` and `git log` print with `-U0`: which lines of which files, and where."""

import os
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
# A changed line that begins a definition in one of the usual languages.
_DEFINITION = re.compile(
    rb"[+-]\s*((?:(?:export|default|public|private|protected|internal|pub(?:\([a-z]+\))?|static"
    rb"|async|abstract|final|open|sealed|data|override|unsafe|extern|const|inline|local) +)*"
    rb"(?:def|class|func|fn|fun|function|struct|enum|interface|trait|impl|protocol|module|type)"
    rb" +[\w(<].*)"
)
_DEFINITIONS, _DEFINED = 20, 200  # of a hunk that count, and bytes of a line that are looked at
_ESCAPE = re.compile(rb"\\(?:([0-7]{3})|(.))", re.DOTALL)
_ESCAPED = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))

_LONGEST = 1 << 16  # bytes of a line that count; a path has fewer

OPTIONS = (
    *("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames"),
    f"-O{os.devnull}",  # no file with an order of files is read
    *("--ignore-submodules=all", "--relative", "--src-prefix=a/", "--dst-prefix=b/"),
)
"""What git is to be told, whatever its configuration says, to print paths as they are read here."""

MARK = b"\x01"
"""What a line with the id of a commit begins with, as `--format=%x01%H` writes it."""


class Hunk(NamedTuple):
    """Lines that were changed together.

    Attributes:
        commit: The id of the commit, "" in a diff.
        path: The path of the file, relative to the folder in which git ran; its old path if it is
            gone.
        first: The first line that was added or changed; where lines were removed, the line before.
        last: The last line that was added or changed; where lines were removed, the line after.
        headings: The line that begins the definition around it according to git, if there is one;
            then changed lines that begin definitions.
    """

    commit: str
    path: str
    first: int
    last: int
    headings: tuple[str, ...]


def hunks(stream: IO[bytes]) -> Iterator[Hunk]:
    """Read the hunks of a patch without context, in order, also of a long one, line by line."""
    commit = path = before = ""
    lines = _lines(stream)
    for line in lines:
        if line.startswith(MARK):
            commit = line[1:].strip().decode(errors="replace")
        elif line.startswith(b"--- "):
            before = _path(line[4:], b"a/")
        elif line.startswith(b"+++ "):
            path = _path(line[4:], b"b/") or before
        elif hunk := _HUNK.match(line):
            removed, first, added = (int(count) if count else 1 for count in hunk.groups()[:3])
            last = first + (added - 1 if added else 1)
            headings = [hunk[4], *_definitions(lines, removed + added)]
            decoded = (heading.decode(errors="replace").strip() for heading in headings)
            yield Hunk(commit, path, first, last, tuple(filter(None, decoded)))


def _definitions(lines: Iterator[bytes], left: int) -> list[bytes]:
    """Read so many changed lines of a hunk; return the first of those that begin definitions."""
    found: list[bytes] = []
    while left and (line := next(lines, b"")):
        left -= not line.startswith(b"\\")  # `\ No newline at end of file`
        definition = _DEFINITION.match(line[:_DEFINED])
        if definition and len(found) < _DEFINITIONS:
            found.append(definition[1])
    return found


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the beginnings of lines: a file may be one line of any length."""
    while line := stream.readline(_LONGEST):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST)
        yield line


def _path(written: bytes, prefix: bytes) -> str:
    """Read the path in a header of a patch; "" for the file that is not there."""
    name = written.rstrip(b"\n").rstrip(b"\t")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return os.fsdecode(name.removeprefix(prefix)) if name != b"/dev/null" else ""


def _unescaped(match: "re.Match[bytes]") -> bytes:
    octal, character = match.groups()
    return bytes([int(octal, 8) if octal else _ESCAPED.get(character[0], character[0])])
