"""Shows a file line by line: coloured, numbered, with the hits and the matched terms marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from searchkit.hits.excerpt import marks
from searchkit.wrapping import wrap
from searchkit_tui.document import Document
from searchkit_tui.widgets.line_view import LineView

_SHADES = "░▒▓█"


class LineRange(NamedTuple):
    """Lines of a hit.

    Attributes:
        start: The first, from 1.
        end: The last, inclusive.
        strength: The score of the hit relative to the best, from 0 to 1.
    """

    start: int
    end: int
    strength: float


class Row(NamedTuple):
    """A line of the screen.

    Attributes:
        offset: The offset of its line in the document, from 0.
        start: Where it begins in that line, in characters.
        end: Where it ends in that line.
    """

    offset: int
    start: int
    end: int


class CodeView(LineView):
    """A document, scrolled to a hit."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "code--hit",
        "code--marker",
        "code--other",
        "code--match",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "open", "Open here", id="preview.open"),
        Binding("n", "match(1)", "Next match", id="preview.next_match"),
        Binding("N,p", "match(-1)", "Match before", show=False, id="preview.previous_match"),
        Binding("w", "toggle_wrap", "Wrap", id="preview.wrap"),
        Binding("j", "scroll_down", "Down", show=False, id="preview.down"),
        Binding("k", "scroll_up", "Up", show=False, id="preview.up"),
        Binding("space", "page_down", "Page down", show=False, id="preview.page_down"),
        Binding("b", "page_up", "Page up", show=False, id="preview.page_up"),
        Binding("g", "scroll_home", "Top", show=False, id="preview.top"),
        Binding("G", "scroll_end", "Bottom", show=False, id="preview.bottom"),
        Binding("h", "scroll_left", "Left", show=False, id="preview.left"),
        Binding("l", "scroll_right", "Right", show=False, id="preview.right"),
    ]

    ALLOW_SELECT = True

    wraps: reactive[bool] = reactive(False)

    class ColourWanted(Message):
        """Lines in sight have not been coloured."""

        def __init__(self, document: Document, offset: int) -> None:
            super().__init__()
            self.document = document
            self.offset = offset

    class Opened(Message):
        """The file is to be opened at a line."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.document: Document | None = None
        self._ranges: Sequence[LineRange] = ()
        self._terms: frozenset[str] = frozenset()
        self._marked: dict[int, list[tuple[int, int]]] = {}
        self._rows: list[Row] = []
        self._digits = 1

    def show(
        self,
        document: Document,
        ranges: Sequence[LineRange],
        terms: frozenset[str],
        *,
        best: int = 0,
        stay: bool = False,
    ) -> None:
        """Show a document at the first of several ranges of lines.

        Args:
            document: The file.
            ranges: The hit, then other hits in this file.
            terms: The terms to mark.
            best: The line of the hit that shall be in sight.
            stay: Whether to keep the scroll position, as this is the same hit again.
        """
        self.document, self._ranges, self._terms = document, ranges, terms
        self._marked = {}
        self._digits = len(str(document.number_of(len(document.lines) - 1)))
        if stay:
            self._keep_place()
            self._want_colour()
        else:
            self.set_reactive(CodeView.wraps, document.prose or document.column > 0)
            self._lay_out()
            first = self._row_of(document.offset_of(ranges[0].start), document.column)
            row = self._row_that_answers(document, best)
            below = row - first >= self.size.height - 2 * self._rows_above
            self._go_to_row(row if below else first)

    def clear(self) -> None:
        """Show nothing."""
        self.document, self._rows = None, []
        self.virtual_size = Size(0, 0)
        self.refresh()

    def _row_that_answers(self, document: Document, line: int) -> int:
        """Find the row, of a line that may take many, in which the first term stands."""
        offset = document.offset_of(line)
        rows = () if document.column else document.lines[offset : offset + 1]
        found = chain.from_iterable(marks(row, self._terms) for row in rows)
        return self._row_of(offset, next(found, (document.column, 0))[0])

    @property
    def _rows_above(self) -> int:
        """Rows shown above the line that is scrolled to."""
        return min(3, self.size.height // 5)

    def go_to(self, line: int, column: int = 0) -> None:
        """Scroll so that a line, or a column of it, is near the top."""
        if self.document:
            self._go_to_row(self._row_of(self.document.offset_of(line), column))

    def _go_to_row(self, row: int) -> None:
        self.scroll_to(0, row - self._rows_above, animate=False, force=True)
        self._want_colour()

    def _row_of(self, offset: int, column: int = 0) -> int:
        if not self._rows:
            return offset
        row = bisect_left(self._rows, (offset, column, 0))
        in_row = row < len(self._rows) and self._rows[row][:2] == (offset, column)
        return row if in_row or column == 0 else row - 1

    def _row_at(self, row: int) -> Row | None:
        if self._rows:
            return self._rows[row] if row < len(self._rows) else None
        lines = self.document.lines if self.document else []
        return Row(row, 0, len(lines[row])) if row < len(lines) else None

    def _gutter(self) -> int:
        return self._digits + 3

    def _lay_out(self) -> None:
        """Break the lines into rows of the screen, and count them."""
        document = self.document
        if document is None:
            return
        width = max(10, self.room - self._gutter())
        if self.wraps and document.width > width:
            self._rows = [
                Row(offset, start, end)
                for offset, line in enumerate(document.lines)
                for start, end in wrap(line, width, cell_len)
            ]
            self.virtual_size = Size(self.room, len(self._rows))
        else:
            self._rows = []
            self.virtual_size = Size(document.width + self._gutter(), len(document.lines))
        self.refresh()

    def watch_wraps(self) -> None:
        """Keep the line at the top where it is."""
        self._keep_place()

    def on_resize(self) -> None:
        """Wrap anew, and keep the line at the top."""
        self._keep_place()

    def _keep_place(self) -> None:
        top = self._row_at(self.scroll_offset.y)
        self._lay_out()
        if top:
            self.scroll_to(0, self._row_of(top.offset), animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the lines that came into sight to be coloured."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._want_colour()

    def _want_colour(self) -> None:
        document = self.document
        middle = self._row_at(self.scroll_offset.y + self.size.height // 2)
        if document is None:
            return
        offset = middle.offset if middle else len(document.lines) - 1
        if document.lacks_colour(offset):
            self.post_message(self.ColourWanted(document, offset))

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or scroll sideways."""
        self.wraps = not self.wraps

    def action_match(self, step: int) -> None:
        """Go to the next line, or the previous one, that holds one of the terms."""
        if self.document is None:
            return
        here = self._row_at(self.scroll_offset.y + self._rows_above)
        start = here.offset if here else len(self.document.lines) - 1
        offset = _next_match(self.document.lines, self._terms, start, step)
        if offset is not None:
            self.go_to(self.document.number_of(offset))

    def action_open(self) -> None:
        """Ask for the file to be opened at the line near the top."""
        here = self._row_at(self.scroll_offset.y + self._rows_above)
        if self.document and here:
            self.post_message(self.Opened(self.document.number_of(here.offset)))

    def render_line(self, y: int) -> Strip:
        """Draw line `y` of those in sight."""
        width = self.room
        base = self.visual_style
        left, at = self.scroll_offset.x, y + self.scroll_offset.y
        row = self._row_at(at)
        if self.document is None or row is None:
            return Strip.blank(width, base.rich_style)
        number = self.document.number_of(row.offset)
        inside = self._ranges[0].start <= number <= self._ranges[0].end
        ground = base + self.styled("code--hit") if inside else base
        gutter = self.strip_of(self._gutter_of(row, number, inside), ground, self._gutter())
        line = self._with_selection(self._content_of(row), at)
        content = self.strip_of(line, ground, width - self._gutter(), left)
        # Offsets let Textual find the text under the mouse.
        return Strip.join([gutter, content.apply_offsets(left, at)])

    def _with_selection(self, content: Content, at: int) -> Content:
        """Mark in a line what the mouse has selected."""
        span = self.text_selection.get_span(at) if self.text_selection else None
        if span is None:
            return content
        start, end = span
        style = self.screen.get_visual_style("screen--selection", partial=True)
        return content.stylize(style, start, len(content) if end < 0 else end)

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, without the line numbers."""
        if self.document is None:
            return None
        lines = self.document.lines
        rows = [lines[row.offset][row.start : row.end] for row in self._rows]
        return selection.extract("\n".join(rows or lines)), "\n"

    def _gutter_of(self, row: Row, number: int, inside: bool) -> Content:
        label = f"{number:>{self._digits}}" if row.start == 0 else " " * self._digits
        if inside:
            rail = ("▐", self.styled("code--marker"))
        else:
            rail = (self._shade(number), self.styled("code--other"))
        return Content.assemble((f"{label} ", "$text-muted"), rail, " ")

    def _shade(self, number: int) -> str:
        """Draw a block whose shade is the score of the best other hit on this line."""
        strengths = [each.strength for each in self._ranges[1:] if each.start <= number <= each.end]
        return _SHADES[min(3, int(max(strengths) * 4))] if strengths else " "

    def _content_of(self, row: Row) -> Content:
        document = self.document
        assert document is not None
        line, start, end = document.lines[row.offset], row.start, row.end
        content = document.coloured.get(row.offset) or Content(line)
        content = content if (start, end) == (0, len(line)) else content[start:end]
        style, spans = self.styled("code--match"), self._marks_in(row.offset)
        first = bisect_right(spans, start, key=lambda span: span[1])
        last = bisect_left(spans, end, key=lambda span: span[0])
        return content.add_spans(
            [Span(max(a, start) - start, min(b, end) - start, style) for a, b in spans[first:last]]
        )

    def _marks_in(self, offset: int) -> list[tuple[int, int]]:
        """Find the terms in a line, once: it may take many rows, each drawn by itself."""
        assert self.document is not None
        if offset not in self._marked:
            self._marked[offset] = list(marks(self.document.lines[offset], self._terms))
        return self._marked[offset]


def _next_match(lines: Sequence[str], terms: frozenset[str], start: int, step: int) -> int | None:
    """Find the nearest line after `start`, in the direction of `step`, that holds a term."""
    at = start + step
    while 0 <= at < len(lines):
        if next(marks(lines[at], terms), None):
            return at
        at += step
    return None
