"""One line about the index: what it holds, how fresh it is, how far a run is."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from searchkit_tui import shown
from searchkit_tui.widgets.results import bar

if TYPE_CHECKING:
    from searchkit.status import Freshness, Status
    from searchkit_index.build import Progress

_TOLD_SECONDS = 4.0

_DOING = {"read": ("reading", "file"), "embed": ("embedding", "passage")}


class StatusLine(Static):
    """What is known of the index; a click asks for more."""

    class Clicked(Message):
        """More is to be told."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self.root = ""
        self.status: Status | None = None
        self.freshness: Freshness | None = None
        self.progress: Progress | None = None
        self.building = False
        self.marked = 0
        self._told = ""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Draw what is known at first."""
        self.draw()

    def on_resize(self) -> None:
        """Keep the right side at the right."""
        self.draw()

    def on_click(self) -> None:
        """Ask for more."""
        self.post_message(self.Clicked())

    def tell(self, words: str) -> None:
        """Say something, for a few seconds."""
        self._told = words
        self.draw()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_TOLD_SECONDS, self._tell_no_more)

    def _tell_no_more(self) -> None:
        self._told = ""
        self.draw()

    def draw(self) -> None:
        """Draw what stands in the attributes."""
        right, style = self._right()
        if self._told:
            right, style = shown.clipped_left(shown.line(self._told), self.size.width - 20), "bold"
        room = self.size.width - Content(right).cell_length - 3
        left = self._left().truncate(max(0, room), ellipsis=True)
        gap = " " * max(1, room - left.cell_length + 1)
        self.update(Content.assemble(" ", left, gap, (right, style)))

    def _left(self) -> Content:
        root = shown.clipped_left(shown.line(self.root), self.size.width // 3)
        parts = [Content.styled(root or "all folders", "bold")]
        if self.marked:
            parts.append(Content.styled(f"{self.marked} marked", "bold $text-accent"))
        if self.status and self.root:
            parts += [
                Content(shown.amount(self.status.files, "file")),
                Content(shown.amount(self.status.chunks, "passage")),
                Content(self.status.model),
            ]
        return Content(" · ").join(parts)

    def _right(self) -> tuple[str, str]:
        if self.building:
            return progress_words(self.progress), "$text-accent"
        freshness = self.freshness
        if freshness is None:
            return "", ""
        if freshness.busy:
            return "being indexed by another process", "$text-warning"
        if freshness.stale or freshness.pending:
            told = [
                f"{freshness.stale:,} changed" if freshness.stale else "",
                f"{freshness.pending:,} to embed" if freshness.pending else "",
            ]
            return ", ".join(filter(None, told)) + ": f5 takes them in", "$text-warning"
        return "up to date", "$text-success"


def progress_words(progress: "Progress | None") -> str:
    """How far a run is, in a few words and a bar."""
    if progress is None or not progress.total:
        return "looking at the files, f5 stops"
    doing, thing = _DOING[progress.stage]
    share = progress.done / progress.total
    count = f"{progress.done:,} of {shown.amount(progress.total, thing)}"
    return f"{doing} {bar(share, 10)} {share:.0%}  {count}, f5 stops"


def short(path: Path) -> str:
    """A path with the home folder as `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
