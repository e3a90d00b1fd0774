"""Shows the file of the selected answer: a heading, why it is an answer, and its lines."""

import asyncio
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from searchkit.hits.hit import Hit
from searchkit_tui import display
from searchkit_tui.host import host_of
from searchkit_tui.results import Results, hit_key
from searchkit_tui.widgets.code_view import CodeView, LineRange
from searchkit_tui.widgets.explanation import Explanation
from searchkit_tui.widgets.result_list import language_of, place_in_file

if TYPE_CHECKING:
    from searchkit_tui.document import Document


class Preview(Vertical):
    """The selected answer, in its file."""

    explains: reactive[bool] = reactive(False)

    class Failed(Message):
        """A file could not be read or coloured."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hit: Hit | None = None

    def compose(self) -> ComposeResult:
        """Lay out a heading, the reasons, and the lines."""
        yield Static(id="heading")
        yield Explanation(id="explanation")
        yield CodeView(id="code")

    @work(group="read", exclusive=True, exit_on_error=False)
    async def open(self, hit: Hit, answer: Results) -> None:
        """Read the file of a hit and show it.

        Args:
            hit: A hit of `answer`.
            answer: Its other hits in this file are shown too.
        """
        document = await host_of(self).engine.read(hit)
        same = self.hit is not None and hit_key(self.hit) == hit_key(hit)
        self.hit = hit
        others = [each for each in answer.hits if each.file == hit.file and each != hit]
        ranges = [
            LineRange(each.start_line, each.end_line, answer.share(each)) for each in (hit, *others)
        ]
        self.query_one("#heading", Static).update(_heading(hit, document, answer))
        self.query_one(Explanation).show(hit, answer)
        self.query_one(CodeView).show(document, ranges, hit.terms, best=hit.line, stay=same)

    def clear(self) -> None:
        """Show nothing."""
        self.workers.cancel_group(self, "read")
        self.hit = None
        self.query_one("#heading", Static).update("")
        self.query_one(Explanation).update("")
        self.query_one(CodeView).clear()

    @on(CodeView.ColourWanted)
    @work(group="colour", exclusive=True, exit_on_error=False)
    async def _colour(self, event: CodeView.ColourWanted) -> None:
        # While paging, blocks pass quickly: colour only the one where paging stops.
        await asyncio.sleep(0.05)
        await host_of(self).engine.colour(event.document, event.offset)
        self.query_one(CodeView).refresh()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Post the error of a file that could not be read."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.post_message(self.Failed(event.worker.error))

    def watch_explains(self) -> None:
        """Show or hide the reasons."""
        self.set_class(self.explains, "-explains")


def _heading(hit: Hit, document: "Document", answer: Results) -> Content:
    return Content.assemble(
        (f" {display.one_line(answer.path_of(hit))}", "bold"),
        (f":{place_in_file(hit)}", "$text-muted"),
        f"  {display.one_line(hit.symbol)}" if hit.symbol else "",
        (f"  {language_of(hit)}", "$text-muted"),
        (f"  {document.note}" if document.note else "", "$text-warning"),
    )
