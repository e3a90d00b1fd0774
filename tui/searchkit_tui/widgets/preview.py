"""The file of the selected answer: its heading, why it is an answer, and its lines."""

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

from searchkit_tui import shown
from searchkit_tui.desk import Answer, Found
from searchkit_tui.host import host_of
from searchkit_tui.widgets.code import CodeView, Passage
from searchkit_tui.widgets.explanation import Explanation
from searchkit_tui.widgets.results import language_of

if TYPE_CHECKING:
    from searchkit_tui.source import Document


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
        self.found: Found | None = None

    def compose(self) -> ComposeResult:
        """A heading, the reasons, the lines."""
        yield Static(id="heading")
        yield Explanation(id="explanation")
        yield CodeView(id="code")

    @work(group="read", exclusive=True, exit_on_error=False)
    async def open(self, found: Found, answer: Answer, terms: frozenset[str]) -> None:
        """Read the file of a hit and show it.

        Args:
            found: The hit.
            answer: Where it comes from; other hits of it in this file are shown too.
            terms: To be marked.
        """
        document = await host_of(self).engine.read(found)
        same = self.found is not None and self.found.key == found.key
        self.found = found
        others = [each for each in answer.found if each.file == found.file and each != found]
        passages = [
            Passage(each.hit.start_line, each.hit.end_line, answer.share(each))
            for each in (found, *others)
        ]
        self.query_one("#heading", Static).update(_heading(found, document, answer))
        self.query_one(Explanation).show(found, answer)
        self.query_one(CodeView).show(document, passages, terms, stay=same)

    def clear(self) -> None:
        """Show nothing."""
        self.workers.cancel_group(self, "read")
        self.found = None
        self.query_one("#heading", Static).update("")
        self.query_one(Explanation).update("")
        self.query_one(CodeView).clear()

    @on(CodeView.ColourWanted)
    def _colour(self, event: CodeView.ColourWanted) -> None:
        self._colour_later(event)

    @work(group="colour", exclusive=True, exit_on_error=False)
    async def _colour_later(self, event: CodeView.ColourWanted) -> None:
        # Who pages through a file passes many pieces: only where one stays is coloured.
        await asyncio.sleep(0.05)
        await host_of(self).engine.colour(event.document, event.offset)
        self.query_one(CodeView).refresh()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Pass on why a file could not be read."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.post_message(self.Failed(event.worker.error))

    def watch_explains(self) -> None:
        """Show or hide the reasons."""
        self.set_class(self.explains, "-explains")


def _heading(found: Found, document: "Document", answer: Answer) -> Content:
    hit = found.hit
    return Content.assemble(
        (f" {shown.line(answer.name_of(found))}", "bold"),
        (f":{hit.start_line}-{hit.end_line}", "$text-muted"),
        f"  {shown.line(hit.symbol)}" if hit.symbol else "",
        (f"  {language_of(hit)}", "$text-muted"),
        (f"  {document.note}" if document.note else "", "$text-warning"),
    )
