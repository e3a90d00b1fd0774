"""Asking: a query line, answers as one types, and the file of the selected one.

Decides what is asked and when, and hands what comes back to the widgets; searches nothing itself.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input

from searchkit.ranking.confidence import WEAK
from searchkit_tui import shown
from searchkit_tui.desk import FIRST, LIMIT, Answer, Found, Spot
from searchkit_tui.matches import telling
from searchkit_tui.question import Question, Stop, Trail
from searchkit_tui.screens.rooted import RootedScreen
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.key_line import KeyLine
from searchkit_tui.widgets.notice import Notice
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.query import QueryLine
from searchkit_tui.widgets.results import ResultList
from searchkit_tui.widgets.scope import Scope
from searchkit_tui.widgets.status_line import StatusLine, short
from searchkit_tui.widgets.welcome import Welcome


class AskingScreen(RootedScreen):
    """What is asked, what was found, and the way back through both.

    Args:
        path: Where one stands: the indexed folder above it is asked, narrowed to it.
        text: What to ask first.
        debounce: Seconds after the last key before a question is asked.
    """

    def __init__(self, path: Path, text: str, debounce: float) -> None:
        super().__init__()
        self.question = Question(text)
        self.answer = Answer(Question())
        self.marks: dict[tuple[Path, str, int, int], Found] = {}
        self.trail = Trail()
        self._path = path
        self._debounce = debounce
        self._settled = True
        self._starting = True
        self._seconds = 0.0

    def compose(self) -> ComposeResult:
        """The query line and its scope, the answers and the preview, the status line."""
        yield QueryLine(self.question.text)
        yield Scope()
        yield Notice(id="notice")
        yield Welcome()
        with Container(id="body"):
            yield ResultList(self.marks, id="results")
            yield Preview(id="preview")
        with Vertical(id="foot"):
            yield StatusLine()
            yield KeyLine(compact=True)

    def on_mount(self) -> None:
        """Begin: typing is possible at once."""
        self.set_focus(self.query_one(QueryLine))
        self.call_later(self._take_up)
        self.query_one(QueryLine).offer([each.text for each in self.search_app.memory.history])
        self._draw()
        self._move(self._path)

    def _take_up(self) -> None:
        self._starting = False

    def on_key(self, event: events.Key) -> None:
        """Put what was typed before there was a query line into it."""
        if self._starting and event.character and event.is_printable:
            event.stop()
            self.query_one(QueryLine).insert_text_at_cursor(event.character)

    def arrived(self, spot: Spot) -> None:
        """Ask this folder from now on, narrowed to where one stands in it."""
        if self.question.root != str(spot.root):
            globs = (f"{spot.inside}/**",) if spot.inside else ()
            self.question = replace(self.question, root=str(spot.root), globs=globs)

    def index_changed(self) -> None:
        """Ask again, quietly, unless someone is going through the answers: none moves away then."""
        self._draw()
        browsing = self.question == self.answer.question and self.query_one(ResultList).cursor > 0
        if not self.question.empty and not browsing:
            self._ask_after(0.0, keep=True)

    # Asking

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        question = replace(self.question, text=event.value, like=None)
        if question != self.question:
            self.trail.add(question, over=not self._settled)
            self._settled = False
            self.question = question
            self._ask_after(self._debounce)

    def ask(self, question: Question) -> None:
        """Ask at once, as the next stop of the trail."""
        self.trail.add(question)
        self.visit(Stop(question))

    def visit(self, stop: Stop) -> None:
        """Ask what stands at a stop of the trail, in its own folder, the same answer selected."""
        self._settled = True
        self.question = stop.question
        self.query_one(QueryLine).replace_text(stop.question.text)
        if self.spot and stop.question.root not in ("", str(self.spot.root)):
            self._move(Path(stop.question.root))
        else:
            self._ask_after(0.0, cursor=stop.cursor)

    @work(group="begin", exclusive=True, exit_on_error=False)
    async def _move(self, root: Path) -> None:
        await self.settle(root)

    def _ask_after(self, seconds: float, *, cursor: int = 0, keep: bool = False) -> None:
        self._draw()
        self._ask(self.question, seconds, cursor, keep)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def _ask(self, question: Question, seconds: float, cursor: int, keep: bool) -> None:
        """Wait for the last key, search, and draw: whatever is asked meanwhile ends this one."""
        await asyncio.sleep(seconds)
        if not self._can_ask:
            return
        began = time.monotonic()
        longer = cursor >= FIRST or (keep and self.answer.limit > FIRST)
        answer = await self.search_app.engine.search(question, LIMIT if longer else FIRST)
        self._seconds = time.monotonic() - began
        self._show_answer(answer, cursor, keep)
        self.look_again()

    def _show_answer(self, answer: Answer, cursor: int, keep: bool) -> None:
        if keep and answer == self.answer:
            return
        results = self.query_one(ResultList)
        if keep and results.selected:
            keys = [found.key for found in answer.found]
            cursor = keys.index(results.selected.key) if results.selected.key in keys else 0
        self.answer = answer
        self._tell(answer)
        if not answer.found:
            self.workers.cancel_group(self, "read")
            self.query_one(Preview).clear()
        results.show(answer, _terms(answer.question), cursor=cursor)
        self._draw()

    def _tell(self, answer: Answer) -> None:
        if answer.faults:
            self.notice.tell_fault(answer.faults[0])
        elif answer.found or answer.question.empty:
            self.notice.tell("")
        else:
            building = self.search_app.engine.building is not None
            self.notice.tell("nothing was found", _advice(answer.question, building))

    @on(ResultList.EndNear)
    def _go_on(self) -> None:
        self._fetch()

    @work(group="fetch", exclusive=True, exit_on_error=False)
    async def _fetch(self) -> None:
        await self.complete()

    async def complete(self) -> None:
        """Get the rest of the answer; what is there already stays where it is."""
        before = self.answer
        if before.whole:
            return
        longer = before.continued(await self.search_app.engine.search(before.question, LIMIT))
        if self.answer is before:
            self.answer = longer
            self.query_one(ResultList).extend(longer)
            self._draw()

    @property
    def _can_ask(self) -> bool:
        """Whether there is something to search in."""
        return self.spot is not None and (self.spot.indexed or not self.question.root)

    def _draw(self) -> None:
        """Show what is asked and how much was found; what to do first when nothing is asked."""
        asked = not self.question.empty and (self._can_ask or self.spot is None)
        self.query_one(Welcome).display = not asked
        self.query_one("#body").display = asked
        self.query_one(Scope).show(self.question, self._tallies() if asked else ())
        line = self.query_one(StatusLine)
        line.marked = len(self.marks)
        if self.spot:
            line.root = short(self.spot.root) if self.question.root else ""
        line.draw()

    def _tallies(self) -> Sequence[str]:
        """How much was found, and how quickly; then the same in fewer words."""
        found = self.answer.found
        if not found:
            return ()
        files = shown.amount(len({each.file for each in found}), "file")
        count = shown.amount(len(found), "answer")
        best = "the best " if len(found) == self.answer.limit else ""
        weak = "weak match: " if found[0].hit.confidence < WEAK else ""
        told = f"{weak}{best}{count}"
        return f"{told} in {files}, {self._seconds * 1000:.0f} ms", told, weak.rstrip(": ")

    # Going back and forward, and remembering

    def ask_in(self, root: str) -> None:
        """Ask another folder from now on; every indexed one when `root` is empty."""
        self.ask(replace(self.question.unfiltered(), like=None, root=root))

    def commit(self) -> None:
        """The question was meant: keep it in the history, and as a stop of its own."""
        if not self.question.empty:
            self._settled = True
            self.trail.add(self.question, over=True)
            self.search_app.memory.remember(self.question)

    def go_to(self, stop: Stop | None) -> None:
        """Visit a stop of the trail, if there is one."""
        if stop is None:
            self.search_app.tell("nothing was asked there")
        else:
            self.visit(stop)

    # The file of the selected answer

    @on(ResultList.Selected)
    def _select(self, event: ResultList.Selected) -> None:
        self.trail.note(self.query_one(ResultList).cursor)
        self._read(event.found, event.answer)

    @work(group="read", exclusive=True, exit_on_error=False)
    async def _read(self, found: Found, answer: Answer) -> None:
        document = await self.search_app.engine.read(found)
        self.query_one(Preview).show(found, document, answer, _terms(answer.question))

    @on(CodeView.ColourWanted)
    def _colour(self, event: CodeView.ColourWanted) -> None:
        self._paint(event)

    @work(group="colour", exclusive=True, exit_on_error=False)
    async def _paint(self, event: CodeView.ColourWanted) -> None:
        # Who pages through a file passes many pieces: only where one stays is coloured.
        await asyncio.sleep(0.05)
        await self.search_app.engine.colour(event.document, event.offset)
        self.query_one(CodeView).refresh()


def _terms(question: Question) -> frozenset[str]:
    """What to mark for a question."""
    return frozenset() if question.like else telling(question.text)


def _advice(question: Question, building: bool) -> str:
    """What to try when nothing was found."""
    if building:
        return "the index is still being made: answers come as it grows"
    if question.chips:
        return "take a filter off: click it, or ctrl+f"
    if question.mode == "lexical":
        return "these words stand nowhere here: ctrl+t asks by meaning too"
    return "say it in other words"
