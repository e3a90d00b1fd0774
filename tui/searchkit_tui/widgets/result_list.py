"""Lists answers, flat or grouped by file; only the lines in sight are drawn."""

from collections.abc import Callable, Container, Sequence
from typing import ClassVar, Literal, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from searchkit.hits.excerpt import marks
from searchkit.hits.hit import Hit
from searchkit.printable import as_written
from searchkit.wording import amount
from searchkit_tui import display
from searchkit_tui.request import Request
from searchkit_tui.results import Results, hit_key
from searchkit_tui.widgets.line_view import LineView

_MUTED = "$text-muted"
_BAR = 5  # cells of a full score bar
_SHORT = 12  # cells that are left at least for the place in a file
_ROOMY = 72  # cells from which the language is named

# What each side of the search is called on the screen.
SIDES = {"semantic": "meaning", "lexical": "words"}


class Row(NamedTuple):
    """One line of the list.

    Attributes:
        kind: The heading of a file, or the first or second line of an answer.
        number: The answer, from 0; for a file its first answer.
    """

    kind: Literal["file", "hit", "excerpt"]
    number: int


class ResultList(LineView):
    """Answers, one of them selected, some of them marked.

    Args:
        marks: Keys of the marked hits (`hit_key`); looked up whenever a line is drawn.
        id: The widget's id.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "results--cursor",
        "results--name",
        "results--symbol",
        "results--bar",
        "results--mark",
        "results--match",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "open", "Open", id="results.open"),
        Binding("space,m", "mark", "Mark", id="results.mark"),
        Binding("down,j", "move(1)", "Next", show=False, id="results.next"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="results.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="results.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="results.page_up"),
        Binding("home,g", "first", "First", show=False, id="results.first"),
        Binding("end,G", "last", "Last", show=False, id="results.last"),
    ]

    cursor: reactive[int] = reactive(0)
    grouped: reactive[bool] = reactive(False)

    class Selected(Message):
        """Another hit is under the cursor."""

        def __init__(self, hit: Hit, answer: Results) -> None:
            super().__init__()
            self.hit = hit
            self.answer = answer

    class EndNear(Message):
        """The end of the list is in sight, or nearly."""

    class Opened(Message):
        """The answer under the cursor is to be opened."""

    class MarkToggled(Message):
        """An answer is to be marked, or not to be marked any more."""

        def __init__(self, hit: Hit) -> None:
            super().__init__()
            self.hit = hit

    def __init__(self, marks: Container[object], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer = Results(Request())
        self._marks = marks
        self._rows: list[Row] = []
        self._order: list[int] = []
        self._row_of: dict[int, int] = {}
        self._sizes: dict[int, int] = {}

    @property
    def selected(self) -> Hit | None:
        """The answer under the cursor."""
        return self.hits[self._order[self.cursor]] if self._order else None

    @property
    def hits(self) -> Sequence[Hit]:
        """The answers, best first."""
        return self._answer.hits

    @property
    def moved(self) -> bool:
        """Whether another answer than the first was selected, or the list was scrolled."""
        return self.cursor > 0 or self.scroll_offset.y > 0

    def show(self, answer: Results, *, cursor: int = 0) -> None:
        """Show other answers, and select one."""
        self._answer = answer
        self._lay_out()
        self.set_reactive(ResultList.cursor, max(0, min(cursor, len(answer.hits) - 1)))
        self._show_cursor()

    def extend(self, answer: Results) -> None:
        """Append to the list: `answer` begins with the hits shown, and nothing in sight moves."""
        selected = self._order[self.cursor] if self._order else 0
        top = self._rows[self.scroll_offset.y] if self._rows else Row("hit", 0)
        self._answer = answer
        self._lay_out()
        self.set_reactive(ResultList.cursor, self._order.index(selected))
        self.scroll_to(y=self._rows.index(top), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell when the end is near."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value + 2 * self.size.height >= len(self._rows):
            self.post_message(self.EndNear())

    def _lay_out(self) -> None:
        """Put the answers in order and count the lines."""
        if self.grouped:
            groups: dict[object, list[int]] = {}
            for number, hit in enumerate(self.hits):
                groups.setdefault(hit.file, []).append(number)
            self._order = [number for group in groups.values() for number in group]
            self._sizes = {group[0]: len(group) for group in groups.values()}
        else:
            self._order, self._sizes = list(range(len(self.hits))), {}
        self._rows, self._row_of = [], {}
        for number in self._order:
            if number in self._sizes:
                self._rows.append(Row("file", number))
            self._row_of[number] = len(self._rows)
            self._rows += (Row("hit", number), Row("excerpt", number))
        self.virtual_size = Size(self.room, len(self._rows))
        self.refresh()

    def watch_grouped(self) -> None:
        """Lay the answers out anew and keep the selected one."""
        selected = self.selected
        self._lay_out()
        if selected is not None:
            self.cursor = self._order.index(self.hits.index(selected))
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll to the selected answer, and post that it is selected."""
        self.refresh()
        if not self._order:
            return
        number = self._order[self.cursor]
        top = self._row_of[number]
        above = 1 if top and self._rows[top - 1].kind == "file" else 0
        region = Region(0, top - above, self.room, 2 + above)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)
        self.post_message(self.Selected(self.hits[number], self._answer))

    def go_to(self, cursor: int) -> None:
        """Select an answer by its place in the list."""
        if self._order:
            self.cursor = max(0, min(cursor, len(self._order) - 1))
            self._show_cursor()

    def action_move(self, step: int) -> None:
        """Select the next answer, or the previous one."""
        self.go_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Select the answer a page further down, or up."""
        self.go_to(self.cursor + step * max(1, self.size.height // 2 - 1))

    def action_first(self) -> None:
        """Select the first answer."""
        self.go_to(0)

    def action_last(self) -> None:
        """Select the last answer."""
        self.go_to(len(self._order) - 1)

    def action_open(self) -> None:
        """Ask for the selected answer to be opened."""
        if self.selected:
            self.post_message(self.Opened())

    def action_mark(self) -> None:
        """Ask for the selected answer to be marked, and select the next one."""
        if self.selected:
            self.post_message(self.MarkToggled(self.selected))
            self.action_move(1)

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked; mark it on a click in the first columns, open it on two."""
        offset = event.get_content_offset(self)
        if offset is None or not 0 <= offset.y + self.scroll_offset.y < len(self._rows):
            return
        row = self._rows[offset.y + self.scroll_offset.y]
        self.go_to(self._order.index(row.number))
        if offset.x < 3 and row.kind == "hit":
            self.post_message(self.MarkToggled(self.hits[row.number]))
        elif event.chain == 2:
            self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Use the new width."""
        self.virtual_size = Size(self.room, len(self._rows))

    def render_line(self, y: int) -> Strip:
        """Draw line `y` of those in sight."""
        at, width = y + self.scroll_offset.y, self.room
        base = self.visual_style
        if at >= len(self._rows):
            return Strip.blank(width, base.rich_style)
        row = self._rows[at]
        if self._order[self.cursor] == row.number and row.kind != "file":
            base += self.styled("results--cursor")
        draw: dict[str, Callable[[int, int], Content]] = {
            "file": self._file_line,
            "hit": self._hit_line,
            "excerpt": self._excerpt_line,
        }
        return self.strip_of(draw[row.kind](row.number, width), base, width)

    def _file_line(self, number: int, width: int) -> Content:
        right = amount(self._sizes[number], "hit")
        path = self._path(number, width - cell_len(right) - 2)
        return Content.assemble(
            path,
            " " * (width - path.cell_length - cell_len(right) - 1),
            (right, _MUTED),
        )

    def _path(self, number: int, width: int) -> Content:
        """Draw the path; its end is kept, whatever the width."""
        hit = self.hits[number]
        text = display.truncate_path(display.one_line(self._answer.path_of(hit)), width)
        name = text.rpartition("/")[2]
        return Content.assemble(
            (text[: len(text) - len(name)], _MUTED),
            (name, self.styled("results--name")),
        )

    def _hit_line(self, number: int, width: int) -> Content:
        hit = self.hits[number]
        right = Content.assemble(
            (f"{language_of(hit)} " if width >= _ROOMY else "", _MUTED),
            (display.bar(self._strength(number), _BAR), self.styled("results--bar")),
        )
        room = width - 4 - right.cell_length
        place = self._place(hit, number, room)
        # In a path of names the last one says most, in a list of names the first.
        room_left, symbol = room - place.cell_length - 2, display.one_line(hit.symbol)
        if " > " in symbol:
            symbol = display.truncate_path(symbol, room_left, " > ")
        symbol = display.truncate(symbol, room_left)
        left = Content.assemble(
            place, "  " if symbol else "", (symbol, self.styled("results--symbol"))
        )
        gap = " " * max(1, room - left.cell_length + 1)
        return Content.assemble(self._gutter(number), left, gap, right)

    def _place(self, hit: Hit, number: int, room: int) -> Content:
        """Draw the place of a hit in its file, after the path unless grouped by file."""
        name = 0 if self.grouped else cell_len(hit.path.rpartition("/")[2]) + 3
        copies = f" +{hit.copy_count:,}" if hit.copy_count else ""
        left_for_lines = max(_SHORT, room - name - len(copies))
        lines = display.truncate(place_in_file(hit), left_for_lines) + copies
        if self.grouped:
            return Content.assemble((lines, self.styled("results--name")))
        # The symbol takes room from the folders, not from the name of the file.
        longest = room - cell_len(lines) - 1
        left_over = longest - cell_len(hit.symbol) - 2
        path = self._path(number, min(longest, max(name - 1, left_over)))
        return Content.assemble(path, (f":{lines}", _MUTED))

    def _strength(self, number: int) -> float:
        """Return the confidence of an answer; without one, its score relative to the best."""
        hit = self.hits[number]
        sure = hit.confidence
        return self._answer.share(hit) if sure is None else sure

    def _gutter(self, number: int) -> Content:
        here = bool(self._order) and self._order[self.cursor] == number
        marked = hit_key(self.hits[number]) in self._marks
        mark = self.styled("results--mark")
        return Content.assemble(("▌" if here else " ", mark), ("●" if marked else " ", mark), " ")

    def _excerpt_line(self, number: int, width: int) -> Content:
        hit = self.hits[number]
        label = f"{hit.line:>{5 if self.grouped else 4}}  "
        here = "▌" if self._order[self.cursor] == number else " "
        room = width - 2 - len(label) - 1
        line = display.one_line(as_written(hit.excerpt))
        first = next((start for start, _ in marks(line, hit.terms)), 0)
        excerpt = display.truncate_around(line, first, room)
        style = self.styled("results--match")
        marked = [Span(*span, style) for span in marks(excerpt, hit.terms)]
        return Content.assemble(
            (f"{here} ", self.styled("results--mark")), (label, _MUTED), Content(excerpt, marked)
        )


def place_in_file(hit: Hit) -> str:
    """Say where in its file a hit is: its lines, or its page, slide or row."""
    return display.one_line(hit.place) or f"{hit.start_line}-{hit.end_line}"


def language_of(hit: Hit) -> str:
    """Say what a hit is written in: the language of its file, and of its prose."""
    return " ".join(filter(None, (hit.inner_language or hit.language, hit.natural_language)))
