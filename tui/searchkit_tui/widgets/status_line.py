"""Shows one line about the index: what it holds, how fresh it is, how far a run is."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from searchkit.wording import STAGES, amount, in_part
from searchkit_tui import display
from searchkit_tui.index_controller import IndexState

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Progress

_MESSAGE_SECONDS = 4.0
_LEAST_LEFT = 17  # cells of what stands beside a message


class StatusLine(Static):
    """The state of the index; a click opens its details."""

    class Clicked(Message):
        """The details of the index are wanted."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self.state = IndexState()
        self._message = ""
        self._timer: Timer | None = None

    def show(self, state: IndexState) -> None:
        """Show the state of an index."""
        self.state = state
        self._draw()

    def on_resize(self) -> None:
        """Align the right side anew."""
        self._draw()

    def on_click(self) -> None:
        """Ask for the details."""
        self.post_message(self.Clicked())

    def say(self, message: str) -> None:
        """Show a message for a few seconds."""
        self._message = message
        self._draw()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_MESSAGE_SECONDS, self._end_message)

    def _end_message(self) -> None:
        self._message = ""
        self._draw()

    def _draw(self) -> None:
        right, style = self._right()
        if self._message:
            message, room = display.one_line(self._message), self.size.width - 3
            # Beside a long one there is no room for a part of the folder that tells anything.
            room -= _LEAST_LEFT * (cell_len(message) <= room - _LEAST_LEFT)
            right, style = display.truncate_start(message, room), "bold"
        room = self.size.width - Content(right).cell_length - 3
        left = self._left().truncate(max(0, room), ellipsis=True)
        gap = " " * max(1, room - left.cell_length + 1)
        self.update(Content.assemble(" ", left, gap, (right, style)))

    def _left(self) -> Content:
        location, status = self.state.location, self.state.status
        root = display.short_path(location.root) if location else ""
        parts = [
            Content.styled(
                display.truncate_start(display.one_line(root), self.size.width // 3), "bold"
            )
        ]
        if status:
            parts += [
                Content(amount(status.files, "file")),
                Content(amount(status.chunks, "chunk")),
                Content(status.model),
            ]
        return Content(" · ").join(parts)

    def _right(self) -> tuple[str, str]:
        if self.state.building:
            return _progress_words(self.state.progress), "$text-accent"
        freshness = self.state.freshness
        if freshness is None:
            return "", ""
        if freshness.busy:
            return "being indexed by another process", "$text-warning"
        if freshness.stale or freshness.pending:
            changed = freshness.stale - freshness.older
            counts = [
                f"{amount(changed, 'file')} changed" if changed else "",
                f"{amount(freshness.older, 'file')} to renew" if freshness.older else "",
                f"{amount(freshness.pending, 'passage')} to embed" if freshness.pending else "",
            ]
            told = ", ".join(filter(None, (*counts, self.state.age)))
            if self.state.age:  # a shared one is pushed anew
                return told, "$text-warning"
            remedy = "the index cannot be written to" if freshness.fault else "f5 indexes them"
            return f"{told}; {remedy}", "$text-warning"
        return self.state.age or f"up to date{in_part(freshness)}", "$text-success"


def _progress_words(progress: "Progress | None") -> str:
    """Say how far a run is, in a few words and a bar."""
    if progress is None or not progress.total:
        return "looking at the files; f5 stops"
    doing, thing = STAGES[progress.stage]
    share = progress.done / progress.total
    count = f"{progress.done:,} of {amount(progress.total, thing)}"
    return f"{doing} {display.bar(share, 10)} {share:.0%}  {count}; f5 stops"
