"""Shows the keys that work now, at the foot of the screen."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

_LAST = "app.help"  # the binding that stands at the right, however narrow the screen
_COMMANDS = Binding("ctrl+p", "command_palette", "Commands")


class KeyLine(Static):
    """The keys that work where the focus is, as many as fit whole; each can be clicked.

    One widget draws them all: Textual's footer makes a widget for each key, never frees one
    (Textualize/textual#6666) and cuts the last one off.
    """

    auto_links = False

    def __init__(self) -> None:
        super().__init__(id="keys")

    def on_mount(self) -> None:
        """Draw again whenever other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def on_resize(self) -> None:
        """Show as many as fit now."""
        self._draw()

    def _update(self, screen: Screen[object]) -> None:
        # While the terminal has lost the focus no widget has it: keep the keys as they were.
        if screen.is_current and self.app.app_focus:
            self._draw()

    def _draw(self) -> None:
        keys = {binding.id: self._key(binding) for binding in self._offered()}
        right = [keys.pop(_LAST)] if _LAST in keys else []
        self.update(_fitted([*keys.values(), self._key(_COMMANDS)], right, self.size.width))

    def _offered(self) -> Iterator[Binding]:
        """Yield the bindings that work now and are shown, those of the focused widget first."""
        actions = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in actions:
                actions.add(binding.action)
                yield binding

    def _key(self, binding: Binding) -> Content:
        key = Content.styled(self.app.get_key_display(binding), "bold $footer-key-foreground")
        label = Content.styled(f" {binding.description}", "$footer-description-foreground")
        return (key + label).stylize(f"@click=press({binding.key!r})")

    def action_press(self, key: str) -> None:
        """Do what the clicked key does."""
        self.app.simulate_key(key)


def key_hints(*pairs: tuple[str, str]) -> Content:
    """Return keys and what they do, in one line, as dialogs show them."""
    hints = [Content.assemble((key, "bold"), (f" {what}", "$text-muted")) for key, what in pairs]
    return Content("  ").join(hints)


def _fitted(left: Sequence[Content], right: Sequence[Content], width: int) -> Content:
    """Fit a line into a width: `right` at the right, and before it as much of `left` as fits."""
    end = Content("  ").join(right)
    room = width - end.cell_length - 4
    lengths = list(accumulate(key.cell_length + 1 for key in left))
    fitting = sum(length - 1 <= room for length in lengths)
    gap = "  " if fitting == len(left) and lengths and lengths[-1] + fitting <= room else " "
    line = Content(gap).join(left[:fitting])
    return Content.assemble(" ", line, " " * (room + 2 - line.cell_length), end)
