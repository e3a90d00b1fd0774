"""Does the work of the screens in four threads, so that they can await it.

One thread searches, one indexes, one counts what an index holds, which takes long where that is
much, and one reads files for the preview. All share a `Workspace`, or a shared index in its place.
Nothing here touches a widget.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchkit_index.errors import QueryError
from searchkit_tui.request import Facet, Request, facet_counts
from searchkit_tui.results import FIRST_HITS, Results
from searchkit_tui.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchkit.hits.hit import Hit
    from searchkit.indexes.index import Index
    from searchkit.indexes.location import Location
    from searchkit.indexes.path_status import PathStatus
    from searchkit.searchable import Searchable
    from searchkit.status import Freshness, Status
    from searchkit.team.team import Team
    from searchkit.workspace import Workspace
    from searchkit_index.pipeline.report import Progress, Report
    from searchkit_tui.document import Document

OpenIndex = Callable[[Path], "Index"]
OpenTeam = Callable[[], "Team"]

# Hits whose excerpts are made before an answer is shown: as many as a tall terminal holds.
_VISIBLE = 16

# Lines coloured before a file is shown: as many as a tall terminal holds.
_AT_ONCE = 80


class CancelledError(Exception):
    """The user stopped the index run; all that was done is kept."""


class _Threads(NamedTuple):
    search: WorkerThread
    write: WorkerThread
    counts: WorkerThread
    read: WorkerThread


class Engine:
    """Search, indexing, counting and reading, each in its own thread.

    Args:
        open_index: Opens the index of a root; the usual one with the configured model when None.
        open_team: Opens a shared index, which is asked in place of folders; None for none.

    Attributes:
        is_team: Whether a shared index is asked.
    """

    def __init__(
        self, open_index: OpenIndex | None = None, open_team: OpenTeam | None = None
    ) -> None:
        self._open_index, self._open_team = open_index, open_team
        self.is_team = open_team is not None
        self._shared: Searchable | None = None
        self._lock = threading.Lock()
        self._threads = _Threads(*map(WorkerThread, _Threads._fields))
        self._stop = threading.Event()
        self.progress: Progress | None = None
        self.building: Path | None = None

    @property
    def _workspace(self) -> "Searchable":
        """What is searched, opened in the first thread that needs it: its imports are heavy."""
        with self._lock:
            if self._shared is None:
                self._shared = self._open_team() if self._open_team else self._open_workspace()
            return self._shared

    @property
    def _team(self) -> "Team":
        from searchkit.team.team import Team

        assert isinstance(self._workspace, Team)
        return self._workspace

    @property
    def _local(self) -> "Workspace":
        from searchkit.workspace import Workspace

        assert isinstance(self._workspace, Workspace)
        return self._workspace

    def _open_workspace(self) -> "Workspace":
        from searchkit.workspace import Workspace

        return Workspace(open_index=self._open_index)

    @property
    def busy(self) -> bool:
        """Whether any thread is at work."""
        return any(thread.busy for thread in self._threads)

    def locate(self, path: Path) -> "Awaitable[Location]":
        """Find the indexed folder that a folder, or that of a file, belongs to."""
        is_file = not self.is_team and path.is_file()
        return self._threads.search.run(
            lambda: self._workspace.locate(path.parent if is_file else path)
        )

    def roots(self) -> Awaitable[list[Path]]:
        """List every folder that has an index and is still there."""
        return self._threads.search.run(lambda: self._workspace.roots())

    def warm(self, root: Path) -> Awaitable[None]:
        """Read the model and map the vectors, so that the first question need not wait."""
        return self._threads.search.run(lambda: self._workspace.warm([root]))

    def search(self, request: Request, limit: int = FIRST_HITS) -> Awaitable[Results]:
        """Search for at most `limit` hits; cancelled before its turn, it is not searched at all.

        Raises, when awaited: SearchkitError.
        """
        return self._threads.search.run(self._answer, request, limit)

    def _answer(self, request: Request, limit: int) -> Results:
        if request.empty:
            return Results(request)
        within = [request.root] if request.root else None
        if request.like:
            root = "" if self.is_team else request.root
            place = Path(root, request.like.path), request.like.line
            found = self._workspace.similar(
                *place, within=within, filter=request.filter, limit=limit, refresh=False
            )
        else:
            asked = request.query(limit)
            found = self._workspace.search(asked, within=within, refresh=False)
        for hit in found.hits[:_VISIBLE]:
            _ = hit.excerpt  # made here, since it may need the model: the screen never waits for it
        return Results(request, found.hits, limit, tuple(found.faults.values()), found.unmet)

    def status(self, root: Path) -> "Awaitable[Status]":
        """Tell what the index of a root holds."""
        return self._threads.counts.run(lambda: self._workspace.status(root))

    def skipped(self, root: Path) -> Awaitable[list[tuple[str, str]]]:
        """List the files that are not indexed, or only in part, and why."""
        return self._threads.counts.run(lambda: self._workspace.skipped(root))

    def path_words(self, root: Path, path: str) -> Awaitable[str]:
        """Tell whether a path relative to the root is indexed, or why not, or how far, in words."""
        return self._threads.counts.run(lambda: self._path_status(root, path).words)

    def _path_status(self, root: Path, path: str) -> "PathStatus":
        if not self.is_team:
            return self._local.index(root).path_status(path)
        return self._team.path_status(path if root == self._team.root else root / path)

    def age(self, root: Path) -> Awaitable[str]:
        """Tell the commit and age of a repository of a shared index; "" for a folder."""
        return self._threads.search.run(lambda: self._team.age(root) if self.is_team else "")

    def facets(self, root: Path | None) -> "Awaitable[dict[Facet, Mapping[str, int]]]":
        """Count what a search in one root, or in all of them, can be narrowed to."""
        return self._threads.counts.run(
            lambda: facet_counts(self._workspace.facets(None if root is None else [root]))
        )

    def refresh(self, root: Path) -> "Awaitable[Freshness]":
        """Index what changed, within the configured time, after any index run that is on."""
        return self._threads.write.run(lambda: self._workspace.refresh(root))

    async def build(self, root: Path) -> "Report":
        """Bring an index up to date; `progress` tells how far the run is, `cancel` stops it.

        Args:
            root: The folder.

        Returns:
            What was done, and what was left.

        Raises:
            CancelledError: It was stopped.
            SearchkitError: The folder, the disk or the model is not as it should be, or this is a
                shared index.
        """
        if self.is_team:
            raise QueryError(
                "a shared index is not made from here", "type `searchkit push PATH --to URL`"
            )
        self._stop.clear()
        self.building = root
        try:
            return await self._threads.write.run(
                lambda: self._local.build(root, progress=self._note_progress, wait=False)
            )
        finally:
            self.building = self.progress = None

    def _note_progress(self, reached: "Progress") -> None:
        if self._stop.is_set():
            raise CancelledError
        self.progress = reached

    def cancel(self) -> None:
        """Stop the index run after the batch in hand."""
        self._stop.set()

    def examples(self, root: Path) -> Awaitable[list[str]]:
        """Find example questions in the files below a root; none for a shared index."""
        from searchkit_tui.examples import examples

        return self._threads.read.run(lambda: [] if self.is_team else examples(root))

    def read(self, hit: "Hit") -> "Awaitable[Document]":
        """Read the file of a hit, coloured around it."""
        return self._threads.read.run(_read, hit)

    def colour(self, document: "Document", offset: int) -> Awaitable[None]:
        """Colour what is around an offset in a document."""
        return self._threads.read.run(document.colour, offset)

    async def close(self, seconds: float = 0.2) -> None:
        """Stop an index run, close what is open, and wait for that at most `seconds`."""
        self.cancel()
        jobs = [thread.run(self._close) for thread in self._threads]
        await asyncio.wait(jobs, timeout=seconds)
        for thread in self._threads:
            thread.end()

    def _close(self) -> None:
        if self._shared:
            self._shared.close()


def _read(hit: "Hit") -> "Document":
    from searchkit_tui.document import read

    document = read(hit)
    start = document.offset_of(hit.start_line)
    document.colour_lines(start, start + _AT_ONCE)
    return document
