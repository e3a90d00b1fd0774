"""Tells what an index knows of one path, and what to type when that is not what people want."""

import os
from dataclasses import dataclass
from pathlib import Path

from searchkit.config import config_path
from searchkit.indexes.location import missing
from searchkit.printable import shell_word
from searchkit_index.catalog.records import Known
from searchkit_index.catalog.store import Store
from searchkit_index.errors import RootError
from searchkit_index.languages.language import detect
from searchkit_index.walk.entry import clamped
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import explain

_NEXT = "the next `searchkit query` or `searchkit index` reads it"


@dataclass(frozen=True, slots=True)
class PathStatus:
    """What an index knows of a file or folder that exists.

    Attributes:
        path: Relative to the root.
        indexed: Whether answers may come from it as it is now.
        words: `indexed`, or why not, or how far: a short phrase, lower case.
        hint: What to type or to know; may be empty.
    """

    path: str
    indexed: bool
    words: str
    hint: str = ""


def path_status(store: Store, root: Path, path: str, rules: Rules) -> PathStatus:
    """Tell what the index of a root knows of a path.

    Args:
        store: The catalog.
        root: The folder that it is of.
        path: Relative to the root, "/" between parts; of a link, the link itself.
        rules: Which files the index takes.

    Returns:
        What it knows.

    Raises:
        RootError: There is no such file or folder.
    """
    known, whole = store.files.looked_at(path), root / path
    if not os.path.lexists(whole):
        raise _missing(whole, known)
    reason = explain(root, path, rules)
    if reason:
        held = known is not None and not known.skipped
        return PathStatus(path, False, reason + _stale_note(held), _hint(root, path, reason))
    if whole.is_dir():
        return PathStatus(path, True, "indexed")
    if known is None:
        return PathStatus(path, False, "not indexed yet", _NEXT)
    if _changed(whole, known):
        return PathStatus(path, False, "changed since it was indexed", _NEXT)
    if known.skipped:
        return PathStatus(path, False, known.skipped, _hint(root, path, known.skipped))
    if remark := rules.remark(path, known.size):
        needed = known.size * rules.max_bytes // rules.limit(path)
        return PathStatus(path, True, remark, larger_files_hint(needed))
    return PathStatus(path, True, "indexed")


def _missing(whole: Path, known: Known | None) -> RootError:
    if known is None:
        return missing(whole)
    return RootError(
        f"`{whole}` was deleted since it was indexed",
        "the next `searchkit query` or `searchkit index` leaves it out",
    )


def _stale_note(held: bool) -> str:
    return "; answers may come from it until the next run" if held else ""


def _changed(whole: Path, known: Known) -> bool:
    """Tell whether size or times differ; a time that is None was not trusted, and says nothing."""
    state = whole.stat()
    times = (known.mtime_ns, state.st_mtime_ns), (known.ctime_ns, state.st_ctime_ns)
    return state.st_size != known.size or any(
        before not in (None, clamped(now)) for before, now in times
    )


def _hint(root: Path, path: str, reason: str) -> str:
    whole = root / path
    if reason.startswith("symbolic link"):
        return _link_hint(root, whole)
    if reason in ("submodule", "repository of its own"):
        inner = next(each for each in (whole, *whole.parents) if (each / ".git").exists())
        return f"type `searchkit index {shell_word(inner)}`"
    if may_be_larger(path, reason):
        return larger_files_hint(whole.stat().st_size)
    if reason == "unreadable":
        return "check its permissions"
    if reason.startswith(("ignored by", "hidden:")):
        return f"type `searchkit index {shell_word(root)} --include {shell_word(path)}`"
    return ""


def may_be_larger(path: str, reason: str) -> bool:
    """Tell whether a file was left out for its size, and would be read: pictures may need more."""
    known = detect(path)
    return reason.startswith("larger than") and (known is None or known.divisible)


def larger_files_hint(size: int = 0) -> str:
    """Say how files up to a size in bytes are indexed, by this run and all others."""
    limit = max(10_000_000, 10 ** len(str(size)))
    return f"write `max_file_bytes = {limit:_}` into `{config_path()}` to index larger files"


def _link_hint(root: Path, link: Path) -> str:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return ""
    if target.is_relative_to(root):
        return f"what it points to, `{target.relative_to(root)}`, is looked up by its own path"
    folder = target if target.is_dir() else target.parent
    return f"it points to `{target}`: type `searchkit index {shell_word(folder)}`"
