"""The search itself: the query line, the answers and the file of the selected one."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from searchkit.indexes.location import Location
from searchkit_tui import display
from searchkit_tui.host import host_of
from searchkit_tui.index_controller import IndexState
from searchkit_tui.request import Like, Request, Visit
from searchkit_tui.results import Results
from searchkit_tui.search_controller import SearchController
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.filter_bar import FilterBar
from searchkit_tui.widgets.notice import Notice
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.query_line import QueryLine
from searchkit_tui.widgets.result_list import ResultList
from searchkit_tui.widgets.welcome import Welcome


class SearchPane(Vertical, can_focus=False):
    """One search: a question, its answers, and the navigation history.

    Args:
        text: What to ask first.
        debounce: Seconds after the last key before a question is asked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t,t", "next_mode", "Mode", id="search.mode"),
        Binding("f3,e", "explain", "Explain", id="search.explain"),
        Binding("f4,s", "similar", "Similar", id="search.similar"),
        Binding("f7,v", "group", "Group by file", show=False, id="search.group"),
        Binding("f9,z", "read", "Preview", id="search.read"),
        Binding("alt+left,left_square_bracket", "back", "Back", show=False, id="search.back"),
        Binding(
            "alt+right,right_square_bracket", "forward", "Forward", show=False, id="search.forward"
        ),
        Binding("escape,slash,ctrl+l", "ask", "Query", id="search.ask"),
        Binding("down", "move(1)", "Next answer", show=False, id="search.next"),
        Binding("up", "move(-1)", "Previous answer", show=False, id="search.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="search.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="search.page_up"),
        Binding("shift+down", "scroll(3)", "Scroll preview down", show=False, id="search.down"),
        Binding("shift+up", "scroll(-3)", "Scroll preview up", show=False, id="search.up"),
    ]

    class FolderWanted(Message):
        """A question is to be asked in another folder."""

        def __init__(self, root: Path) -> None:
            super().__init__()
            self.root = root

    class IndexWanted(Message):
        """The folder is to be indexed."""

    class Searched(Message):
        """An answer came; a good time to look for changed files."""

    def __init__(self, text: str, debounce: float) -> None:
        super().__init__(id="search")
        self.host = host_of(self)
        self.search = SearchController(self.host.engine, text)
        self._index = IndexState()
        self._debounce = debounce

    @property
    def results(self) -> ResultList:
        """The list of answers."""
        return self.query_one(ResultList)

    @property
    def preview(self) -> Preview:
        """The file of the selected answer."""
        return self.query_one(Preview)

    @property
    def notice(self) -> Notice:
        """The line for messages."""
        return self.query_one("#notice", Notice)

    def compose(self) -> ComposeResult:
        """Lay out the query line and its filters, the answers and the preview."""
        yield QueryLine(self.search.request.text)
        yield FilterBar()
        yield Notice(id="notice")
        yield Welcome()
        with Container(id="body"):
            yield ResultList(self.search.marks, id="results")
            yield Preview(id="preview")

    def on_mount(self) -> None:
        """Give the query line the focus, so that typing is possible at once."""
        query = self.query_one(QueryLine)
        query.focus()
        query.offer([each.text for each in self.host.state.history])
        self.draw()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show errors of background work in the notice, not as a traceback over the screen."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.notice.show_error(event.worker.error)

    def enter(self, location: Location) -> None:
        """Ask this folder from now on."""
        self.search.narrow_to(location)
        self._ask_after(0.0)
        self._offer()

    @work(group="offer", exclusive=True, exit_on_error=False)
    async def _offer(self) -> None:
        """Offer questions: those that the files suggest, and the last ones asked."""
        if location := self._index.location:
            examples = await self.host.engine.examples(location.root)
            self.query_one(Welcome).offer(examples, self.host.state.asked_in(location.root))

    def show_index(self, state: IndexState) -> None:
        """Show what is known of the index."""
        self._index = state
        self.draw()
        if state.location:
            root = state.location.root
            building = state.building == root
            name = display.short_path(root)
            self.query_one(Welcome).greet(name, indexed=state.indexed, building=building)

    def index_grew(self) -> None:
        """Search again; what someone is reading does not move, and is called out of date."""
        if not self.search.request.empty:
            self._ask(0.0, 0, again=True)

    @property
    def _reading(self) -> bool:
        """Whether someone is going through the answers to the current question."""
        moved = self.results.moved or self.query_one(CodeView).has_focus
        return moved and self.search.answered

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.search.type(event.value):
            self.host.say("")  # what was said was about the answers before
            self._ask_after(self._debounce)

    @on(Input.Submitted, "#query")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._index.location and not self._index.indexed:
            self.post_message(self.IndexWanted())
        elif not self.search.request.empty:
            self.keep()
            if self.search.outdated or not self.search.answered:
                self._ask_after(0.0)
            self.results.focus()

    @on(FilterBar.Asked)
    def _ask_filtered(self, event: FilterBar.Asked) -> None:
        self.ask(event.request)

    @on(Welcome.Asked)
    def _ask_offer(self, event: Welcome.Asked) -> None:
        self.ask(replace(event.request, root=self.search.request.root))
        self.action_ask()

    def ask(self, request: Request) -> None:
        """Ask at once, as the next place in the navigation history."""
        self.search.ask(request)
        self.visit(Visit(request))

    def visit(self, visit: Visit | None) -> None:
        """Ask the question of a visit again, in its folder, and select the same answer."""
        if visit is None:
            self.host.say("there is no search to go to")
            return
        self.search.return_to(visit)
        self.query_one(QueryLine).replace_text(visit.request.text)
        location = self._index.location
        if location and visit.request.root not in ("", str(location.root)):
            self.post_message(self.FolderWanted(Path(visit.request.root)))
        else:
            self._ask_after(0.0, cursor=visit.cursor)

    def recall(self, request: Request) -> None:
        """Ask a question of the history, in its folder if that is another."""
        self.ask(request)
        self.results.focus()

    def _ask_after(self, seconds: float, *, cursor: int = 0) -> None:
        self.remove_class("-reading")  # the answers are in the list
        self.draw()
        self._ask(seconds, cursor)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def _ask(self, seconds: float, cursor: int, *, again: bool = False) -> None:
        """Wait for the last key, search, and draw; a later question cancels this one.

        A question asked `again`, because the index grew, changes nothing on the screen while
        someone goes through the answers.
        """
        await asyncio.sleep(seconds)
        if not self._can_ask:
            return
        reading = again and self._reading
        limit = self.search.answer.limit if reading else cursor + 1
        answer = await self.search.search(at_least=limit)
        if not (again and self._reading):
            self._show_answer(answer, cursor)
        elif not answer.same_places(self.search.answer):
            self.search.outdated = True
            self.draw()
        self.post_message(self.Searched())

    def _show_answer(self, answer: Results, cursor: int) -> None:
        before, self.search.answer, self.search.outdated = self.search.answer, answer, False
        if (answer, cursor) != (before, self.results.cursor):
            self.notice.show_outcome(answer, building=self._index.building is not None)
            if not answer.hits:
                self.preview.clear()
            self.results.show(answer, cursor=cursor)
        self.draw()

    @property
    def _can_ask(self) -> bool:
        """Whether there is something to search in."""
        location = self._index.location
        return location is not None and (location.indexed or not self.search.request.root)

    def draw(self) -> None:
        """Show the question and how much was found; the welcome when nothing is asked."""
        location = self._index.location
        asked = not self.search.request.empty and (self._can_ask or location is None)
        root = str(location.root) if location else ""
        self.query_one(Welcome).display = not asked
        self.query_one("#body").display = asked
        self.query_one(FilterBar).show(self.search, root, counts=asked)
        self.refresh_bindings()
        self.results.refresh()

    def keep(self) -> None:
        """Keep the question in the history."""
        if not self.search.request.empty:
            self.search.keep()
            self.host.state.remember(self.search.request)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the actions that do something now."""
        if action == "ask":
            return not self.query_one(QueryLine).has_focus
        if action in ("explain", "similar", "group", "read"):
            return bool(self.search.answer.hits) and not self.search.request.empty
        return True

    def action_ask(self) -> None:
        """Go to the query line."""
        self.query_one(QueryLine).focus()

    def action_next_mode(self) -> None:
        """Search by meaning, by words, or by both."""
        self.ask(self.search.request.next_mode())

    def action_similar(self) -> None:
        """Find code and text like the selected answer."""
        hit = self.results.selected
        if hit:
            self.keep()
            request = replace(self.search.request, text="")
            if hit.origin:  # a shared index is asked as one
                self.ask(replace(request, like=Like(str(hit.file), hit.start_line)))
            else:
                like = Like(hit.path, hit.start_line)
                self.ask(replace(request, like=like, root=str(hit.root)))

    def action_back(self) -> None:
        """Go back to the search before."""
        self.visit(self.search.navigation.back())

    def action_forward(self) -> None:
        """Go forward to the search after."""
        self.visit(self.search.navigation.forward())

    def ask_in(self, root: str) -> None:
        """Ask another folder from now on; every indexed one when `root` is empty."""
        self.ask(replace(self.search.request.unfiltered(), like=None, root=root))

    @on(ResultList.Selected)
    def _select(self, event: ResultList.Selected) -> None:
        self.search.navigation.note(self.results.cursor)
        self.preview.open(event.hit, event.answer)

    @on(ResultList.EndNear)
    @work(group="complete", exclusive=True, exit_on_error=False)
    async def _load_rest(self) -> None:
        await self.complete()

    async def complete(self) -> None:
        """Get the rest of the answer."""
        if await self.search.complete():
            self.results.extend(self.search.answer)
            self.draw()

    def action_move(self, step: int) -> None:
        """Select the next or the previous answer, or a suggested question."""
        if self.search.request.empty:
            self.query_one(Welcome).focus_offers()
        else:
            self.results.action_move(step)

    def action_page(self, step: int) -> None:
        """Go a page down or up in the answers."""
        self.results.action_page(step)

    def action_scroll(self, lines: int) -> None:
        """Scroll the preview."""
        self.query_one(CodeView).scroll_relative(y=lines, animate=False)

    def action_explain(self) -> None:
        """Show or hide why the selected hit is an answer."""
        self.preview.explains = not self.preview.explains

    def action_group(self) -> None:
        """Group answers by file, or list the best first."""
        self.results.grouped = not self.results.grouped

    def action_read(self) -> None:
        """Give the preview the whole screen, or show the list again."""
        self.toggle_class("-reading")
        self.query_one(CodeView if self.has_class("-reading") else ResultList).focus()

    @on(ResultList.MarkToggled)
    def _mark(self, event: ResultList.MarkToggled) -> None:
        self.search.toggle_mark(event.hit)
        self.draw()

    async def mark_all(self) -> None:
        """Mark every answer; unmark all when all are marked."""
        await self.complete()
        self.search.toggle_all()
        self.draw()
