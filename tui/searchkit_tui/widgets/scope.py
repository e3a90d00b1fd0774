"""The line below the query: which sides are asked, the filters as chips, how much was found."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from searchkit_tui import shown
from searchkit_tui.question import MODES, Question

_ROOM_FOR_CHIP = 28


class Scope(Static):
    """Modes, chips and tally; each mode and chip answers to a click."""

    def __init__(self) -> None:
        super().__init__(id="scope")
        self._question = Question()
        self._tallies: Sequence[str] = ()

    def show(self, question: Question, tallies: Sequence[str]) -> None:
        """Show what is asked, and what came of it.

        Args:
            question: With its modes and filters.
            tallies: In many words, and in fewer; the first that the filters leave room for.
        """
        self._question, self._tallies = question, tallies
        self._draw()

    def on_resize(self) -> None:
        """Keep the tally at the right."""
        self._draw()

    def _draw(self) -> None:
        left = Content(" ").join([*self._modes(), *self._chips()])
        free = self.size.width - left.cell_length - 1
        right = next((tally for tally in self._tallies if cell_len(tally) <= free), "")
        room = self.size.width - cell_len(right) - 1
        left = left.truncate(max(0, room), ellipsis=True)
        gap = " " * max(0, room - left.cell_length)
        self.update(Content.assemble(left, gap, (right, "$text-muted")))

    def _modes(self) -> list[Content]:
        if like := self._question.like:
            label = shown.clipped_left(shown.line(f"{like.path}:{like.line}"), 40)
            return [_link(f" ≈ {label} × ", "$text-primary on $primary-muted", "screen.unlike")]
        return [
            _link(f"[{mode}]", "bold $text-primary", f"screen.mode('{mode}')")
            if mode == self._question.mode
            else _link(f" {mode} ", "$text-muted", f"screen.mode('{mode}')")
            for mode in MODES
        ]

    def _chips(self) -> list[Content]:
        return [
            _link(
                f" {shown.clipped_left(shown.line(value), _ROOM_FOR_CHIP)} × ",
                "$text-accent on $accent-muted",
                f"screen.drop({number})",
            )
            for number, (_, value) in enumerate(self._question.chips)
        ]


def _link(label: str, style: str, action: str) -> Content:
    return Content.styled(label, style).stylize(f"@click={action}")
