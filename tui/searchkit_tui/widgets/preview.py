"""The file of the selected answer: its heading, why it is an answer, and its lines."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from searchkit_tui import shown
from searchkit_tui.desk import Answer, Found
from searchkit_tui.source import Document
from searchkit_tui.widgets.code import CodeView, Passage
from searchkit_tui.widgets.reasons import Reasons


class Preview(Vertical):
    """The selected answer, in its file."""

    explains: reactive[bool] = reactive(False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found: Found | None = None

    def compose(self) -> ComposeResult:
        """A heading, the reasons, the lines."""
        yield Static(id="heading")
        yield Reasons(id="reasons")
        yield CodeView(id="code")

    def show(self, found: Found, document: Document, answer: Answer, terms: frozenset[str]) -> None:
        """Show a hit in its file.

        Args:
            found: The hit.
            document: Its file.
            answer: Where it comes from; other hits of it in this file are shown too.
            terms: To be marked.
        """
        self.found = found
        others = [each for each in answer.found if each.file == found.file and each != found]
        passages = [
            Passage(each.hit.start_line, each.hit.end_line, answer.share(each))
            for each in (found, *others)
        ]
        self.query_one("#heading", Static).update(_heading(found, document, answer))
        self.query_one(Reasons).show(found, answer)
        self.query_one(CodeView).show(document, passages, terms)

    def clear(self) -> None:
        """Show nothing."""
        self.found = None
        self.query_one("#heading", Static).update("")
        self.query_one(Reasons).update("")
        self.query_one(CodeView).clear()

    def watch_explains(self) -> None:
        """Show or hide the reasons."""
        self.set_class(self.explains, "-explains")


def _heading(found: Found, document: Document, answer: Answer) -> Content:
    hit = found.hit
    return Content.assemble(
        (f" {shown.line(answer.name_of(found))}", "bold"),
        (f":{hit.start_line}-{hit.end_line}", "dim"),
        f"  {shown.line(hit.symbol)}" if hit.symbol else "",
        (f"  {document.note}" if document.note else "", "$text-warning"),
    )
