"""Finds where indexes live: a folder for each indexed root, readable by its owner only."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from searchkit import config
from searchkit.printable import encodable, shell_word
from searchkit_index.errors import NotIndexedError, SearchkitError, StorageError
from searchkit_index.system import private


def folder_of(root: Path) -> Path:
    """Find where the index of a root lives."""
    digest = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    name = "".join(character if character.isalnum() else "-" for character in root.name)
    return config.home() / "indexes" / f"{name[:40]}-{digest}"


def catalog_of(root: Path) -> Path:
    """Find the catalog file of a root."""
    return folder_of(root) / "catalog.sqlite"


def cache_path() -> Path:
    """Find the file of the vectors that all indexes share."""
    return config.home() / "vectors.sqlite"


def make_private(folder: Path) -> None:
    """Make an index's folder, where there is none, for its owner only.

    Args:
        folder: The folder.

    Raises:
        StorageError: It cannot be made, something else has its name, or its name is no UTF-8, which
            FAISS cannot write to.
    """
    if encodable(str(folder)) != str(folder):
        raise StorageError(
            f"the name of the folder `{folder}` is no UTF-8",
            "set `SEARCHKIT_HOME` to another folder",
        )
    try:
        private.make_folder(folder)
    except OSError as error:
        way = (each for each in (folder, *folder.parents) if config.home() in each.parents)
        if other := next((each for each in way if each.is_symlink() or each.is_file()), None):
            raise in_the_way(other) from error
        raise StorageError(
            f"cannot make the folder `{folder}`: {error.strerror}",
            "set `SEARCHKIT_HOME` to a folder that you can write to",
        ) from error


def in_the_way(path: Path) -> StorageError:
    """Make the error that something stands where the folder of an index belongs."""
    return StorageError(f"`{path}` is in the way of an index", f"type `rm {shell_word(path)}`")


def catalogs() -> list[Path]:
    """Find the catalog files of all indexes.

    Returns:
        The files, also of indexes that may not be looked into.

    Raises:
        PermissionError: The folder that they are in may not be looked into.
    """
    return [folder / "catalog.sqlite" for folder in folders() if _may_hold(folder)]


def folders() -> list[Path]:
    """Find the folders of all indexes.

    Returns:
        The folders, by name.

    Raises:
        PermissionError: The folder that they are in may not be looked into.
    """
    try:
        return sorted(each for each in (config.home() / "indexes").iterdir() if each.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def obstacles() -> list[Path]:
    """Find what stands where folders of indexes belong, and is none.

    Returns:
        Files and broken links, by name.

    Raises:
        PermissionError: The folder that they are in may not be looked into.
    """
    home = config.home() / "indexes"
    if not home.is_dir():
        return [home] if os.path.lexists(home) else []
    ours = ("key", "*.lock")
    found = (each for each in home.iterdir() if not any(map(each.match, ours)))
    return sorted(each for each in found if not each.is_dir())


def _may_hold(folder: Path) -> bool:
    return not os.access(folder, os.X_OK) or (folder / "catalog.sqlite").exists()


def indexed_roots() -> list[Path]:
    """Return every folder that has an index and is still there, by path."""
    found = (root for _, root in _catalogs_with_roots() if isinstance(root, Path))
    return sorted(root for root in found if root.is_absolute() and root.is_dir())


def unopened() -> dict[Path, SearchkitError]:
    """Find the indexes that cannot be opened, by their folders, since their roots are unknown."""
    return {
        catalog.parent: fault
        for catalog, fault in _catalogs_with_roots()
        if isinstance(fault, SearchkitError) and not isinstance(fault, NotIndexedError)
    }


def _catalogs_with_roots() -> Iterator[tuple[Path, Path | SearchkitError]]:
    from searchkit_index.catalog.store import Store

    for catalog in catalogs():
        try:
            with contextlib.closing(Store(catalog)) as store:
                yield catalog, Path(store.get("root") or "")
        except SearchkitError as fault:
            yield catalog, fault
