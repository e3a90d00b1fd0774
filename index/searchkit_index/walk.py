"""Which files below a folder are to be searched, and why others are not."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchkit_index.errors import RootError


@dataclass(frozen=True, slots=True)
class File:
    """A regular file to be searched.

    Attributes:
        path: Relative to the root, "/" between parts, undecodable bytes as surrogate escapes.
        size: In bytes.
        mtime_ns: Time of the last change, in nanoseconds.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that no rule ignores and that is not searched all the same.

    Attributes:
        path: As in `File`.
        reason: A short phrase, lower case, such as `symbolic link`.
        size: In bytes; 0 when not known.
        mtime_ns: Time of the last change; 0 when not known.
    """

    path: str
    reason: str
    size: int = 0
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What the caller adds to the ignore files; globs are in the syntax of `.gitignore`.

    Attributes:
        include: Wins over every ignore file.
        exclude: Wins over everything.
        max_bytes: Larger files are skipped.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_bytes: int = 1_000_000


def larger_than(limit: int) -> str:
    """Say that a file passes `limit` bytes."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if limit >= size:
            return f"larger than {limit / size:g} {unit}"
    return f"larger than {limit} bytes"


def walk(root: Path, rules: Rules) -> Iterator[File | Skipped]:
    """Yield the files below `root`, sorted by path.

    Raises:
        RootError: `root` is missing, not a folder, or cannot be read.
    """
    if not root.is_dir():
        raise RootError(f"`{root}` is not a folder", "name a folder that exists")
    stack = [(root, "")]
    while stack:
        folder, prefix = stack.pop()
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    stack.append((Path(entry.path), path + "/"))
                continue
            state = entry.stat(follow_symlinks=False)
            if not stat.S_ISREG(state.st_mode):
                yield Skipped(path, "not a regular file")
            elif state.st_size > rules.max_bytes:
                reason = larger_than(rules.max_bytes)
                yield Skipped(path, reason, state.st_size, state.st_mtime_ns)
            else:
                yield File(path, state.st_size, state.st_mtime_ns)


def explain(root: Path, path: str, rules: Rules) -> str | None:
    """Say in words why `path` below `root` is not walked; None when it is."""
    found = next((entry for entry in walk(root, rules) if entry.path == path), None)
    return found.reason if isinstance(found, Skipped) else None
