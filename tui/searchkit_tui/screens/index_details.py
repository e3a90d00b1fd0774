"""Shows what the index of a folder holds, what it left out, and why."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from searchkit.wording import megabytes, moment
from searchkit_index.errors import SearchkitError
from searchkit_tui.display import one_line, short_path
from searchkit_tui.host import host_of
from searchkit_tui.widgets.key_line import key_hints
from searchkit_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from searchkit.status import Status

_LANGUAGES = 4  # named; the rest is counted


class IndexScreen(ModalScreen[bool]):
    """Figures, the files that were skipped, and a line to ask about any path.

    Returns True when the folder is to be indexed, which is not offered for a shared index.

    Args:
        root: The folder of the index.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f8", "dismiss(False)", "Leave", id="details.leave"),
        Binding("f5", "dismiss(True)", "Index", id="details.index"),
    ]

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer indexing for a folder only: a shared index is pushed from elsewhere."""
        return parameters != (True,) or not host_of(self).engine.is_team

    def compose(self) -> ComposeResult:
        """Lay out the figures, the skipped files, and a line to ask about a path."""
        index = [] if host_of(self).engine.is_team else [("f5", "index what changed")]
        with Vertical(classes="dialog large"):
            yield Label(
                f"The index of {one_line(short_path(self._root))}", classes="title", markup=False
            )
            yield Notice(id="notice")
            yield Static(id="figures")
            yield OptionList(id="skipped", compact=True)
            yield Input(
                placeholder="Why is this file not found? Type its path", id="why", compact=True
            )
            yield Label(key_hints(("tab", "next"), *index, ("esc", "close")), classes="hint")

    def on_mount(self) -> None:
        """Ask the index."""
        self.fill()

    @work(exit_on_error=False)
    async def fill(self) -> None:
        """Show the figures and the skipped files."""
        engine = host_of(self).engine
        try:
            status = await engine.status(self._root)
            skipped = await engine.skipped(self._root)
        except SearchkitError as error:
            self.query_one(Notice).show_error(error)
            return
        last = "pushed" if engine.is_team else "last run"
        self.query_one("#figures", Static).update(_figures(status, last))
        rows = [
            Option(Content.assemble(one_line(path), (f"  {one_line(reason)}", "$text-muted")))
            for path, reason in skipped
        ]
        listed = self.query_one("#skipped", OptionList)
        listed.add_options(rows or [Option("no file was skipped", disabled=True)])
        listed.focus()

    @on(Input.Submitted, "#why")
    async def _explain(self, event: Input.Submitted) -> None:
        path = event.value.strip()
        if not path:
            return
        whole = Path(os.path.normpath(self._root / path))  # no link is followed
        inside = whole.is_relative_to(self._root)
        name = whole.relative_to(self._root).as_posix() if inside else path
        try:
            words = await host_of(self).engine.path_words(self._root, name)
        except SearchkitError as error:
            self.query_one(Notice).show_error(error)
        else:
            self.query_one(Notice).show(f"{path}: {words}")


def _figures(status: "Status", last: str) -> Content:
    from searchkit_index.languages.natural import NAMES

    skipped, partial = sum(status.skipped.values()), sum(status.partial.values())
    in_part = f" ({partial:,} only in part)" if partial else ""
    size, where = status.catalog_bytes + status.vector_bytes, short_path(status.folder)
    prose = {NAMES.get(code, code): held for code, held in status.natural_languages.items()}
    rows = [
        ("files", f"{status.files:,} indexed{in_part}, {skipped:,} skipped"),
        ("languages", _named(status.languages)),
        *([("prose in", _named(prose))] if prose else ()),
        ("chunks", f"{status.chunks:,}, {status.pending:,} of them still to embed"),
        ("model", f"{status.model} ({status.fingerprint})"),
        ("on disk", f"{megabytes(size)} in {where}" if size else where),
        (last, moment(status.last_run)),
        *((f"skipped {count:,}", reason) for reason, count in list(status.skipped.items())[:4]),
    ]
    lines = [Content.assemble((f"{name:>13}  ", "bold"), one_line(value)) for name, value in rows]
    return Content("\n").join(lines)


def _named(languages: Mapping[str, tuple[int, int]]) -> str:
    """Name the languages of most files, each with its count, and how many more there are."""
    named = [f"{name} {files:,}" for name, (files, _) in list(languages.items())[:_LANGUAGES]]
    more = f" and {len(languages) - _LANGUAGES} more" if len(languages) > _LANGUAGES else ""
    return ", ".join(named) + more
