"""The search screen: every key and click, and what each of them does with the answers."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import SimpleCommand
from textual.widgets import Input

from searchkit_tui import shown
from searchkit_tui.commands import literal
from searchkit_tui.desk import Found
from searchkit_tui.editor import Target
from searchkit_tui.question import Like, Mode, Question
from searchkit_tui.screens.asking import AskingScreen
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.query import QueryLine
from searchkit_tui.widgets.results import ResultList
from searchkit_tui.widgets.status_line import StatusLine, short
from searchkit_tui.widgets.welcome import Welcome


class SearchScreen(AskingScreen):
    """Ask, look, and go on from there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "app.help", "Help", id="app.help"),
        Binding("ctrl+f,f", "filters", "Filters", id="search.filters"),
        Binding("ctrl+t,t", "next_mode", "Mode", id="search.mode"),
        Binding("f3,e", "explain", "Explain", id="search.explain"),
        Binding("f4,s", "similar", "Similar", id="search.similar"),
        Binding("f5", "build", "Index", id="search.index"),
        Binding("f6", "roots", "Folders", show=False, id="search.roots"),
        Binding("f7,v", "group", "Group by file", show=False, id="search.group"),
        Binding("f8", "index", "What is indexed", show=False, id="search.status"),
        Binding("f9,z", "read", "Preview alone", show=False, id="search.read"),
        Binding("ctrl+o", "open", "Open", show=False, id="search.open"),
        Binding("ctrl+y,y", "copy", "Copy path:line", show=False, id="search.copy"),
        Binding("ctrl+g,x", "export", "Export", show=False, id="search.export"),
        Binding("a", "mark_all", "Mark all", show=False, id="search.mark_all"),
        Binding("ctrl+r", "history", "History", show=False, id="search.history"),
        Binding("ctrl+s", "save", "Save this search", show=False, id="search.save"),
        Binding("alt+left,left_square_bracket", "back", "Back", show=False, id="search.back"),
        Binding(
            "alt+right,right_square_bracket", "forward", "Forward", show=False, id="search.forward"
        ),
        Binding("ctrl+l,escape,slash", "ask", "Ask", show=False, id="search.ask"),
        Binding("down", "move(1)", "Next answer", show=False, id="search.next"),
        Binding("up", "move(-1)", "Previous answer", show=False, id="search.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="search.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="search.page_up"),
        Binding("shift+down", "scroll(3)", "Scroll preview down", show=False, id="search.down"),
        Binding("shift+up", "scroll(-3)", "Scroll preview up", show=False, id="search.up"),
    ]

    # Asking otherwise

    def action_mode(self, mode: Mode) -> None:
        """Ask the same of another side."""
        self.ask(replace(self.question, mode=mode))

    def action_next_mode(self) -> None:
        """Ask the same of the next side."""
        self.ask(self.question.next_mode())

    def action_drop(self, number: int) -> None:
        """Take the filter of a chip off."""
        chips = self.question.chips
        if number < len(chips):
            self.ask(self.question.toggled(*chips[number]))

    def action_unlike(self) -> None:
        """Go back from similar places to what was typed."""
        self.ask(replace(self.question, like=None))

    def action_similar(self) -> None:
        """Ask for places like the selected one."""
        found = self.query_one(ResultList).selected
        if found:
            self.commit()
            like = Like(found.hit.path, found.hit.start_line)
            self.ask(replace(self.question, text="", like=like, root=str(found.root)))

    @on(Welcome.Asked)
    def _ask_offer(self, event: Welcome.Asked) -> None:
        self.ask(replace(event.question, root=self.question.root))
        self.set_focus(self.query_one(QueryLine))

    @on(Welcome.IndexWanted)
    def _index(self) -> None:
        self.action_build()
        self.set_focus(self.query_one(QueryLine))

    def action_back(self) -> None:
        """Ask what was asked before."""
        self.go_to(self.trail.back())

    def action_forward(self) -> None:
        """Ask what was asked after."""
        self.go_to(self.trail.forward())

    def action_filters(self) -> None:
        """Choose languages, folders and kinds from what the index holds."""
        from searchkit_tui.screens.filters import FilterScreen

        root = Path(self.question.root) if self.question.root else None
        self.app.push_screen(FilterScreen(self.question, root, self.ask))

    @work(exit_on_error=False)
    async def action_roots(self) -> None:
        """Choose among the indexed folders, or all of them."""
        roots = await self.search_app.engine.roots()
        offers = [("All folders", ""), *((short(root), str(root)) for root in roots)]
        self.app.search_commands(
            [SimpleCommand(literal(name), partial(self.ask_in, root)) for name, root in offers],
            "Which folder?",
        )

    def action_history(self) -> None:
        """Choose among the saved searches and the questions of this and earlier runs."""
        memory = self.search_app.memory
        offers = [(f"★ {name}", question) for name, question in memory.saved.items()]
        offers += [(question.title, question) for question in memory.history]
        if not offers:
            self.search_app.tell("nothing yet: a question is kept once you go to its answers")
            return
        self.app.search_commands(
            [
                SimpleCommand(literal(title), partial(self.recall, question), describe(question))
                for title, question in offers
            ],
            "Ask again…",
        )

    def recall(self, question: Question) -> None:
        """Ask a question of the history, in its folder if that is another."""
        self.ask(question)
        self.set_focus(self.query_one(ResultList))

    @work(exit_on_error=False)
    async def action_save(self) -> None:
        """Keep this search under a name."""
        from searchkit_tui.screens.name import NameScreen

        if self.question.empty:
            self.search_app.tell("there is no question to save")
            return
        name = await self.app.push_screen_wait(NameScreen("Save as", self.question.title))
        if name:
            self.search_app.memory.save(name, self.question)
            self.search_app.tell(f"saved as {name}; ctrl+r lists it")

    def action_forget(self) -> None:
        """Choose a saved search to be dropped."""
        memory = self.search_app.memory
        self.app.search_commands(
            [SimpleCommand(literal(name), partial(memory.forget, name)) for name in memory.saved],
            "Which saved search is to be dropped?",
        )

    # Looking

    @on(Input.Submitted, "#query")
    def _to_results(self, event: Input.Submitted) -> None:
        event.stop()
        if self.spot and not self.spot.indexed:
            self.action_build()
        elif not self.question.empty:
            self.commit()
            if self.answer.question != self.question:
                self.ask(self.question)
            self.set_focus(self.query_one(ResultList))

    def action_ask(self) -> None:
        """Go to the query line."""
        self.set_focus(self.query_one(QueryLine))

    def action_move(self, step: int) -> None:
        """Select another answer, wherever the focus is; or go to what is offered."""
        if self.question.empty:
            self.query_one(Welcome).begin()
        else:
            self.query_one(ResultList).action_move(step)

    def action_page(self, step: int) -> None:
        """Select an answer a page away."""
        self.query_one(ResultList).action_page(step)

    def action_scroll(self, lines: int) -> None:
        """Scroll the preview, wherever the focus is."""
        self.query_one(CodeView).scroll_relative(y=lines, animate=False)

    def action_explain(self) -> None:
        """Show or hide why the selected one is an answer."""
        preview = self.query_one(Preview)
        preview.explains = not preview.explains

    def action_group(self) -> None:
        """Group the answers by file, or list them best first."""
        results = self.query_one(ResultList)
        results.grouped = not results.grouped

    def action_read(self) -> None:
        """Give the preview the whole screen, or give it back."""
        self.toggle_class("-reading")
        self.query_one(CodeView if self.has_class("-reading") else ResultList).focus()

    def action_index(self) -> None:
        """Tell what is indexed, what is not, and why."""
        from searchkit_tui.screens.holdings import HoldingsScreen

        if self.spot:
            self.app.push_screen(HoldingsScreen(self.spot.root))

    @on(StatusLine.Clicked)
    def _tell_index(self) -> None:
        self.action_index()

    # Taking answers along

    @on(ResultList.MarkToggled)
    def _mark(self, event: ResultList.MarkToggled) -> None:
        if self.marks.pop(event.found.key, None) is None:
            self.marks[event.found.key] = event.found
        self._draw()
        self.query_one(ResultList).refresh()

    @work(exit_on_error=False)
    async def action_mark_all(self) -> None:
        """Mark every answer; unmark all when all are marked."""
        await self.complete()
        keys = {found.key: found for found in self.answer.found}
        if keys.keys() <= self.marks.keys():
            self.marks.clear()
        else:
            self.marks.update(keys)
        self._draw()
        self.query_one(ResultList).refresh()

    def _taken(self) -> Sequence[Found]:
        """What is marked, else the selected one."""
        selected = self.query_one(ResultList).selected
        return list(self.marks.values()) or ([selected] if selected else [])

    def action_open(self) -> None:
        """Open the marked ones, or the selected one, in the editor."""
        self.commit()
        self.search_app.edit([Target(each.path, each.hit.start_line) for each in self._taken()])

    @on(ResultList.Opened)
    def _open(self) -> None:
        self.action_open()

    @on(CodeView.Opened)
    def _open_here(self, event: CodeView.Opened) -> None:
        found = self.query_one(Preview).found
        if found:
            self.search_app.edit([Target(found.path, event.line)])

    def action_copy(self) -> None:
        """Copy `path:line` of the marked ones, or of the selected one."""
        places = [f"{each.path}:{each.hit.start_line}" for each in self._taken()]
        if places:
            self.app.copy_to_clipboard("\n".join(places))
            told = places[0] if len(places) == 1 else shown.amount(len(places), "place")
            self.search_app.tell(f"copied {shown.line(told)}")

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        """Write the marked ones, or all answers, to a file."""
        from searchkit_tui.screens.export import ExportScreen

        if not self.marks:
            await self.complete()
        found = list(self.marks.values()) or self.answer.found
        if found:
            self.app.push_screen(ExportScreen(self.question, found))


def describe(question: Question) -> str:
    """What narrows a question, in a few words."""
    root = Path(question.root).name if question.root else "all folders"
    return literal(", ".join([question.mode, root, *(value for _, value in question.chips)]))
