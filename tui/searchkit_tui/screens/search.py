"""The search screen: the search, the index it asks, and the dialogs over both."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from searchkit.hits.hit import Hit
from searchkit.printable import error_line
from searchkit.wording import amount
from searchkit_tui import display
from searchkit_tui.editor import local_path, openable
from searchkit_tui.engine import CancelledError
from searchkit_tui.host import Host, host_of
from searchkit_tui.index_controller import REFRESH_SECONDS, IndexController, IndexState
from searchkit_tui.screens.choices import choose_folder, choose_question, choose_saved
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.key_line import KeyLine
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.query_line import QueryLine
from searchkit_tui.widgets.result_list import ResultList
from searchkit_tui.widgets.search_pane import SearchPane
from searchkit_tui.widgets.status_line import StatusLine
from searchkit_tui.widgets.welcome import Welcome


class SearchScreen(Screen[None]):
    """Shows a search, and acts on what was found.

    Args:
        path: The folder to search: the index that covers it is asked, narrowed to it.
        text: What to ask first.
        debounce: Seconds after the last key before a question is asked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "app.help", "Help", id="app.help"),
        Binding("ctrl+f,f", "filters", "Filters", id="search.filters"),
        Binding("f5", "build", "Index", id="search.index"),
        Binding("f6", "roots", "Folders", show=False, id="search.roots"),
        Binding("f8", "index", "What is indexed", show=False, id="search.status"),
        Binding("ctrl+o", "open", "Open", show=False, id="search.open"),
        Binding("ctrl+y,y", "copy", "Copy path:line", show=False, id="search.copy"),
        Binding("ctrl+g,x", "export", "Export", show=False, id="search.export"),
        Binding("a", "mark_all", "Mark all", show=False, id="search.mark_all"),
        Binding("ctrl+r", "history", "History", show=False, id="search.history"),
        Binding("ctrl+s", "save", "Save this search", show=False, id="search.save"),
    ]

    def __init__(self, path: Path, text: str, debounce: float) -> None:
        super().__init__()
        self._path, self._text, self._debounce = path, text, debounce
        self.index = IndexController(self.host.engine, self)

    @property
    def host(self) -> Host:
        """The app, as the services that it offers."""
        return host_of(self)

    @property
    def pane(self) -> SearchPane:
        """The search."""
        return self.query_one(SearchPane)

    def compose(self) -> ComposeResult:
        """Lay out the search, and the status line and the keys below it."""
        yield SearchPane(self._text, self._debounce)
        with Vertical(id="foot"):
            yield StatusLine()
            yield KeyLine()

    def on_mount(self) -> None:
        """Look up the folder; look again later while changed files are left."""
        self.open(self._path)
        self.set_interval(REFRESH_SECONDS, self._catch_up)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer indexing for a folder only: a shared index is pushed from elsewhere."""
        return action != "build" or not self.host.engine.is_team

    def on_key(self, event: events.Key) -> None:
        """Pass keys pressed before anything had the focus to the query line."""
        self.query_one(QueryLine).take_early(event)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show errors of background work in the notice, not as a traceback over the screen."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.pane.notice.show_error(event.worker.error)

    # The folder and its index

    @work(group="open", exclusive=True, exit_on_error=False)
    async def open(self, path: Path) -> None:
        """Search the folder that `path` belongs to from now on."""
        location = await self.index.open(path)
        self.pane.enter(location)
        self.refresh_index()
        if location.indexed:
            await self.host.engine.warm(location.root)

    @on(SearchPane.FolderWanted)
    def _open_folder(self, event: SearchPane.FolderWanted) -> None:
        self.open(event.root)

    def show_index(self, state: IndexState) -> None:
        """Show what is known of the index."""
        self.query_one(StatusLine).show(state)
        self.pane.show_index(state)

    def index_grew(self) -> None:
        """Bring the answer up to date."""
        self.pane.index_grew()

    @on(SearchPane.Searched)
    def _refresh_if_due(self) -> None:
        if self.index.due:
            self.refresh_index()

    def _catch_up(self) -> None:
        freshness = self.index.state.freshness
        if freshness and (freshness.stale or freshness.pending):
            self.refresh_index()

    @work(group="refresh", exclusive=True, exit_on_error=False)
    async def refresh_index(self) -> None:
        """Index what changed."""
        await self.index.refresh()

    @on(SearchPane.IndexWanted)
    @on(Welcome.IndexWanted)
    def action_build(self) -> None:
        """Index the folder, or stop the run that is on."""
        self.pane.action_ask()
        if self.index.state.building:
            self.index.stop()
            self.host.say("stopping after the batch in hand; all that was done is kept")
        elif self.index.root:
            self._build()

    @work(group="build", exit_on_error=False)
    async def _build(self) -> None:
        try:
            report = await self.index.build()
        except CancelledError:
            self.host.say("stopped; the next run goes on from there")
        else:
            files = amount(report.changed, "file")
            self.host.say(f"{files} indexed in {report.seconds:.1f} s")
        self.refresh_index()

    # Dialogs

    def action_filters(self) -> None:
        """Choose languages, kinds and folders to search in."""
        from searchkit_tui.screens.filters import FilterScreen

        request = self.pane.search.request
        root = Path(request.root) if request.root else None
        self.app.push_screen(FilterScreen(request, root, self.pane.ask))

    @work(exit_on_error=False)
    async def action_roots(self) -> None:
        """Choose which indexed folder to search, or all of them."""
        engine = self.host.engine
        team = str(self._path) if engine.is_team else ""
        choose_folder(self.app, await engine.roots(), self.pane.ask_in, team)

    def action_history(self) -> None:
        """Choose among saved searches and earlier questions."""
        if not choose_question(self.app, self.host.state, self.pane.recall):
            self.host.say("nothing yet: a question is kept once you go to its answers")

    def action_forget(self) -> None:
        """Choose a saved search to delete."""
        if not choose_saved(self.app, self.host.state, self._forget):
            self.host.say("no search is saved yet: ctrl+s saves one")

    def _forget(self, name: str) -> None:
        try:
            self.host.state.forget(name)
        except OSError as error:
            self.host.say(f"{name} is kept: {error_line(error)}")

    @work(exit_on_error=False)
    async def action_save(self) -> None:
        """Save this search under a name."""
        from searchkit_tui.screens.prompt import NameScreen

        request = self.pane.search.request
        if request.empty:
            self.host.say("there is no question to save")
            return
        name = await self.app.push_screen_wait(NameScreen(request.title))
        if name:
            try:
                self.host.state.save(name, request)
            except OSError as error:
                self.host.say(f"{name} was not saved: {error_line(error)}")
            else:
                self.host.say(f"saved as {name}; ctrl+r lists it")

    @on(StatusLine.Clicked)
    def action_index(self) -> None:
        """Show what is indexed, what is not, and why."""
        from searchkit_tui.screens.index_details import IndexScreen

        if self.index.root:
            self.app.push_screen(IndexScreen(self.index.root), self._build_if_wanted)

    def _build_if_wanted(self, wanted: bool | None) -> None:
        if wanted:
            self.action_build()

    # What is done with answers

    @work(exit_on_error=False)
    async def action_mark_all(self) -> None:
        """Mark every answer, or take all marks off."""
        await self.pane.mark_all()

    @property
    def marked(self) -> Sequence[Hit]:
        """The marked answers."""
        return list(self.pane.search.marks.values())

    @property
    def _chosen(self) -> Sequence[Hit]:
        """The marked answers, else the selected one."""
        selected = self.pane.results.selected
        return self.marked or ([selected] if selected else [])

    @on(ResultList.Opened)
    def action_open(self) -> None:
        """Open the marked answers, or the selected one, in the editor."""
        self.pane.keep()
        self._open(self._chosen)

    @on(CodeView.Opened)
    def _open_here(self, event: CodeView.Opened) -> None:
        if hit := self.pane.preview.hit:
            self._open([hit], event.line)

    def _open(self, hits: Sequence[Hit], line: int | None = None) -> None:
        """Open files that are on this machine in the editor, others on their forge.

        Args:
            hits: The hits whose files to open.
            line: The line to open; None for that of each hit.
        """
        here, elsewhere = openable(hits, line)
        existing = [target for target in here if target.path.exists()]
        if existing:
            self.host.edit(existing)
        elif here:  # an editor would create the file
            self.host.say(f"{display.one_line(str(here[0].path))} is not there any more")
        for address in elsewhere:
            self.app.open_url(address)
        if hits and not here and not elsewhere:
            self.host.say("this file is not on this machine, and its forge is not known")

    def action_copy(self) -> None:
        """Copy `path:line` of the marked answers, or of the selected one."""
        places = [f"{local_path(hit) or hit.file}:{hit.line}" for hit in self._chosen]
        if places:
            self.app.copy_to_clipboard("\n".join(places))
            copied = places[0] if len(places) == 1 else amount(len(places), "place")
            self.host.say(f"copied {display.one_line(copied)}")

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        """Write the marked answers, or all of them, to a file."""
        from searchkit_tui.screens.export import ExportScreen

        search = self.pane.search
        if not search.marks:
            await self.pane.complete()
        hits = list(search.marks.values()) or search.answer.hits
        if hits:
            self.app.push_screen(ExportScreen(search.request, hits))

    @on(Preview.Failed)
    def _show_failure(self, event: Preview.Failed) -> None:
        self.pane.notice.show_error(event.error)
