"""What a walk yields: files to search, and what is skipped, with the reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A regular file to be searched.

    Attributes:
        path: Relative to the root, "/" between parts, undecodable bytes as surrogate escapes.
        size: In bytes.
        mtime_ns: Time of the last change of the content, in nanoseconds; programs may set it.
        ctime_ns: Time of the last change of content, name or rights, which none can set; on
            Windows, when it was made.
        inode: The number of the file on its file system; None where that says nothing.

    Times beyond signed 64 bits are clamped.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that no rule ignores, but that is not searched for another reason.

    Attributes:
        path: As in `File`; a folder that is not entered stands for all that is in it.
        reason: A short phrase, lower case, such as `symbolic link`.
        size, mtime_ns: As in `File`; 0 when not known.
    """

    path: str
    reason: str
    size: int = 0
    mtime_ns: int = 0


LARGEST = 2**63 - 1


def clamped(number: int) -> int:
    """Clamp a number to 64 bits: file systems date files to the years 1651 and 2300."""
    if -LARGEST <= number <= LARGEST:
        return number
    return LARGEST if number > 0 else -LARGEST
