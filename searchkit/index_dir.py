"""Finds the folder that each index lives in, readable by its owner only."""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from searchkit import config
from searchkit.printable import shell_word
from searchkit_index import private
from searchkit_index.catalog.lock import lock_of, writing
from searchkit_index.errors import NotIndexedError, RootError, SearchkitError, StorageError

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
        CatalogBusyError: Another process is writing to one of them.
    """
    folders = [each for each in (config.home() / "indexes").glob("*/") if not each.is_symlink()]
    for folder in folders:
        _forget(folder)
    for path in config.home().glob(f"{cache_path().name}*"):
        _erase(path)
    return len(folders)


def _forget(folder: Path) -> None:
    from searchkit_index.vector_cache import VectorCache

    with writing(folder, wait=False):
        with contextlib.closing(VectorCache(cache_path(), sys.maxsize)) as cache:
            cache.forget(folder.name)
        for path in list(folder.rglob("*")):
            with contextlib.suppress(OSError):
                _erase(path)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            lock_of(folder).unlink()
    with contextlib.suppress(OSError):  # on Windows the lock can only go once it is let go of
        lock_of(folder).unlink()
    if not any(other.is_dir() for other in folder.parent.iterdir()):
        (folder.parent / "key").unlink(missing_ok=True)


def _folders_of(root: str | os.PathLike[str]) -> Iterator[Path]:
    """List where the index of a folder may be, which may be a link by now, or unreadable."""
    whole = Path(os.path.abspath(_expanded(root)))  # noqa: PTH100 -- no link is followed
    yield folder_of(whole)
    yield folder_of(Path(os.path.realpath(whole.parent)) / whole.name)
    yield folder_of(Path(os.path.realpath(whole)))
    if (other := _in_other_form(whole)) is not None:
        yield folder_of(other.resolve())


def _erase(path: Path) -> None:
    """Remove a file, then overwrite it: killed in between, it leaves a whole index or none."""
    with path.open("r+b", buffering=0) as stream:
        path.unlink()
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(bytes(min(left, _BLOCK)))
        os.fsync(stream.fileno())


def folder_of(root: Path) -> Path:
    """Find where the index of a root lives."""
    digest = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    name = "".join(character if character.isalnum() else "-" for character in root.name)
    return config.home() / "indexes" / f"{name[:40]}-{digest}"


def cache_path() -> Path:
    """Find the file of the vectors that all indexes share."""
    return config.home() / "vectors.sqlite"


def catalog_of(root: Path) -> Path:
    """Find the catalog file of a root."""
    return folder_of(root) / "catalog.sqlite"


class Location(NamedTuple):
    """Which folder a path belongs to.

    Attributes:
        root: The nearest folder, at the path or above it, that has an index; where none has, the
            folder itself, or that of the file. Absolute, without links.
        inside: The path relative to the root, "/" between parts; empty for the root itself.
        indexed: Whether the root has an index.
    """

    root: Path
    inside: str
    indexed: bool


def locate(path: str | os.PathLike[str], *, follow: bool = True) -> Location:
    """Find which indexed folder a path belongs to.

    Args:
        path: A file or a folder.
        follow: Whether a link means what it points to; else it is looked up as itself, and need not
            be there any more.

    Returns:
        Where it is.

    Raises:
        RootError: There is no such file or folder.
    """
    start = real_path(path) if follow else _unfollowed(path)
    top = start if start.is_dir() and (follow or not start.is_symlink()) else start.parent
    for root in (top, *top.parents):
        if catalog_of(root).is_file():
            return Location(root, _inside(root, start), indexed=True)
    if not os.path.lexists(start):
        raise missing(path)
    return Location(top, _inside(top, start), indexed=False)


def _inside(root: Path, path: Path) -> str:
    inside = path.relative_to(root).as_posix()
    return "" if inside == "." else inside


def real_path(path: str | os.PathLike[str]) -> Path:
    """Make an existing path absolute and free of links.

    Args:
        path: A file or a folder; may begin with `~`.

    Returns:
        The path.

    Raises:
        RootError: There is no such file or folder.
    """
    whole = _expanded(path)
    try:
        return whole.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        if isinstance(error, PermissionError):
            raise RootError(f"`{path}` cannot be read", "check its permissions") from None
        if (found := _in_other_form(whole)) is not None:
            return found.resolve()
        raise missing(path) from None


def _in_other_form(path: Path) -> Path | None:
    """Find a path whose accents are typed whole where its name has them in parts, or the reverse.

    macOS writes names in parts, and so do archives and disks that come from there.
    """
    if str(path).isascii():
        return None
    found = Path(path.absolute().anchor)
    try:
        for part in path.absolute().parts[1:]:
            same = found / part
            if not os.path.lexists(same):
                wanted = normalize("NFC", part)
                same = next(
                    each for each in found.iterdir() if normalize("NFC", each.name) == wanted
                )
            found = same
    except (OSError, StopIteration):
        return None
    return found if found.exists() else None


def missing(path: str | os.PathLike[str]) -> RootError:
    """Make the error for a path that is not there; the hint names one like it."""
    gone = _expanded(path)
    with contextlib.suppress(OSError, SearchkitError):
        if catalog_of(gone.absolute()).exists():
            erase = f"type `searchkit forget {shell_word(gone)}` to remove its index"
            return RootError(f"the folder `{path}` is gone", erase)
    return RootError(f"there is no file or folder `{path}`", _near(gone))


def nowhere() -> NotIndexedError:
    """Make the error for no folder that can be asked: none was indexed, or all of them are gone."""
    if faults := unopened():
        fault = next(iter(faults.values()))
        return NotIndexedError(
            f"no index can be opened: {fault.message}", "type `searchkit doctor`"
        )
    if catalogs():
        return NotIndexedError("every folder that was indexed is gone", "type `searchkit list`")
    return NotIndexedError("no folder is indexed", "type `searchkit index PATH`")


def _near(missing: Path) -> str:
    """Make a hint for a path that is not there: what its name is likely a misspelling of."""
    import difflib
    from itertools import islice

    missing = missing.absolute()
    whole = (missing, *missing.parents)
    try:
        parent, wrong = next(
            (each.parent, each.name) for each in whole if each.parent.is_dir() or not each.name
        )
        names = {entry.name.lower(): entry.name for entry in islice(parent.iterdir(), 10_000)}
    except OSError:  # a name that is too long, a folder that may not be read
        return "check the spelling"
    if found := difflib.get_close_matches(wrong.lower(), names, n=1):
        rest = missing.relative_to(parent / wrong)
        near = parent / names[found[0]]
        return f"did you mean `{near / rest if (near / rest).exists() else near}`?"
    return "check the spelling"


def _unfollowed(path: str | os.PathLike[str]) -> Path:
    whole = _expanded(path)
    if whole.name in ("", ".."):
        return real_path(path)
    there = real_path(whole.parent) / whole.name
    return there if os.path.lexists(there) else _in_other_form(there) or there


def _expanded(path: str | os.PathLike[str]) -> Path:
    """Replace `~` in a path by its user's home.

    Args:
        path: The path.

    Returns:
        The path.

    Raises:
        RootError: There is no such user, or the path holds a NUL character.
    """
    if "\0" in os.fsdecode(path):
        raise RootError(f"the path {path!r} holds a NUL character", "no file's name has one")
    try:
        return Path(path).expanduser()
    except RuntimeError:
        user = Path(path).parts[0]
        raise RootError(f"there is no user `{user[1:]}`", f"for a folder type `./{path}`") from None


def resolved(path: str | os.PathLike[str]) -> Path:
    """Make the path of an existing folder absolute and free of links.

    Args:
        path: The folder; may begin with `~`.

    Returns:
        The folder.

    Raises:
        RootError: It is missing, or a file.
    """
    try:
        folder = real_path(path)
    except RootError as error:
        message = error.message.replace("no file or folder", "no folder")
        raise RootError(message, error.hint) from None
    if not folder.is_dir():
        raise RootError(f"`{path}` is a file, not a folder", f"name its folder, `{folder.parent}`")
    return folder


def catalogs() -> list[Path]:
    """Return the catalog files of all indexes."""
    return sorted((config.home() / "indexes").glob("*/catalog.sqlite"))


def indexed_roots() -> list[Path]:
    """Return every folder that has an index and is still there, by path."""
    found = (root for _, root in _catalogs_with_roots() if isinstance(root, Path))
    return sorted(root for root in found if root.is_absolute() and root.is_dir())


def unopened() -> dict[Path, SearchkitError]:
    """Return why some indexes cannot be opened, which so do not tell what folder they are of.

    Returns:
        The faults, by the folder that the index is in.
    """
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


def make_private(folder: Path) -> None:
    """Make an index's folder, where there is none, for its owner only.

    Args:
        folder: The folder.

    Raises:
        StorageError: It cannot be made.
    """
    try:
        private.make_folder(folder)
    except OSError as error:
        raise StorageError(
            f"cannot make the folder `{folder}`: {error.strerror}",
            "set `SEARCHKIT_HOME` to a folder that you can write to",
        ) from error
