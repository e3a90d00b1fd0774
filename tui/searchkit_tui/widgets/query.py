"""The query line."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input


class QueryLine(Input):
    """Where one types; what was asked before is offered as one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go", id="query.submit"),
        Binding("escape", "clear", "Clear", show=False, id="query.clear"),
    ]

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text, placeholder="Ask anything", select_on_focus=False, compact=True, id="query"
        )

    def offer(self, questions: list[str]) -> None:
        """Complete what is typed to one of these; the first that fits."""
        self.suggester = SuggestFromList(questions, case_sensitive=False)

    def replace_text(self, text: str) -> None:
        """Set the text as if it had been there all along: nobody is told that it changed."""
        with self.prevent(Input.Changed):
            self.value = text
        self.cursor_position = len(text)

    def action_clear(self) -> None:
        """Empty the line."""
        self.value = ""

    def _on_paste(self, event: events.Paste) -> None:
        """Take a whole snippet, its lines joined: the usual input keeps the first line only."""
        self.insert_text_at_cursor(" ".join(event.text.split()))
        event.prevent_default()
        event.stop()
