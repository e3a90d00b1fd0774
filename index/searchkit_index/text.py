"""What is in a file: its bytes read safely, and its text if it has one.

Knows encodings, newlines and the marks of files that nobody wants to search. It never opens
anything but a regular file, and never reads more than it is told to.
"""

import os
import stat
from pathlib import Path

from searchkit_index.walk import File, larger_than


class Unsuitable(Exception):
    """A file that is not for searching.

    Args:
        reason: A short phrase, lower case, such as `binary`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(root: Path, file: File, limit: int) -> bytes:
    """Return the bytes of `file` below `root`.

    Raises:
        Unsuitable: It vanished, cannot be read, is no regular file, or holds over `limit` bytes.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(root / file.path, flags), "rb", buffering=0) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Unsuitable("not a regular file")
            data = bytes(stream.read(limit + 1) or b"")
    except OSError:
        raise Unsuitable("unreadable") from None
    if len(data) > limit:
        raise Unsuitable(larger_than(limit))
    return data


def decode(data: bytes) -> str:
    r"""Return the text in `data`, with every line end as "\n" and nothing else changed.

    Raises:
        Unsuitable: It is binary, minified or generated.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unsuitable("binary") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines(text: str) -> list[str]:
    r"""Split at "\n" alone; a last line end makes no empty line."""
    parts = text.split("\n")
    return parts if parts[-1] else parts[:-1]
