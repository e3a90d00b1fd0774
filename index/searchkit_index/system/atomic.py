"""Writes files as a whole or not at all."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Seconds after which nobody writes a temporary file any more.
_ABANDONED = 86_400


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target` that takes its place when the block ends well.

    The new file is on the disk before it has the name, so that a crash leaves the old one or the
    new one. It is readable by its owner only. An error in the block leaves `target` as it was.

    Args:
        target: The file to write; its folder exists.

    Yields:
        The temporary path.

    Raises:
        OSError: The folder cannot be written to, or the disk is full.
    """
    handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        yield temporary
        os.fsync(handle)
        temporary.replace(target)
    finally:
        os.close(handle)
        temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a text in UTF-8 as the whole of a file; see `replacing`.

    Args:
        target: The file; its folder exists.
        text: What it is to hold.

    Raises:
        OSError: The folder cannot be written to, or the disk is full.
    """
    with replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def remove_abandoned(folder: Path) -> None:
    """Remove temporary files (`*.tmp`) that killed writers left more than a day ago.

    Args:
        folder: A folder in which only this program writes.
    """
    for left in folder.glob("*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > _ABANDONED:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def create_private(path: Path) -> None:
    """Make an empty file for its owner only, where there is none.

    An existing file is not opened: closing it would drop every lock that SQLite holds on it in this
    process, and others would remove its journal.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
