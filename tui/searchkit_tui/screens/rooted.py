"""A screen about one folder: what its index holds, how fresh it is, and how to run it."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import work
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from searchkit_tui import shown
from searchkit_tui.desk import CancelledError, Spot
from searchkit_tui.widgets.notice import Notice
from searchkit_tui.widgets.status_line import StatusLine, short
from searchkit_tui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from searchkit_tui.app import SearchApp

# Between two looks at the files for changes, while questions are asked.
_LOOK_SECONDS = 15.0

# Between two drawings of how far a run is.
_DRAW_SECONDS = 0.2

_PAST_QUESTIONS = 4  # offered to begin with


class RootedScreen(Screen[None]):
    """Knows the folder and keeps its status line true; who searches in it comes on top."""

    spot: Spot | None = None
    _looked = float("-inf")

    @property
    def search_app(self) -> "SearchApp":
        """The app, by its own type."""
        return cast("SearchApp", self.app)

    @property
    def notice(self) -> Notice:
        """Where messages go."""
        return self.query_one("#notice", Notice)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Whatever goes wrong in the background is told in place, never over the screen."""
        fault = event.worker.error
        if event.state is WorkerState.ERROR and isinstance(fault, Exception):
            self.notice.tell_fault(fault)

    def arrived(self, spot: Spot) -> None:
        """Another folder: to be overridden by who asks it."""

    def index_changed(self) -> None:
        """New contents: to be overridden by who has asked something."""

    async def settle(self, path: Path) -> None:
        """Find out where `path` belongs, and show what is known of it."""
        self.spot = await self.search_app.engine.locate(path)
        line = self.query_one(StatusLine)
        line.status = line.freshness = None
        self._looked = float("-inf")
        self.arrived(self.spot)
        self.greet()
        self.index_changed()
        self.offer()
        self.look()
        if self.spot.indexed:
            await self.search_app.engine.warm(self.spot.root)

    def greet(self) -> None:
        """Say where one is and what can be done."""
        if self.spot:
            building = self.search_app.engine.building == self.spot.root
            self.query_one(Welcome).greet(
                short(self.spot.root), indexed=self.spot.indexed, building=building
            )

    @work(group="offer", exclusive=True, exit_on_error=False)
    async def offer(self) -> None:
        """Offer questions: those the files suggest, and the last ones asked."""
        if self.spot:
            root = str(self.spot.root)
            asked = [each for each in self.search_app.memory.history if each.root in ("", root)]
            examples = await self.search_app.engine.examples(self.spot.root)
            self.query_one(Welcome).offer(examples, asked[:_PAST_QUESTIONS])

    def look_again(self) -> None:
        """Look at the files for changes, unless that was done a moment ago."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self.look()

    @work(group="look", exclusive=True, exit_on_error=False)
    async def look(self) -> None:
        """Take in what changed, as far as the configured time goes, and show how fresh it is."""
        engine = self.search_app.engine
        if self.spot is None or not self.spot.indexed or engine.building:
            return
        self._looked = time.monotonic()
        line, root = self.query_one(StatusLine), self.spot.root
        line.status = await engine.status(root)
        line.draw()
        line.freshness = await engine.refresh(root)
        line.status = await engine.status(root)
        line.draw()
        self.index_changed()

    def action_build(self) -> None:
        """Index the folder; stop the run that is on."""
        if self.search_app.engine.building:
            self.search_app.engine.cancel()
            self.search_app.tell("stopping after the batch in hand; all that was done is kept")
        elif self.spot:
            self.build(self.spot)

    @work(group="build", exit_on_error=False)
    async def build(self, spot: Spot) -> None:
        """Run the index of a folder, and show how far it is."""
        engine, line = self.search_app.engine, self.query_one(StatusLine)
        timer = self.set_interval(_DRAW_SECONDS, self._draw_progress)
        line.building = True
        line.draw()
        try:
            report = await engine.build(spot.root)
            taken = shown.amount(report.changed, "file")
            self.search_app.tell(f"{taken} taken in, in {report.seconds:.1f} s")
        except CancelledError:
            self.search_app.tell("stopped; the next run goes on from there")
        finally:
            timer.stop()
            line.building, line.progress = False, None
            line.draw()
        if self.spot and self.spot.root == spot.root:
            self.spot = await self.search_app.engine.locate(spot.root)
            self.greet()
            self.look()

    def _draw_progress(self) -> None:
        line = self.query_one(StatusLine)
        if self.search_app.engine.progress != line.progress:
            line.progress = self.search_app.engine.progress
            line.draw()
            if self.spot and self.spot.indexed:
                self.index_changed()
        if self.spot and not self.spot.indexed and line.progress:
            # The first batch is committed: what there is can be asked from now on.
            self.spot = self.spot._replace(indexed=True)
            self.greet()
            self.index_changed()
