"""Lists one facet of what an index holds: its values with counts, some of them chosen."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from searchkit_tui import display


class FacetList(OptionList):
    """Values to choose from; the chosen ones have a dot, to be told without colours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,x", "select", "Choose", show=False, id="facet.choose"),
        Binding("j", "cursor_down", show=False, id="facet.down"),
        Binding("k", "cursor_up", show=False, id="facet.up"),
    ]

    class Toggled(Message):
        """A value was chosen, or is not chosen any more."""

        def __init__(self, facet: str, value: str) -> None:
            super().__init__()
            self.facet = facet
            self.value = value

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self._counts: dict[str, int] = {}
        self._chosen: Collection[str] = ()

    @property
    def values(self) -> Collection[str]:
        """The listed values, in order."""
        return self._counts

    def show(self, counts: Mapping[str, int], chosen: Collection[str]) -> None:
        """List values with their counts, largest first; a count of 0 is not shown."""
        self._counts = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        self.choose(chosen)
        self.highlighted = 0 if self.option_count else None

    def choose(self, chosen: Collection[str]) -> None:
        """Mark the chosen values; those not listed yet, such as a typed glob, are added."""
        self._counts |= {value: 0 for value in chosen if value not in self._counts}
        self._chosen = chosen
        self._draw()

    def on_resize(self) -> None:
        """Keep the counts at the right."""
        self._draw()

    def watch_show_vertical_scrollbar(self) -> None:
        """Keep the counts at the left of a scroll bar, which no change of size tells of."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self.option_count == len(self._counts):  # a list that is made anew loses its scroll bar
            for index, value in enumerate(self._counts):
                self.replace_option_prompt_at_index(index, self._row(value))
            return
        highlighted = self.highlighted
        self.clear_options().add_options(Option(self._row(value)) for value in self._counts)
        self.highlighted = highlighted

    def _row(self, value: str) -> Content:
        chosen, count = value in self._chosen, self._counts[value]
        right = f" {count:,}" if count else ""
        room = self.scrollable_content_region.width - 2 - len(right)
        name = display.truncate(display.one_line(value.removesuffix("/**")), room)
        return Content.assemble(
            ("● " if chosen else "  ", "bold"),
            (name, "bold" if chosen else ""),
            " " * (room - cell_len(name)),
            (right, "$text-muted"),
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell which value was toggled."""
        event.stop()
        self.post_message(self.Toggled(str(self.id), list(self._counts)[event.option_index]))
