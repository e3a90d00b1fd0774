"""Asks small questions: for one line of text, and for a yes or a no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from searchkit_tui.widgets.key_line import key_hints


class NameScreen(ModalScreen[str | None]):
    """Asks for the name to save a search under; returns None when it is left without one.

    Args:
        value: The name at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave", id="dialog.leave")
    ]

    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out a title and an input line."""
        with Vertical(classes="dialog"):
            yield Label("Save as", classes="title")
            yield Input(self._value, select_on_focus=True)
            yield Label(key_hints(("enter", "save"), ("esc", "cancel")), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return what was typed."""
        self.dismiss(event.value.strip() or None)


class ConfirmScreen(ModalScreen[bool]):
    """Asks whether to go on.

    Args:
        request: What is to be done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Yes", id="confirm.yes"),
        Binding("escape,n", "dismiss(False)", "No", id="confirm.no"),
    ]

    def __init__(self, request: str) -> None:
        super().__init__()
        self._request = request

    def compose(self) -> ComposeResult:
        """Lay out the question, and the keys that answer it."""
        with Vertical(classes="dialog"):
            yield Label(self._request, classes="title", markup=False)
            yield Label(key_hints(("enter", "yes"), ("esc", "no")), classes="hint")
