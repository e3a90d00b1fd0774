"""The same tools for a shared index, whose files need not be on this machine."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from searchkit.hits.hit import Hit
from searchkit.mcp.reply import Reply
from searchkit.mcp.tools import Tools
from searchkit.source import Source
from searchkit.team.team import Team
from searchkit.team.wording import rows_of, state
from searchkit.wording import aligned, lines_asked_for
from searchkit_index.errors import QueryError

_AS_PUSHED = "as it was pushed"


class SharedScope:
    """The repositories that may be asked: those that the team was opened for.

    Args:
        team: The shared index.

    Attributes:
        folders: The place of the index, which stands for all of them.
    """

    def __init__(self, team: Team) -> None:
        self._team = team
        self.folders = [team.root]

    def asked(self, names: Sequence[str] = ()) -> list[Path]:
        """Find what to ask; see `Scope.asked`."""
        return [self.path(name) for name in names] or [self._team.root]

    def path(self, name: str) -> Path:
        """Find a repository, or a path in one; see `Scope.path`."""
        location = self._team.locate(name)
        return location.root / location.inside

    def shown(self, file: Path) -> str:
        """Write a path as a client may name it: it begins with the name of the repository."""
        return file.as_posix()


class SharedTools(Tools):
    """The tools of one server over a shared index; safe to use from several threads.

    Args:
        team: The shared index.
    """

    def __init__(self, team: Team) -> None:
        super().__init__(team, SharedScope(team))
        self._team = team

    def _id(self, hit: Hit) -> str:
        return hit.origin.key if hit.origin else ""

    def _lines(self, path: str, first: int, last: int | None) -> Source:
        file = self._scope.path(path)
        lines = self._team.lines(file)
        count = max(lines)
        if (last is not None and last < first) or not 1 <= first <= count:
            raise QueryError(f"`{path}` has no {lines_asked_for(first, last)}", f"it has {count:,}")
        numbers = range(first, min(last or count, count) + 1)
        return Source(file, first, [lines.get(each, "") for each in numbers], count, _AS_PUSHED)

    def _chunk(self, id: str) -> Source:
        file, found = self._team.chunk(id)
        return Source(file, found.first, found.lines, 0, _AS_PUSHED)

    def _status(self, path: str = "") -> Reply:
        location = self._team.locate(path or self._team.root)
        if location.inside:
            return self._path_status(location.root / location.inside)
        found = self._team.repositories(() if not path else [str(location.root)])
        lines = [line for each in found for line in aligned(rows_of(each))]
        return Reply("\n".join(lines), {"roots": [asdict(each) for each in found]})

    def _roots(self) -> Reply:
        found = self._team.repositories()
        names: list[Any] = [each.name for each in found]
        lines = [f"{each.name}: {state(each)}" for each in found]
        return Reply("\n".join(lines), {"served": [self._team.url], "indexed": names})
