"""The keys of the moment, at the foot of the screen."""

from textual.app import ComposeResult
from textual.widgets import Footer


class KeyLine(Footer):
    """A footer that lets go of the keys it showed before.

    Textual's holds every one of them, with all that was drawn, until what they watch is set anew:
    a megabyte for each question (Textualize/textual#6666).
    """

    def compose(self) -> ComposeResult:
        """Forget the former keys, and show those of now."""
        self.mutate_reactive(Footer.compact)
        yield from super().compose()
