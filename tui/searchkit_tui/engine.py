"""What the screens await: three lanes that search, write and read, and nothing of how they do it.

One thread owns the indexes that are searched, one those that are written to, one reads files for
the preview. Nothing here touches a widget.
"""

import asyncio
import threading
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit_tui.desk import FIRST, Answer, Desk, Found, Holdings, Opener, OpenIndex, Spot
from searchkit_tui.lane import Lane
from searchkit_tui.question import Question

if TYPE_CHECKING:
    from searchkit.status import Freshness, Status
    from searchkit_index.build import Progress, Report
    from searchkit_tui.source import Document

# Lines coloured before a file is shown: what a tall terminal holds.
_AT_ONCE = 80


class Engine:
    """Search, indexing and reading, each in its own thread.

    Args:
        open_index: Opens the index of a root; the usual one with the configured model when None.
    """

    def __init__(self, open_index: OpenIndex | None = None) -> None:
        opener = open_index or Opener()
        self._desk, self._search = Desk(opener), Lane("search")
        self._writing_desk, self._write = Desk(opener), Lane("write")
        self._read = Lane("read")
        self._stop = threading.Event()
        self.progress: Progress | None = None
        self.building: Path | None = None

    @property
    def busy(self) -> bool:
        """Whether any thread is at work."""
        return self._search.busy or self._write.busy or self._read.busy

    def locate(self, path: Path) -> Awaitable[Spot]:
        """See `Desk.locate`."""
        return self._search.run(self._desk.locate, path)

    def roots(self) -> Awaitable[list[Path]]:
        """See `Desk.roots`."""
        return self._search.run(self._desk.roots)

    def warm(self, root: Path) -> Awaitable[None]:
        """See `Desk.warm`."""
        return self._search.run(self._desk.warm, root)

    def search(self, question: Question, limit: int = FIRST) -> Awaitable[Answer]:
        """See `Desk.search`; a question whose await is cancelled before its turn is not asked."""
        return self._search.run(self._desk.search, question, limit)

    def status(self, root: Path) -> "Awaitable[Status]":
        """See `Desk.status`."""
        return self._search.run(self._desk.status, root)

    def skipped(self, root: Path) -> Awaitable[list[tuple[str, str]]]:
        """See `Desk.skipped`."""
        return self._search.run(self._desk.skipped, root)

    def why_skipped(self, root: Path, path: str) -> Awaitable[str | None]:
        """See `Desk.why_skipped`."""
        return self._search.run(self._desk.why_skipped, root, path)

    def holdings(self, root: Path | None) -> Awaitable[Holdings]:
        """See `Desk.holdings`."""
        return self._search.run(self._desk.holdings, root)

    def refresh(self, root: Path) -> "Awaitable[Freshness]":
        """See `Desk.refresh`; waits for an index run."""
        return self._write.run(self._writing_desk.refresh, root)

    async def build(self, root: Path) -> "Report":
        """See `Desk.build`; how far it is stands in `progress`, and `cancel` stops it."""
        self._stop.clear()
        self.building = root
        try:
            return await self._write.run(
                self._writing_desk.build, root, self._note, self._stop.is_set
            )
        finally:
            self.building = self.progress = None

    def _note(self, reached: "Progress") -> None:
        self.progress = reached

    def cancel(self) -> None:
        """Stop the index run after the batch in hand."""
        self._stop.set()

    def examples(self, root: Path) -> Awaitable[list[str]]:
        """Questions that the files below a root suggest."""
        from searchkit_tui.examples import examples

        return self._read.run(examples, root)

    def read(self, found: Found) -> "Awaitable[Document]":
        """The file of a hit, coloured around it."""
        return self._read.run(_read, found)

    def colour(self, document: "Document", offset: int) -> Awaitable[None]:
        """Colour what stands around an offset in a document."""
        return self._read.run(document.colour, offset)

    async def close(self, seconds: float = 0.2) -> None:
        """Stop what can be stopped, and wait so long for what is at work to notice."""
        self.cancel()
        jobs = [self._search.run(self._desk.close), self._write.run(self._writing_desk.close)]
        await asyncio.wait(jobs, timeout=seconds)
        for lane in (self._search, self._write, self._read):
            lane.end()


def _read(found: Found) -> "Document":
    from searchkit_tui import source

    document = source.read(found.root, found.hit)
    start = max(0, found.hit.start_line - document.first)
    document.colour_passage(start, start + _AT_ONCE)
    return document
