"""Erases indexes: what they held is overwritten, and nothing of them is left behind."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from searchkit import config
from searchkit.indexes.home import cache_path, folder_of, folders
from searchkit.indexes.location import expanded, in_other_normal_form
from searchkit.printable import shell_word
from searchkit.wording import amount
from searchkit_index.catalog.lock import lock_of, writing
from searchkit_index.errors import NotIndexedError, SearchkitError, StorageError

_BLOCK = 1 << 20  # bytes that are overwritten at once


def forget(root: str | os.PathLike[str]) -> None:
    """Erase the index of a folder, which may itself be gone already.

    What its files held is overwritten, and so are the shared vectors of texts that no other index
    has held; what a file system keeps of older blocks (snapshots, spare blocks of a disk) is beyond
    reach.

    Args:
        root: The folder.

    Raises:
        NotIndexedError: There is no index of it.
        CatalogBusyError: Another process is writing to it.
        StorageError: A file of it, or the shared vectors, cannot be written to.
    """
    folder = next((each for each in _folders_of(root) if each.is_dir()), None)
    if folder is None:
        raise NotIndexedError(f"`{root}` was never indexed", "type `searchkit list` to see what is")
    _forget(folder)


def forget_all() -> int:
    """Erase every index, and the vectors that they shared.

    Returns:
        How many there were.

    Raises:
        StorageError: An index cannot be erased, or another process is writing to it; all others
            are erased. Or the shared vectors cannot be written to.
        PermissionError: The folder that they are in may not be looked into.
    """
    found = [folder for folder in folders() if not folder.is_symlink()]
    errors = []
    for folder in found:
        try:
            _forget(folder)
        except SearchkitError as error:
            errors.append(error)
    if errors:
        number = f"{len(errors)} of {amount(len(found), 'index', 'indexes')}"
        raise StorageError(f"{number} cannot be erased: {errors[0].message}", errors[0].hint)
    for path in config.home().glob(f"{cache_path().name}*"):
        _erase(path)
    return len(found)


def _folders_of(root: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield where the index of a folder may be; the folder may be a link by now, or unreadable."""
    whole = Path(os.path.abspath(expanded(root)))  # noqa: PTH100 -- no link is followed
    yield folder_of(whole)
    yield folder_of(Path(os.path.realpath(whole.parent)) / whole.name)
    yield folder_of(Path(os.path.realpath(whole)))
    if (other := in_other_normal_form(whole)) is not None:
        yield folder_of(other.resolve())


def _forget(folder: Path) -> None:
    with writing(folder, wait=False):
        try:
            _forget_vectors(folder)
        except StorageError:  # on a full disk the files of the index make room for that
            _erase_files(folder)
            _forget_vectors(folder)
        _erase_files(folder)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise _left(folder)
        with contextlib.suppress(OSError):
            lock_of(folder).unlink()
    with contextlib.suppress(OSError):  # on Windows the lock can only go once it is let go of
        lock_of(folder).unlink()
    if not any(other.is_dir() for other in folder.parent.iterdir()):
        (folder.parent / "key").unlink(missing_ok=True)


def _left(folder: Path) -> StorageError:
    hint = f"type `chmod -R u+rwX {shell_word(folder)}`, and try again"
    return StorageError(f"`{folder}` cannot be erased", hint)


def _forget_vectors(folder: Path) -> None:
    from searchkit_index.vector_cache import VectorCache

    with contextlib.closing(VectorCache(cache_path(), sys.maxsize)) as cache:
        cache.forget(folder.name)


def _erase_files(folder: Path) -> None:
    for path in list(folder.rglob("*")):
        with contextlib.suppress(OSError):
            _erase(path)


def _erase(path: Path) -> None:
    """Remove a file, then overwrite it: killed in between, it leaves a whole index or none."""
    with path.open("r+b", buffering=0) as stream:
        path.unlink()
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(bytes(min(left, _BLOCK)))
        os.fsync(stream.fileno())
