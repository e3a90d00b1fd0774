"""Asks for a file and a format, and writes answers to it."""

import contextlib
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from searchkit.hits.export import FORMATS
from searchkit.hits.hit import Hit
from searchkit.indexes.location import expanded
from searchkit.wording import amount
from searchkit_index.errors import RootError
from searchkit_tui import display
from searchkit_tui.host import host_of
from searchkit_tui.request import Request
from searchkit_tui.widgets.key_line import key_hints
from searchkit_tui.widgets.notice import Notice


def outside(roots: Collection[Path]) -> Path:
    """Return a folder outside these: an export inside a searched folder would become an answer."""
    folders: list[Path] = []
    for find in (Path.cwd, Path.home, lambda: Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError, RuntimeError):  # removed, or a user without a home
            folders.append(find())
    free = [each for each in folders if not any(each.is_relative_to(root) for root in roots)]
    return [*free, *folders, Path("/")][0]


class ExportScreen(ModalScreen[None]):
    """Writes answers to a file.

    Args:
        request: What was asked.
        hits: What to write.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave", id="dialog.leave")
    ]

    def __init__(self, request: Request, hits: Sequence[Hit]) -> None:
        super().__init__()
        self._request, self._hits = request, hits
        self._offered = self._offer(FORMATS[0].suffix)

    def compose(self) -> ComposeResult:
        """Lay out the formats, the path, and a place for messages."""
        with Vertical(classes="dialog"):
            yield Label(f"Export {amount(len(self._hits), 'answer')}", classes="title")
            yield OptionList(*(Option(each.name) for each in FORMATS), compact=True)
            yield Input(self._offered, id="path")
            yield Notice(id="notice")
            yield Label(
                key_hints(
                    ("↑ ↓", "format"), ("tab", "file name"), ("enter", "write"), ("esc", "cancel")
                ),
                classes="hint",
            )

    def _offer(self, suffix: str) -> str:
        """Suggest a file that is not there yet, outside the folders that were searched."""
        folder = outside({hit.root for hit in self._hits})
        names = (f"hits{number}{suffix}" for number in ("", *range(2, 1_000)))
        return display.short_path(
            next(path for name in names if not (path := folder / name).exists())
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Give the file the ending of the format."""
        path, suffix = self.query_one("#path", Input), FORMATS[event.option_index].suffix
        if path.value in ("", self._offered):
            self._offered = path.value = self._offer(suffix)
        else:
            path.value = str(Path(path.value).with_suffix(suffix))

    def on_option_list_option_selected(self) -> None:
        """Write in the chosen format."""
        self._write()

    def on_input_submitted(self) -> None:
        """Write to the path that was typed."""
        self._write()

    def _write(self) -> None:
        number = self.query_one(OptionList).highlighted or 0
        text = FORMATS[number].write(self._request.title, self._hits)
        try:
            path = expanded(self.query_one("#path", Input).value)
        except RootError as error:
            self.query_one(Notice).show_error(error)
            return
        try:
            # "x": never overwrites a file.
            with path.open("x", encoding="utf-8", errors="surrogateescape") as file:
                file.write(text)
        except FileExistsError:
            self.query_one(Notice).show(f"{path.name} is there already", "choose another name")
        except OSError as error:
            self.query_one(Notice).show(f"{path} cannot be written: {error.strerror}", error=True)
        else:
            self.dismiss()
            host_of(self).say(f"wrote {path}")
