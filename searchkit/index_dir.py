"""Where indexes live: one folder for each root, readable by its owner only."""

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

from searchkit import config
from searchkit_index.catalog.lock import writing
from searchkit_index.errors import NotIndexedError, RootError, StorageError

_BLOCK = 1 << 20  # bytes that are overwritten at once


def forget(root: str | os.PathLike[str]) -> None:
    """Erase the index of a folder, which may itself be gone already.

    What its files held is overwritten; what a file system keeps of older blocks (snapshots, spare
    blocks of a disk) is beyond reach.

    Raises:
        NotIndexedError: There is no index of it.
        CatalogBusyError: Another process is writing to it.
    """
    folder = folder_of(Path(root).expanduser().resolve())
    if not folder.is_dir():
        raise NotIndexedError(f"`{root}` was never indexed")
    with writing(folder, wait=False):
        for path in folder.iterdir():
            if path.name != "lock":
                with contextlib.suppress(OSError):
                    _erase(path)
    # On Windows the lock file can only go once it is let go of.
    shutil.rmtree(folder, ignore_errors=True)
    if not any(other.is_dir() for other in folder.parent.iterdir()):
        (folder.parent / "key").unlink(missing_ok=True)


def _erase(path: Path) -> None:
    """Remove a file, then overwrite it: killed in between, it leaves a whole index or none."""
    with path.open("r+b", buffering=0) as stream:
        path.unlink()
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(bytes(min(left, _BLOCK)))
        os.fsync(stream.fileno())


def folder_of(root: Path) -> Path:
    """Where the index of a root lives."""
    digest = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    name = "".join(character if character.isalnum() else "-" for character in root.name)
    return config.home() / "indexes" / f"{name[:40]}-{digest}"


def catalog_of(root: Path) -> Path:
    """The catalog file of a root."""
    return folder_of(root) / "catalog.sqlite"


def resolved(path: str | os.PathLike[str]) -> Path:
    """An existing folder's real path.

    Raises:
        RootError: It is missing, or a file.
    """
    folder = Path(path).expanduser()
    try:
        folder = folder.resolve(strict=True)
    except (OSError, RuntimeError):
        raise RootError(f"there is no folder `{path}`", "check the spelling") from None
    if not folder.is_dir():
        raise RootError(f"`{path}` is a file, not a folder", f"name its folder, `{folder.parent}`")
    return folder


def make_private(folder: Path) -> None:
    """Make an index's folder, where there is none.

    Raises:
        StorageError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot make the folder `{folder}`: {error.strerror}",
            "set `SEARCHKIT_HOME` to a folder that you can write to",
        ) from error
