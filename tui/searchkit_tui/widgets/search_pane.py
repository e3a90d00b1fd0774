"""Asking and looking: the query line, the answers and the file of the selected one."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from searchkit_tui.desk import Answer, Spot
from searchkit_tui.host import Host, host_of
from searchkit_tui.index_controller import IndexState
from searchkit_tui.matches import telling
from searchkit_tui.question import Like, Question, Stop
from searchkit_tui.search_controller import SearchController
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.filter_bar import FilterBar
from searchkit_tui.widgets.notice import Notice
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.query import QueryLine
from searchkit_tui.widgets.results import ResultList
from searchkit_tui.widgets.status_line import short
from searchkit_tui.widgets.welcome import Welcome


class SearchPane(Vertical, can_focus=False):
    """One search: a question, its answers, and the way back through those before.

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
        """An answer came: what changed in the files meanwhile is worth a look."""

    def __init__(self, text: str, debounce: float) -> None:
        super().__init__(id="search")
        self.search = SearchController(self.host.engine, text)
        self._index = IndexState()
        self._debounce = debounce
        self._starting = True

    @property
    def host(self) -> Host:
        """The app, as the services that it offers."""
        return host_of(self)

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
        """Where messages go."""
        return self.query_one("#notice", Notice)

    def compose(self) -> ComposeResult:
        """Lay out the query line and its filters, the answers and the preview."""
        yield QueryLine(self.search.question.text)
        yield FilterBar()
        yield Notice(id="notice")
        yield Welcome()
        with Container(id="body"):
            yield ResultList(self.search.marks, id="results")
            yield Preview(id="preview")

    def on_mount(self) -> None:
        """Begin: typing is possible at once."""
        query = self.query_one(QueryLine)
        query.focus()
        query.offer([each.text for each in self.host.memory.history])
        self.call_later(self._take_up)
        self.draw()

    def _take_up(self) -> None:
        self._starting = False

    def take_key(self, event: events.Key) -> None:
        """Put what was typed before the query line had the focus into it."""
        if self._starting and event.character and event.is_printable:
            event.stop()
            self.query_one(QueryLine).insert_text_at_cursor(event.character)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show whatever goes wrong in the background in its place, never over the screen."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.notice.tell_fault(event.worker.error)

    # The folder and its index

    def enter(self, location: Spot) -> None:
        """Ask this folder from now on."""
        self.search.narrow_to(location)
        self._ask_after(0.0)
        self._offer()

    @work(group="offer", exclusive=True, exit_on_error=False)
    async def _offer(self) -> None:
        """Offer questions: those that the files suggest, and the last ones asked."""
        if location := self._index.location:
            examples = await self.host.engine.examples(location.root)
            self.query_one(Welcome).offer(examples, self.host.memory.asked_in(location.root))

    def show_index(self, state: IndexState) -> None:
        """Show what is known of the index."""
        self._index = state
        self.draw()
        if state.location:
            name, building = short(state.location.root), state.building == state.location.root
            self.query_one(Welcome).greet(name, indexed=state.indexed, building=building)

    def index_grew(self) -> None:
        """Ask again, unless someone goes through the answers: nothing moves under their hands."""
        reading = self.results.moved or self.query_one(CodeView).has_focus
        if reading and self.search.answered:
            self.search.outdated = True
            self.draw()
        elif not self.search.question.empty:
            self._ask_after(0.0)

    # Asking

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.search.type(event.value):
            self._ask_after(self._debounce)

    @on(Input.Submitted, "#query")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._index.location and not self._index.indexed:
            self.post_message(self.IndexWanted())
        elif not self.search.question.empty:
            self.keep()
            if self.search.outdated or not self.search.answered:
                self._ask_after(0.0)
            self.results.focus()

    @on(FilterBar.Asked)
    def _ask_otherwise(self, event: FilterBar.Asked) -> None:
        self.ask(event.question)

    @on(Welcome.Asked)
    def _ask_offer(self, event: Welcome.Asked) -> None:
        self.ask(replace(event.question, root=self.search.question.root))
        self.action_ask()

    def ask(self, question: Question) -> None:
        """Ask at once, as the next stop of the trail."""
        self.search.ask(question)
        self.visit(Stop(question))

    def visit(self, stop: Stop) -> None:
        """Ask what stands at a stop of the trail, in its own folder, the same answer selected."""
        self.search.return_to(stop)
        self.query_one(QueryLine).replace_text(stop.question.text)
        location = self._index.location
        if location and stop.question.root not in ("", str(location.root)):
            self.post_message(self.FolderWanted(Path(stop.question.root)))
        else:
            self._ask_after(0.0, cursor=stop.cursor)

    def recall(self, question: Question) -> None:
        """Ask a question of the history, in its folder if that is another."""
        self.ask(question)
        self.results.focus()

    def _ask_after(self, seconds: float, *, cursor: int = 0) -> None:
        self.draw()
        self._ask(seconds, cursor)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def _ask(self, seconds: float, cursor: int) -> None:
        """Wait for the last key, search, and draw: whatever is asked meanwhile ends this one."""
        await asyncio.sleep(seconds)
        if self._can_ask:
            self._answer(await self.search.search(at_least=cursor + 1), cursor)
            self.post_message(self.Searched())

    def _answer(self, answer: Answer, cursor: int) -> None:
        before, self.search.answer, self.search.outdated = self.search.answer, answer, False
        if (answer, cursor) != (before, self.results.cursor):
            self.notice.tell_answer(answer, building=self._index.building is not None)
            if not answer.found:
                self.preview.clear()
            self.results.show(answer, terms_of(answer.question), cursor=cursor)
        self.draw()

    @property
    def _can_ask(self) -> bool:
        """Whether there is something to search in."""
        location = self._index.location
        return location is not None and (location.indexed or not self.search.question.root)

    def draw(self) -> None:
        """Show what is asked and how much was found; what to do first when nothing is asked."""
        location = self._index.location
        asked = not self.search.question.empty and (self._can_ask or location is None)
        root = str(location.root) if location else ""
        self.query_one(Welcome).display = not asked
        self.query_one("#body").display = asked
        self.query_one(FilterBar).show(self.search, root, counts=asked)
        self.refresh_bindings()
        self.results.refresh()

    def keep(self) -> None:
        """Keep the question in the history: it was meant."""
        if not self.search.question.empty:
            self.search.keep()
            self.host.memory.remember(self.search.question)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "ask":
            return not self.query_one(QueryLine).has_focus
        if action in ("explain", "similar", "group", "read"):
            return bool(self.search.answer.found) and not self.search.question.empty
        return True

    def action_ask(self) -> None:
        """Go to the query line."""
        self.query_one(QueryLine).focus()

    def action_next_mode(self) -> None:
        """Ask the same of the next side."""
        self.ask(self.search.question.next_mode())

    def action_similar(self) -> None:
        """Ask for places like the selected one."""
        found = self.results.selected
        if found:
            self.keep()
            like = Like(found.hit.path, found.hit.start_line)
            self.ask(replace(self.search.question, text="", like=like, root=str(found.root)))

    def action_back(self) -> None:
        """Ask what was asked before."""
        self._go_to(self.search.trail.back())

    def action_forward(self) -> None:
        """Ask what was asked after."""
        self._go_to(self.search.trail.forward())

    def _go_to(self, stop: Stop | None) -> None:
        if stop is None:
            self.host.say("nothing was asked there")
        else:
            self.visit(stop)

    def ask_in(self, root: str) -> None:
        """Ask another folder from now on; every indexed one when `root` is empty."""
        self.ask(replace(self.search.question.unfiltered(), like=None, root=root))

    # Looking

    @on(ResultList.Selected)
    def _select(self, event: ResultList.Selected) -> None:
        self.search.trail.note(self.results.cursor)
        self.preview.open(event.found, event.answer, terms_of(event.answer.question))

    @on(ResultList.EndNear)
    def _go_on(self) -> None:
        self._complete_later()

    @work(group="complete", exclusive=True, exit_on_error=False)
    async def _complete_later(self) -> None:
        await self.complete()

    async def complete(self) -> None:
        """Get the rest of the answer."""
        if await self.search.complete():
            self.results.extend(self.search.answer)
            self.draw()

    def action_move(self, step: int) -> None:
        """Select another answer, wherever the focus is; or go to what is offered."""
        if self.search.question.empty:
            self.query_one(Welcome).begin()
        else:
            self.results.action_move(step)

    def action_page(self, step: int) -> None:
        """Select an answer a page away."""
        self.results.action_page(step)

    def action_scroll(self, lines: int) -> None:
        """Scroll the preview, wherever the focus is."""
        self.query_one(CodeView).scroll_relative(y=lines, animate=False)

    def action_explain(self) -> None:
        """Show or hide why the selected one is an answer."""
        self.preview.explains = not self.preview.explains

    def action_group(self) -> None:
        """Group the answers by file, or list them best first."""
        self.results.grouped = not self.results.grouped

    def action_read(self) -> None:
        """Give the preview the whole screen, or give it back."""
        self.toggle_class("-reading")
        self.query_one(CodeView if self.has_class("-reading") else ResultList).focus()

    # Marking

    @on(ResultList.MarkToggled)
    def _mark(self, event: ResultList.MarkToggled) -> None:
        self.search.toggle_mark(event.found)
        self.draw()

    async def mark_all(self) -> None:
        """Mark every answer; unmark all when all are marked."""
        await self.complete()
        self.search.toggle_all()
        self.draw()


def terms_of(question: Question) -> frozenset[str]:
    """Return what to mark for a question."""
    return frozenset() if question.like else telling(question.text)
