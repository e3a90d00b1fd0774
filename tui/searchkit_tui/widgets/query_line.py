"""The query line."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input


class QueryLine(Input):
    """The input of the question; completes it from what was asked before."""

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
        """Take keys that are pressed before there is a focus, for as long as there is none."""
        self.call_later(self._take_up)

    def _take_up(self) -> None:
        self._starting = False

    def take_early(self, event: events.Key) -> None:
        """Put what was typed before the line had the focus into it."""
        if self._starting and event.character and event.is_printable:
            event.stop()
            self.insert_text_at_cursor(event.character)

    def offer(self, questions: list[str]) -> None:
        """Complete what is typed to one of these; the first that fits."""
        self.suggester = SuggestFromList(questions, case_sensitive=False)

    def replace_text(self, text: str) -> None:
        """Set the text without telling anybody that it changed."""
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
