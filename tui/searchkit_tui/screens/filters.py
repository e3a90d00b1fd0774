"""Chooses filters from what the index holds; the answers behind change with every choice."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from searchkit_index.errors import SearchkitError
from searchkit_tui.host import host_of
from searchkit_tui.request import TITLES, Facet, Request
from searchkit_tui.widgets.facet_list import FacetList
from searchkit_tui.widgets.key_line import key_hints
from searchkit_tui.widgets.notice import Notice


class FilterScreen(ModalScreen[None]):
    """Lists of languages, kinds and folders, and a line for any glob.

    Args:
        request: What is asked.
        root: The folder whose files are counted; every indexed one when None.
        ask: Called with the question whenever a filter changes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+f", "dismiss(None)", "Done", id="filters.done"),
        Binding("ctrl+d", "clear", "Take all off", id="filters.clear", priority=True),
    ]

    def __init__(self, request: Request, root: Path | None, ask: Callable[[Request], None]) -> None:
        super().__init__()
        self._request, self._root, self._ask = request, root, ask

    def compose(self) -> ComposeResult:
        """Lay out a list for each facet side by side, and a line for globs."""
        with Vertical(classes="dialog large"):
            yield Label("Filters, with the number of files for each", classes="title")
            yield Notice(id="notice")
            with Horizontal():
                for facet, title in TITLES.items():
                    with Vertical(classes="facet"):
                        yield Label(title)
                        yield FacetList(id=facet)
            yield Input(placeholder="Any path: src/** or *.md, then enter", id="glob", compact=True)
            yield Label(
                key_hints(
                    ("space", "choose"), ("tab", "next list"), ("ctrl+d", "clear"), ("esc", "close")
                ),
                classes="hint",
            )

    def on_mount(self) -> None:
        """Count what there is."""
        self.fill()

    @work(exit_on_error=False)
    async def fill(self) -> None:
        """List the values in the index, the chosen ones checked."""
        try:
            held = await host_of(self).engine.facets(self._root)
        except SearchkitError as error:
            self.query_one(Notice).show_error(error)
            return
        for facet, counts in held.items():
            chosen = getattr(self._request, facet)
            self.query_one(f"#{facet}", FacetList).show(counts, chosen)
        self.query_one("#languages").focus()

    @on(FacetList.Toggled)
    def _toggle(self, event: FacetList.Toggled) -> None:
        self._change(self._request.toggled(cast(Facet, event.facet), event.value))

    @on(Input.Submitted, "#glob")
    def _add(self, event: Input.Submitted) -> None:
        glob = event.value.strip()
        if glob and glob not in self._request.globs:
            self._change(self._request.toggled("globs", glob))
        event.input.clear()

    def action_clear(self) -> None:
        """Take every filter off."""
        self._change(self._request.unfiltered())

    def _change(self, request: Request) -> None:
        self._request = request
        for each in self.query(FacetList):
            each.choose(getattr(request, str(each.id)))
        self._ask(request)
