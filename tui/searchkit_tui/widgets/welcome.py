"""Shows what to do first, and example questions, while nothing is asked."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from searchkit_tui import display
from searchkit_tui.request import Request

_KEYS = (
    ("↓ ↑", "through the answers, while typing"),
    ("enter", "to the answers; there again, open in your editor"),
    ("ctrl+t", "by meaning, by words, or both"),
    ("ctrl+f", "filters"),
    ("f1", "all keys"),
)


class Welcome(VerticalScroll, can_focus=False):
    """Offers to index the folder, or questions to ask."""

    class IndexWanted(Message):
        """The button to index the folder was pressed."""

    class Asked(Message):
        """One of the offered questions was chosen."""

        def __init__(self, request: Request) -> None:
            super().__init__()
            self.request = request

    def __init__(self) -> None:
        super().__init__(id="welcome")
        self._offers: list[Request] = []

    def compose(self) -> ComposeResult:
        """Lay out a greeting, a button for the first index, questions, and a few keys."""
        yield Static(id="greeting")
        yield Button("Index this folder: enter, or f5", variant="primary", id="index", compact=True)
        yield Static("Ask, for example:", id="offers-title")
        yield OptionList(id="offers", compact=True)
        yield Static(_key_help(), id="key-help")

    def greet(self, root: str, *, indexed: bool, building: bool) -> None:
        """Say which folder is searched, and what can be done.

        Args:
            root: The folder, shortened.
            indexed: Whether there is something to search in.
            building: Whether it is being indexed now.
        """
        shown = display.truncate_start(display.one_line(root), self._room)
        name = Content.styled(shown, "bold")
        if building:
            words = Content.assemble("Indexing ", name, ". You can ask already.")
        elif indexed:
            words = Content.assemble("Ask ", name, " anything: a question, a name, a snippet.")
        else:
            words = Content.assemble(
                "There is no index of ",
                name,
                " yet. It is made once, on this computer only; nothing is written into the folder.",
            )
        self.query_one("#greeting", Static).update(words)
        self.query_one("#index").display = not indexed and not building

    def offer(self, examples: Sequence[str], asked: Sequence[Request]) -> None:
        """Offer questions: examples from the files, then earlier ones."""
        self._offers = [*(Request(text) for text in examples), *asked]
        rows = [Option(self._row("  ", text)) for text in examples]
        rows += [Option(self._row("↺ ", request.title)) for request in asked]
        offers = self.query_one(OptionList)
        offers.clear_options().add_options(rows)
        offers.display = self.query_one("#offers-title").display = bool(rows)

    @property
    def _room(self) -> int:
        """The columns of a text in one line, beside margins and a mark."""
        return max(10, min(74, self.app.size.width - 8))

    def _row(self, lead: str, text: str) -> Content:
        shown = display.truncate(display.one_line(text), self._room)
        return Content.assemble((lead, "$text-muted"), shown)

    def focus_offers(self) -> None:
        """Give the focus to the offered questions."""
        offers = self.query_one(OptionList)
        if offers.display:
            offers.focus()
            offers.highlighted = offers.highlighted or 0

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Asked(self._offers[event.option_index]))

    @on(Button.Pressed)
    def _want_index(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.IndexWanted())


def _key_help() -> Content:
    rows = [
        Content.assemble((f"{keys:>7}  ", "bold"), (what, "$text-muted")) for keys, what in _KEYS
    ]
    return Content("\n").join(rows)
