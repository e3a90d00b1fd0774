"""Lists every key, by where it works."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from searchkit_tui import display, keys
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.key_line import key_hints
from searchkit_tui.widgets.result_list import ResultList
from searchkit_tui.widgets.search_pane import SearchPane

# Columns in which keys, what they do and their ids stand beside each other.
_BESIDE = 72

# The places where keys work, by title.
PLACES: dict[str, type[DOMNode]] = {
    "Everywhere": SearchScreen,
    "While searching": SearchPane,
    "In the answers": ResultList,
    "In the preview": CodeView,
}


class HelpScreen(ModalScreen[None]):
    """A table of keys; any of the keys that close things closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss(None)", "Leave", id="help.leave")
    ]

    def compose(self) -> ComposeResult:
        """Lay out a table for each place."""
        with Vertical(classes="dialog large"):
            yield Label("Keys", classes="title")
            with VerticalScroll():
                yield Static(self._table(), id="table")
            yield Label(key_hints(("esc", "close"), ("ctrl+p", "commands by name")), classes="hint")

    def on_resize(self) -> None:
        """Lay the table out for another width."""
        self.query_one("#table", Static).update(self._table())

    def _table(self) -> Content:
        lines = []
        for title, place in PLACES.items():
            lines.append(Content.styled(title, "bold $text-accent"))
            everywhere = [type(self.app)] if place is SearchScreen else []
            for id_, binding in keys.bindings_of(place, *everywhere).items():
                pressed = self.app._keymap.get(id_, binding.key)
                shown = " ".join(
                    self.app.get_key_display(each) for each in _separate(binding, pressed)
                )
                lines.append(self._row(shown, binding.description, id_))
            lines.append(Content(""))
        lines.append(
            Content.assemble(
                "Remap them by their ids in ",
                (display.short_path(keys.path()), "bold"),
                ', one to a line:\n  "search.filters" = "ctrl+k"',
            )
        )
        return Content("\n").join(lines)

    def _row(self, shown: str, does: str, id_: str) -> Content:
        """Lay out a key, what it does, and its id, which is below where the terminal is narrow."""
        if self.app.size.width >= _BESIDE:
            return Content.assemble((f"  {shown:<16}", "bold"), f"{does:<24}", (id_, "$text-muted"))
        beside = Content.assemble((f"  {shown}", "bold"), f"  {does}")
        return Content.assemble(beside, "\n", (f"    {id_}", "$text-muted"))


def _separate(binding: Binding, pressed: str) -> list[Binding]:
    return [binding.with_key(key.strip()) for key in pressed.split(",")]
