"""Opens regular files only, so that no reader waits for a pipe or a device."""

import errno
import os
import stat
from io import FileIO
from pathlib import Path

# A longer file, in bytes, counts as absent: nobody writes such ignore files, and git has a limit.
LONGEST = 2_000_000

# The reasons why a path cannot be read, by the number of the error.
_REASONS = {
    errno.ENAMETOOLONG: "path too long for the system",
    errno.EIO: "unreadable: the disk gives an error",
    errno.ESTALE: "unreadable: the server of the folder gives an error",
}


def unreadable(error: OSError | ValueError) -> str:
    """Return the reason why a file or folder cannot be read, as a short phrase."""
    return _REASONS.get(getattr(error, "errno", None) or 0, "unreadable")


def open_regular(path: bytes | str | Path, *, follow: bool, folder: int | None = None) -> FileIO:
    """Open a regular file, unbuffered; never wait for a pipe or a device.

    Args:
        path: Relative to `folder`, or absolute.
        follow: Whether it may be a link.
        folder: The descriptor of an open folder; None for the current one.

    Returns:
        The open file.

    Raises:
        OSError: It cannot be opened, is no regular file, or is a link and `follow` is false.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    stream = FileIO(os.open(path, flags, dir_fd=folder))
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError("not a regular file")
    return stream


def bytes_of(path: bytes | Path, *, follow: bool = True, most: int = LONGEST) -> bytes:
    """Read a file; return b"" if it is absent, unreadable, not regular, or over `most` bytes."""
    try:
        with open_regular(path, follow=follow) as stream:
            return stream.readall() if os.fstat(stream.fileno()).st_size <= most else b""
    except (OSError, ValueError):  # a NUL in the path is a ValueError
        return b""
