"""Defines what a walk yields: files to index, and what is skipped, with the reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A regular file to be indexed.

    Attributes:
        path: Relative to the root, "/" between parts, undecodable bytes as surrogate escapes.
        size: In bytes.
        mtime_ns: Time of the last change of the content, in nanoseconds; programs may set it.
        ctime_ns: Time of the last change of content, name or permissions, which no program can set;
            on Windows, time of creation.
        inode: The number of the file on its file system; None if it is not known.

    Times beyond signed 64 bits are clamped.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that no rule ignores, but that is not indexed for another reason.

    Attributes:
        path: As in `File`; a folder stands for everything in it.
        reason: A short phrase, lower case, such as `symbolic link`.
        size, mtime_ns: As in `File`; 0 if not known.
    """

    path: str
    reason: str
    size: int = 0
    mtime_ns: int = 0


LARGEST = 2**63 - 1


def clamped(number: int) -> int:
    """Clamp a number to signed 64 bits: some file systems have dates beyond 1677 and 2262."""
    if -LARGEST <= number <= LARGEST:
        return number
    return LARGEST if number > 0 else -LARGEST
