"""Follows the index of one folder: where it is, what it holds, how fresh it is, and its runs.

Awaits the engine, remembers its results and passes them to a view; draws nothing itself.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from searchkit.indexes.location import Location
from searchkit_tui.engine import Engine

if TYPE_CHECKING:
    from searchkit.status import Freshness, Status
    from searchkit_index.pipeline.report import Progress, Report

# Seconds between two looks at the files for changes, while questions are asked.
REFRESH_SECONDS = 15.0

# The most refreshes in a row while changed files are left.
_REFRESH_ROUNDS = 3

# Seconds between two looks at the progress of a run, and between two searches in what it indexed.
_PROGRESS_SECONDS = 0.2
_CONTENT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class IndexState:
    """What is known of the index.

    Attributes:
        location: Where the folder is; None until it was looked up.
        status: What the index holds; None until it was asked for.
        freshness: What it does not cover; None until it was asked for.
        building: The folder that is being indexed; None without one.
        progress: How far that run is.
        age: The commit and age of a shared index; "" for a folder.
    """

    location: Location | None = None
    status: "Status | None" = None
    freshness: "Freshness | None" = None
    building: Path | None = None
    progress: "Progress | None" = None
    age: str = ""

    @property
    def indexed(self) -> bool:
        """Whether there is something to search in."""
        return self.location is not None and self.location.indexed


class IndexView(Protocol):
    """Shows an index."""

    def show_index(self, state: IndexState) -> None:
        """Show what is known now."""

    def index_grew(self) -> None:
        """Search again: the index has new contents, and an answer may be out of date."""


class IndexController:
    """Keeps the state of one folder's index up to date.

    Args:
        engine: Answers and indexes.
        view: Shows every change.
    """

    def __init__(self, engine: Engine, view: IndexView) -> None:
        self._engine, self._view = engine, view
        self._refreshed = float("-inf")
        self.state = IndexState()

    @property
    def root(self) -> Path | None:
        """The folder; None until it was looked up."""
        return self.state.location.root if self.state.location else None

    async def open(self, path: Path) -> Location:
        """Look up the folder of a path, and forget the previous one; raise RootError for none."""
        location = await self._engine.locate(path)
        self._refreshed = float("-inf")
        self._update(location=location, status=None, freshness=None)
        return location

    @property
    def due(self) -> bool:
        """Whether some time has passed since the files were last looked at."""
        return time.monotonic() - self._refreshed > REFRESH_SECONDS

    async def refresh(self) -> None:
        """Index what changed, within the configured time; nothing during an index run."""
        root = self.root
        if root is None or not self.state.indexed or self._engine.building:
            return
        self._refreshed = time.monotonic()
        self._update(status=await self._engine.status(root), age=await self._engine.age(root))
        for _ in range(_REFRESH_ROUNDS):
            freshness = await self._engine.refresh(root)
            self._update(freshness=freshness, status=await self._engine.status(root))
            if not freshness.stale or freshness.busy:
                break
        self._view.index_grew()

    async def build(self) -> "Report":
        """Index the folder, and show the progress.

        Returns:
            What was done, and what was left.

        Raises:
            CancelledError: It was stopped; all that was done is kept.
            SearchkitError: The folder, the disk or the model is not as it should be.
        """
        root = self.root
        assert root is not None
        with self._shown_progress(root):
            report = await self._engine.build(root)
        if self.root == root:
            self._update(location=await self._engine.locate(root))
        return report

    def stop(self) -> None:
        """Stop the run after the batch in hand."""
        self._engine.cancel()

    @contextlib.contextmanager
    def _shown_progress(self, root: Path) -> Iterator[None]:
        """Show the progress of a run until it ends."""
        self._update(building=root)
        watching = asyncio.create_task(self._show_progress(root))
        try:
            yield
        finally:
            watching.cancel()
            self._update(building=None, progress=None)

    async def _show_progress(self, root: Path) -> None:
        looked = float("-inf")
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            progress = self._engine.progress
            if progress is None or progress == self.state.progress:
                continue
            self._update(progress=progress)
            if self.state.location and self.root == root and not self.state.indexed:
                # The first batch is committed: it can be searched from now on.
                self._update(location=self.state.location._replace(indexed=True))
            if time.monotonic() - looked > _CONTENT_SECONDS:
                looked = time.monotonic()
                self._view.index_grew()

    def _update(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        self._view.show_index(self.state)
