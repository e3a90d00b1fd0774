"""The line in which the question is typed."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input

# How the names of actions begin that edit the line, or move in it.
_EDITS = ("cursor_", "delete_", "home", "end", "clear")


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

    async def _on_key(self, event: events.Key) -> None:
        """Take keys that edit in the order in which they came.

        Letters are taken here, but bindings at the end of all parents: of keys that waited while
        the screen was drawn, later letters would overtake an earlier backspace.
        """
        bound = None if event.is_printable else self.screen.active_bindings.get(event.key)
        if bound and bound.node is self and bound.binding.action.startswith(_EDITS):
            event.stop()
            event.prevent_default()
            await self.run_action(bound.binding.action)

    def _on_paste(self, event: events.Paste) -> None:
        """Insert all of a snippet, its lines joined: Textual's input keeps only the first line."""
        self.insert_text_at_cursor(" ".join(event.text.split()))
        event.prevent_default()
        event.stop()
