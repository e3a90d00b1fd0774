"""Finds the indexed folders that a question is about, each with its filter; asks them in turn."""

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from searchkit.indexes.home import indexed_roots
from searchkit.indexes.location import Location, locate, nothing_to_ask
from searchkit.query import Filter
from searchkit.status import Freshness
from searchkit.wording import never_indexed
from searchkit_index.errors import SearchkitError
from searchkit_index.system.open_files import allow_open_files

Found = TypeVar("Found")

StrPath = str | os.PathLike[str]

# Files open at once for a folder: catalog, journal and the journal's index, twice during a run.
_FILES_OF_ONE = 6


def indexed_location(path: StrPath, *, follow: bool = True) -> Location:
    """Find which indexed folder a file or folder belongs to.

    Args:
        path: A file or a folder.
        follow: Whether a link means what it points to.

    Returns:
        Where it is.

    Raises:
        NotIndexedError: No folder that contains it was ever indexed.
        RootError: There is no such file or folder.
    """
    location = locate(path, follow=follow)
    if not location.indexed:
        raise never_indexed(location.root)
    return location


def filters_within(
    within: StrPath | Sequence[StrPath] | None, filter: Filter
) -> dict[Path, Filter]:
    """Find the roots to ask, each with the filter that holds for it.

    Args:
        within: Indexed folders, or files and folders inside them; None for all that are indexed.
        filter: What may answer.

    Returns:
        For each root its filter, narrowed to the paths that were named in it; a root where nothing
        is left to answer is left out.

    Raises:
        NotIndexedError: One was never indexed, or nothing is.
        RootError: There is no such file or folder.
    """
    if within is None:
        roots = indexed_roots()
        if not roots:
            raise nothing_to_ask()
        return dict.fromkeys(roots, filter)
    inside: dict[Path, list[str]] = {}
    for path in [within] if isinstance(within, str | os.PathLike) else within:
        location = indexed_location(path)
        inside.setdefault(location.root, []).append(location.inside)
    narrowed = {root: filter.inside(paths) for root, paths in inside.items()}
    return {root: it for root, it in narrowed.items() if it is not None}


def nesting(roots: Collection[Path]) -> int:
    """Tell how many of some folders one file may be in."""
    return max((sum(root.is_relative_to(other) for other in roots) for root in roots), default=1)


def ask_each(
    filters: Mapping[Path, Filter], ask: Callable[[Path, Filter], Found]
) -> tuple[list[Found], dict[Path, SearchkitError]]:
    """Ask each folder, and keep the errors of those that cannot answer.

    Args:
        filters: The folders, each with its filter.
        ask: Asks one.

    Returns:
        What was found, in order, and the errors of the others.

    Raises:
        SearchkitError: None of them can answer; the error of the first.
    """
    allow_open_files(len(filters) * _FILES_OF_ONE)
    found: list[Found] = []
    faults: dict[Path, SearchkitError] = {}
    for root, filter in filters.items():
        try:
            found.append(ask(root, filter))
        except SearchkitError as fault:
            faults[root] = fault
    if faults and not found:
        raise next(iter(faults.values()))
    return found, faults


def refreshed(
    roots: Collection[Path], seconds: float, refresh: Callable[[Path, float], Freshness]
) -> dict[Path, Freshness]:
    """Index what changed in folders, within one budget for all; the search reports errors.

    Args:
        roots: The folders.
        seconds: The budget; when it is spent, the folders that are left are not looked through.
        refresh: Indexes what changed in one, within a part of the budget.

    Returns:
        How fresh each is that there was time for.

    Raises:
        SearchkitError: The only folder cannot be looked through.
    """
    deadline = time.monotonic() + seconds
    fresh: dict[Path, Freshness] = {}
    for root in roots:
        left = max(0.0, deadline - time.monotonic())
        if fresh and not left:
            break
        try:
            fresh[root] = refresh(root, left)
        except SearchkitError:
            if len(roots) == 1:
                raise
    return fresh
