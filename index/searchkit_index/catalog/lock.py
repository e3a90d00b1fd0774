"""Lets one process at a time write to an index; the system frees the lock of a killed process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchkit_index.errors import CatalogBusyError, StorageError


def lock_of(folder: Path) -> Path:
    """Return the file that is locked while an index folder is written to, beside that folder."""
    return folder.with_name(f"{folder.name}.lock")


@contextmanager
def writing(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock of an index's writer.

    Args:
        folder: The index folder.
        wait: Whether to wait for another process that holds it.

    Yields:
        Once, while the lock is held.

    Raises:
        CatalogBusyError: Another process holds it, and `wait` is false.
        StorageError: The index folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    path = lock_of(folder)
    lock = FileLock(path, timeout=-1 if wait else 0, mode=0o600)
    try:
        lock.acquire()
        while not path.exists():  # its last holder erased the index, and the lock with it
            lock.release()
            lock.acquire()
    except Timeout:
        raise CatalogBusyError(
            "another process is writing to this index", "wait for it, and try again"
        ) from None
    except OSError as error:
        raise StorageError(
            f"cannot write to `{path}`: {error.strerror}",
            "check who owns it and whether there is room, or set `SEARCHKIT_HOME`",
        ) from error
    try:
        yield
    finally:
        lock.release()
