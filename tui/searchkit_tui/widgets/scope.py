"""The line below the query: which sides are asked, the filters as chips, how much was found."""

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
        self._tally = ""

    def show(self, question: Question, tally: str) -> None:
        """Show what is asked, and in a few words what came of it."""
        self._question, self._tally = question, tally
        self._draw()

    def on_resize(self) -> None:
        """Keep the tally at the right."""
        self._draw()

    def _draw(self) -> None:
        left = Content(" ").join([*self._modes(), *self._chips()])
        right = shown.clipped(self._tally, max(0, self.size.width - 30))
        room = self.size.width - Content(right).cell_length - 2
        left = left.truncate(max(0, room), ellipsis=True)
        gap = " " * max(1, room - left.cell_length + 1)
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
