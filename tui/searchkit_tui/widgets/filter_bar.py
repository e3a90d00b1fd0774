"""Shows, below the query, which sides are asked, the filters as chips, and how much was found."""

from dataclasses import replace

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from searchkit.ranking.confidence import is_weak
from searchkit.wording import amount
from searchkit_tui import display
from searchkit_tui.request import MODES, Mode, Request
from searchkit_tui.search_controller import SearchController

_ROOM_FOR_CHIP = 28


class FilterBar(Static):
    """Modes, filters and the number of answers; modes and filters can be clicked."""

    # Modes and filters are not coloured as links.
    auto_links = False

    class Asked(Message):
        """The question is to be asked with another mode or filter."""

        def __init__(self, request: Request) -> None:
            super().__init__()
            self.request = request

    def __init__(self) -> None:
        super().__init__(id="filters")
        self._request, self._root = Request(), ""
        self._summaries: list[str] = []

    def show(self, search: SearchController, root: str, *, counts: bool) -> None:
        """Show the question and a summary of the answer.

        Args:
            search: Its question, answer and marks are shown.
            root: The current folder; empty while that is unknown.
            counts: Whether to show the number of answers.
        """
        self._request, self._root = search.request, root
        self._summaries = _summaries(search) if counts else []
        self._draw()

    def on_resize(self) -> None:
        """Keep the summary at the right."""
        self._draw()

    def action_mode(self, mode: Mode) -> None:
        """Ask the same in another mode."""
        self.post_message(self.Asked(replace(self._request, mode=mode)))

    def action_drop(self, number: int) -> None:
        """Take a filter off."""
        chips = self._request.chips
        if number < len(chips):
            self.post_message(self.Asked(self._request.toggled(*chips[number])))

    def action_here(self) -> None:
        """Ask the current folder rather than all of them."""
        self.post_message(self.Asked(replace(self._request, root=self._root)))

    def action_unlike(self) -> None:
        """Go back from similar places to what was typed."""
        self.post_message(self.Asked(replace(self._request, like=None)))

    def _draw(self) -> None:
        left = Content(" ").join([*self._modes(), *self._chips()])
        free = self.size.width - left.cell_length - 1
        right = next((text for text in self._summaries if cell_len(text) <= free), "")
        room = self.size.width - cell_len(right) - 1
        left = left.truncate(max(0, room), ellipsis=True)
        gap = " " * max(0, room - left.cell_length)
        self.update(Content.assemble(left, gap, (right, "$text-muted")))

    def _modes(self) -> list[Content]:
        if like := self._request.like:
            label = display.truncate_start(display.one_line(f"{like.path}:{like.line}"), 40)
            return [_link(f" ≈ {label} × ", "$text-primary on $primary-muted", "unlike")]
        return [
            _link(f"[{mode}]", "bold $text-primary", f"mode('{mode}')")
            if mode == self._request.mode
            else _link(f" {mode} ", "$text-muted", f"mode('{mode}')")
            for mode in MODES
        ]

    def _chips(self) -> list[Content]:
        everywhere = self._root != "" and self._request.root == ""
        chips = [("all folders", "here")] if everywhere else []
        for number, (_, value) in enumerate(self._request.chips):
            label = display.truncate_start(display.one_line(value), _ROOM_FOR_CHIP)
            chips.append((label, f"drop({number})"))
        return [
            _link(f" {label} × ", "$text-accent on $accent-muted", action)
            for label, action in chips
        ]


def _link(label: str, style: str, action: str) -> Content:
    return Content.styled(label, style).stylize(f"@click={action}")


def _summaries(search: SearchController) -> list[str]:
    """Say how much was found and how quickly, then the same in fewer and fewer words."""
    hits = search.answer.hits
    marked = f"{len(search.marks):,} marked" if search.marks else ""
    if search.outdated:
        words = ["the index has changed: / enter asks again", "/ enter asks again"]
    elif hits:
        files = amount(len({each.file for each in hits}), "file")
        best = "the best " if len(hits) == search.answer.limit else ""
        weak = "weak match: " if is_weak(hits[0].confidence) else ""
        count = f"{weak}{best}{amount(len(hits), 'answer')}"
        words = [f"{count} in {files}, {search.seconds * 1000:.0f} ms", count, weak.rstrip(": ")]
    else:
        words = [""]
    return [" · ".join(filter(None, (marked, text))) for text in words] + [marked]
