"""Confines a server to the folders it was started with."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from searchkit.indexes.location import real_path
from searchkit.printable import as_named
from searchkit.wording import never_indexed
from searchkit.workspace import Workspace
from searchkit_index.errors import QueryError

# Seconds for which a list of the indexes is good enough: to make one opens each of them.
_SECONDS = 10.0


class Served(Protocol):
    """What a server may be asked about.

    Attributes:
        folders: The folders that are served, or the place of a shared index.
    """

    folders: list[Path]

    def asked(self, names: Sequence[str] = ()) -> list[Path]:
        """Find what to ask; see `Scope.asked`."""

    def path(self, name: str) -> Path:
        """Find what a client named; see `Scope.path`."""

    def shown(self, file: Path) -> str:
        """Write a path as a client may name it."""


class Scope:
    """The folders that may be asked, and nothing outside them, whatever links lead there.

    Args:
        workspace: All indexes.
        folders: Existing folders, or files.

    Raises:
        RootError: One of them is not there.

    Attributes:
        folders: As given, absolute and without links.
    """

    def __init__(self, workspace: Workspace, folders: Sequence[Path]) -> None:
        self._workspace = workspace
        self.folders = [real_path(folder) for folder in folders]
        self._listed: tuple[float, list[Path]] = (0.0, [])

    def asked(self, names: Sequence[str] = ()) -> list[Path]:
        """Find what to ask: indexed folders, or files and folders inside them.

        Args:
            names: What a client named; empty for all that is served.

        Returns:
            Paths that `Workspace.search` takes as `within`.

        Raises:
            QueryError: A name leads outside.
            RootError: There is no such file or folder.
            NotIndexedError: Nothing there is indexed.
        """
        chosen = [self.path(name) for name in names] or self.folders
        found = [each for path in chosen for each in self._indexed(path)]
        if not found:
            raise never_indexed(chosen[0])
        return list(dict.fromkeys(found))

    def _indexed(self, path: Path) -> list[Path]:
        """List the path where an index covers it, else the indexed folders below it."""
        if self._workspace.locate(path).indexed:
            return [path]
        return [root for root in self.roots() if root.is_relative_to(path)]

    def roots(self) -> list[Path]:
        """List the indexed folders inside those served, as they were at most `_SECONDS` ago."""
        looked, found = self._listed
        if not found or time.monotonic() - looked > _SECONDS:
            found = [root for root in self._workspace.roots() if self._holds(root)]
            self._listed = time.monotonic(), found
        return found

    def path(self, name: str) -> Path:
        """Find an existing file or folder that a client named.

        Args:
            name: Absolute, or relative to a served folder.

        Returns:
            The path, absolute and without links.

        Raises:
            QueryError: It leads outside, or is in several of the folders.
            RootError: There is no such file or folder.
        """
        if "\0" in name:
            raise QueryError(f"the path {name!r} holds a NUL character", "no file's name has one")
        inside = self._inside(name)
        if not inside:
            served = ", ".join(f"`{folder}`" for folder in self.folders)
            raise QueryError(f"`{name}` is outside of what is served", f"served are {served}")
        # A name that is no text is given back as it was shown.
        there = _existing(inside) or _existing(self._inside(as_named(name)))
        if len(there) > 1:
            both = " and ".join(f"`{each}`" for each in there[:2])
            raise QueryError(f"`{name}` may be {both}", "name the whole path")
        return real_path((there or inside)[0])

    def _inside(self, name: str) -> list[Path]:
        """List the paths in served folders that a name may mean, links followed."""
        if "\0" in name:
            return []
        whole = [Path(os.path.normpath(folder / name)) for folder in self.folders]
        # Looked at only where it stands inside: else a client could tell what is outside.
        inside = [each for each in dict.fromkeys(whole) if self._holds(each)]
        return [each for each in inside if self._holds(Path(os.path.realpath(each)))]

    def _holds(self, path: Path) -> bool:
        return any(path.is_relative_to(folder) for folder in self.folders)

    def shown(self, file: Path) -> str:
        """Write a path as a client may name it: relative to the only folder, else absolute."""
        if len(self.folders) == 1 and file.is_relative_to(self.folders[0]):
            return file.relative_to(self.folders[0]).as_posix()
        return str(file)


def _existing(paths: Sequence[Path]) -> list[Path]:
    return [each for each in paths if os.path.lexists(each)]
