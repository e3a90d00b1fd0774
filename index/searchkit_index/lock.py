"""One writer for each index, across processes; let go of by the system when a process is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchkit_index.errors import CatalogBusyError


@contextmanager
def writing(folder: Path, *, wait: bool) -> Iterator[None]:
    """Be the one process that writes to this index.

    Raises:
        CatalogBusyError: Another process is, and `wait` is false.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", timeout=-1 if wait else 0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise CatalogBusyError(
            "another process is writing to this index", "wait for it, and try again"
        ) from None
    try:
        yield
    finally:
        lock.release()
