"""Resolves a path that someone typed, and finds the indexed folder that it belongs to."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from searchkit.config import NO_HOME
from searchkit.indexes.home import catalog_of, catalogs, unopened
from searchkit.printable import shell_word
from searchkit_index.errors import NotIndexedError, RootError, SearchkitError


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


def _unfollowed(path: str | os.PathLike[str]) -> Path:
    whole = expanded(path)
    if whole.name in ("", ".."):
        return real_path(path)
    there = real_path(whole.parent) / whole.name
    return there if os.path.lexists(there) else in_other_normal_form(there) or there


def resolved(path: str | os.PathLike[str]) -> Path:
    """Make the path of a folder absolute and free of links; raise RootError where it is none."""
    try:
        folder = real_path(path)
    except RootError as error:
        message = error.message.replace("no file or folder", "no folder")
        raise RootError(message, error.hint) from None
    if not folder.is_dir():
        raise RootError(f"`{path}` is a file, not a folder", f"name its folder, `{folder.parent}`")
    return folder


def real_path(path: str | os.PathLike[str]) -> Path:
    """Make an existing path absolute and free of links.

    Args:
        path: A file or a folder; may begin with `~`.

    Returns:
        The path.

    Raises:
        RootError: There is no such file or folder.
    """
    whole = expanded(path)
    try:
        return whole.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        if isinstance(error, PermissionError):
            raise RootError(f"`{path}` cannot be read", "check its permissions") from None
        if (found := in_other_normal_form(whole)) is not None:
            return found.resolve()
        raise missing(path) from None


def expanded(path: str | os.PathLike[str]) -> Path:
    """Replace `~` in a path by its user's home; raise RootError where there is no such user."""
    if not os.fsdecode(path):  # of a variable that is not set, say; pathlib takes it for `.`
        raise RootError("the path is empty", "`.` is the current folder")
    if "\0" in os.fsdecode(path):
        raise RootError(f"the path {path!r} holds a NUL character", "no file's name has one")
    try:
        return Path(path).expanduser()
    except RuntimeError:
        user = Path(path).parts[0][1:]
        told = f"there is no user `{user}`" if user else NO_HOME
        raise RootError(told, f"for a folder type `./{path}`") from None


def in_other_normal_form(path: Path) -> Path | None:
    """Find the file whose name differs from a path only in how accents are composed.

    macOS decomposes them, and so do archives and disks that come from there.
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
    gone = expanded(path)
    with contextlib.suppress(OSError, SearchkitError):
        if catalog_of(gone.absolute()).exists():
            erase = f"type `searchkit forget {shell_word(gone)}` to remove its index"
            return RootError(f"the folder `{path}` is gone", erase)
    # In `Path` a name that is too long is an error.
    if os.path.islink(gone):  # noqa: PTH114
        see = f"type `ls -l {shell_word(path)}` to see where it points"
        return RootError(f"`{path}` is a link to what is not there", see)
    return RootError(f"there is no file or folder `{path}`", _misspelling_hint(gone))


def _misspelling_hint(missing: Path) -> str:
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
    found = difflib.get_close_matches(wrong.lower(), names, n=1)
    # Two names are not near because both end in `.txt`.
    if found and difflib.get_close_matches(Path(wrong.lower()).stem, [Path(found[0]).stem]):
        rest = missing.relative_to(parent / wrong)
        near = parent / names[found[0]]
        close = near / rest if (near / rest).exists() else near
        return f"did you mean `{shell_word(close)}`?"
    return "check the spelling"


def nothing_to_ask() -> NotIndexedError:
    """Make the error for having no folder to ask: none is indexed, or none is left."""
    if faults := unopened():
        fault = next(iter(faults.values()))
        return NotIndexedError(
            f"no index can be opened: {fault.message}", "type `searchkit doctor`"
        )
    if catalogs():
        return NotIndexedError("every folder that was indexed is gone", "type `searchkit list`")
    return NotIndexedError("no folder is indexed", "type `searchkit index PATH`")
