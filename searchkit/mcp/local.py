"""The tools for the indexes of this machine."""

from pathlib import Path
from typing import Any

from searchkit import wording
from searchkit.hits.hit import Hit
from searchkit.indexes.home import catalog_of
from searchkit.indexes.listing import look_up
from searchkit.mcp.coverage import coverage
from searchkit.mcp.reply import Reply
from searchkit.mcp.scope import Scope
from searchkit.mcp.tools import Tools, digest, is_number
from searchkit.source import Source, read_chunk, read_lines
from searchkit.workspace import Workspace
from searchkit_index.errors import QueryError, SearchkitError


class LocalTools(Tools):
    """The tools of one server over indexed folders; safe to use from several threads.

    Args:
        workspace: All indexes.
        scope: What of them is served.
    """

    def __init__(self, workspace: Workspace, scope: Scope) -> None:
        super().__init__(workspace, scope)
        self._indexes, self._folders = workspace, scope

    def _id(self, hit: Hit) -> str:
        """Name a chunk: its number, and a mark of its root."""
        return f"{hit.chunk_id}-{digest(str(hit.root))[:4]}"

    def _lines(self, path: str, first: int, last: int | None) -> Source:
        return read_lines(self._indexes, self._scope.path(path), first, last)

    def _chunk(self, id: str) -> Source:
        unknown = QueryError(f"there is no hit `{id}`", "give the `id` of a hit unchanged")
        number, _, mark = id.partition("-")
        roots = [each for each in self._all_roots() if digest(str(each)).startswith(mark)]
        if not is_number(number) or not mark or not roots:
            raise unknown
        place = read_chunk(self._indexes, roots[0], int(number))
        file = roots[0] / place.path
        if not any(file.is_relative_to(folder) for folder in self._scope.folders):
            raise unknown
        lines = place.text.split("\n")
        return Source(file, place.start_line, lines, 0, "as it was indexed")

    def _status(self, path: str = "") -> Reply:
        if path:
            file = self._scope.path(path)
            location = self._indexes.locate(file)
            if location.inside or not location.indexed:
                return self._path_status(file)
        chosen = self._scope.asked([path] if path else ())
        roots = list(dict.fromkeys(self._indexes.locate(each).root for each in chosen))
        lines: list[str] = []
        found: list[dict[str, Any]] = []
        for root in roots:
            status, fresh = self._indexes.status(root), self._indexes.refresh(root, 0)
            lines += wording.aligned(wording.status_rows(status, fresh))
            found.append(
                {
                    **coverage(root, fresh),
                    "model": status.model,
                    "chunks": status.chunks,
                    "languages": {name: files for name, (files, _) in status.languages.items()},
                    "skipped_because": status.skipped,
                    "last_run": wording.moment(status.last_run),
                }
            )
        return Reply("\n".join(lines), {"roots": found})

    def _roots(self) -> Reply:
        served = [str(folder) for folder in self._scope.folders]
        roots = self._all_roots()
        if not roots:
            hint = wording.to_index(self._scope.folders[0])
            return Reply(
                f"nothing is indexed below {', '.join(served)}\nhint: {hint}",
                {"served": served, "indexed": [], "hint": hint},
            )
        lines, told = [], []
        for root, each in ((root, look_up(catalog_of(root))) for root in roots):
            run = wording.moment(each.last_run)
            held = f"{wording.holds(each.files, each.skipped)}, last run {run}"
            lines.append(f"{root}: {each.fault or held}")
            record = {"root": str(root), "files": each.files, "skipped": each.skipped}
            told.append({**record, "last_run": run} | ({"fault": each.fault} if each.fault else {}))
        values = {"served": served, "indexed": [*map(str, roots)], "coverage": told}
        return Reply("\n".join(lines), values)

    def _all_roots(self) -> list[Path]:
        """List the indexed folders that are served, in part or whole."""
        try:
            chosen = self._scope.asked()
        except SearchkitError:
            return []
        located = [self._indexes.locate(each).root for each in chosen]
        return list(dict.fromkeys([*located, *self._folders.roots()]))
