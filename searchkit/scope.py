"""Finds the indexed folders that a question is about, each with the filter that holds there."""

import os
from collections.abc import Sequence
from pathlib import Path

from searchkit.index_dir import Location, indexed_roots, locate
from searchkit.query import Filter
from searchkit.wording import to_index
from searchkit_index.errors import NotIndexedError

StrPath = str | os.PathLike[str]


def indexed_location(path: StrPath, *, follow: bool = True) -> Location:
    """Find which indexed folder a file or folder belongs to.

    Args:
        path: A file or a folder.
        follow: Whether a link means what it points to.

    Returns:
        Where it is.

    Raises:
        NotIndexedError: No folder that it is in was ever indexed.
        RootError: There is no such file or folder.
    """
    location = locate(path, follow=follow)
    if not location.indexed:
        raise NotIndexedError(f"`{location.root}` was never indexed", to_index(location.root))
    return location


def filters_within(
    within: StrPath | Sequence[StrPath] | None, filter: Filter
) -> dict[Path, Filter]:
    """Find the roots to ask, each with the filter that holds for it.

    Args:
        within: Indexed folders, or files and folders inside them; None for all that are indexed.
        filter: What may answer.

    Returns:
        The filter narrowed to what of each root was named; a root where that is nothing is left
        out.

    Raises:
        NotIndexedError: One was never indexed, or nothing is.
        RootError: There is no such file or folder.
    """
    if within is None:
        roots = indexed_roots()
        if not roots:
            raise NotIndexedError("no folder is indexed", "type `searchkit index PATH`")
        return dict.fromkeys(roots, filter)
    inside: dict[Path, list[str]] = {}
    for path in [within] if isinstance(within, str | os.PathLike) else within:
        location = indexed_location(path)
        inside.setdefault(location.root, []).append(location.inside)
    narrowed = {root: filter.inside(paths) for root, paths in inside.items()}
    return {root: it for root, it in narrowed.items() if it is not None}
