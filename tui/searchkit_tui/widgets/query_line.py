"""The line in which the question is typed."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input


class QueryLine(Input):
    """The input of the question; completes it from earlier questions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go", id="query.submit"),
        Binding("escape", "clear", "Clear", show=False, id="query.clear"),
    ]

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text, placeholder="Ask anything", select_on_focus=False, compact=True, id="query"
        )
        self._starting = True

    def on_mount(self) -> None:
        """Accept keys pressed before the line has the focus, until it has it."""
        self.call_later(self._end_start)

    def _end_start(self) -> None:
        self._starting = False

    def take_early(self, event: events.Key) -> None:
        """Insert a key that was pressed before the line had the focus."""
        if self._starting and event.character and event.is_printable:
            event.stop()
            self.insert_text_at_cursor(event.character)

    def offer(self, questions: list[str]) -> None:
        """Complete what is typed to the first of these that begins with it."""
        self.suggester = SuggestFromList(questions, case_sensitive=False)

    def replace_text(self, text: str) -> None:
        """Set the text without posting that it changed."""
        with self.prevent(Input.Changed):
            self.value = text
        self.cursor_position = len(text)

    def action_clear(self) -> None:
        """Empty the line."""
        self.value = ""

    def _on_paste(self, event: events.Paste) -> None:
        """Insert all of a snippet, its lines joined: Textual's input keeps only the first line."""
        self.insert_text_at_cursor(" ".join(event.text.split()))
        event.prevent_default()
        event.stop()
