"""One writer for each index, across processes; let go of by the system when a process is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchkit_index.errors import CatalogBusyError, StorageError


@contextmanager
def writing(folder: Path, *, wait: bool) -> Iterator[None]:
    """Be the one process that writes to this index.

    Raises:
        CatalogBusyError: Another process is, and `wait` is false.
        StorageError: The index folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", timeout=-1 if wait else 0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise CatalogBusyError(
            "another process is writing to this index", "wait for it, and try again"
        ) from None
    except OSError as error:
        raise StorageError(
            f"cannot write to `{folder}`: {error.strerror}",
            "check who owns it and whether there is room, or set `SEARCHKIT_HOME`",
        ) from error
    try:
        yield
    finally:
        lock.release()
