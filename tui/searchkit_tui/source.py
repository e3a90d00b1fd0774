"""The file of a hit, ready for the eye: its lines made safe, and coloured piece by piece.

Works in the thread that it is called from; widgets only draw what it gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from textual.content import Content, Span
from textual.highlight import HighlightTheme

from searchkit_index.languages.language import LANGUAGES
from searchkit_tui import shown

if TYPE_CHECKING:
    from searchkit.hit import Hit

# Lines coloured at a time. Pygments takes about a tenth of a millisecond for each.
PIECE = 2_000

# Lines before a piece that are read for the state of the lexer: a string may be open.
_RUN_UP = 200


# Textual's own colours, but underlining is kept for what was asked, and red for what is wrong.
_STYLES = {
    kind: style.replace(" underline", "").replace("$text-error", "$text-accent")
    for kind, style in HighlightTheme.STYLES.items()
}


@dataclass(eq=False, slots=True)
class Document:
    """A file, or what was indexed of it.

    Attributes:
        lines: Safe to show.
        first: The number of the first line.
        language: As the index names it.
        note: Why this is not simply the file as it was indexed; empty when it is.
        width: Cells of the widest line.
        coloured: Lines that have been coloured, by offset from the first.
        pieces: Which runs of `PIECE` lines have been coloured with what stands before them.
    """

    lines: list[str]
    first: int
    language: str | None
    note: str = ""
    width: int = 0
    coloured: dict[int, Content] = field(default_factory=dict)
    pieces: set[int] = field(default_factory=set)

    @property
    def prose(self) -> bool:
        """Whether its lines are paragraphs, to be wrapped."""
        known = LANGUAGES.get(self.language or "")
        return known is None or (known.kind == "prose" and not known.reader)

    def colour_passage(self, start: int, stop: int) -> None:
        """Colour a few lines on their own, quickly; right where they begin with a definition."""
        self.coloured.update(enumerate(_styled(self.lines[start:stop], self.language), start))

    def lacks_colour(self, around: int) -> bool:
        """Whether the piece that holds this offset waits to be coloured."""
        return around // PIECE not in self.pieces

    def colour(self, around: int) -> None:
        """Colour the piece that holds this offset; all of a file of a few pieces."""
        count, piece = len(self.lines) // PIECE + 1, around // PIECE
        pieces = range(count) if count <= 2 else range(piece, piece + 1)
        start, stop = pieces[0] * PIECE, pieces[-1] * PIECE + PIECE
        before = max(0, start - _RUN_UP)
        styled = _styled(self.lines[before:stop], self.language)
        self.coloured.update(enumerate(styled[start - before :], start))
        self.pieces.update(pieces)


def _styled(lines: Sequence[str], language: str | None) -> list[Content]:
    """Each line as content with styles; as many as there are lines."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        known = LANGUAGES.get(language or "text")
        lexer = get_lexer_by_name((known and known.lexer) or language or "text", stripnl=False)
    except ClassNotFound:
        return [Content(line) for line in lines]
    spans: list[list[Span]] = [[]]
    column = 0
    for kind, token in lexer.get_tokens("\n".join(lines)):
        style = _style_of(kind)
        for piece in token.splitlines(keepends=True):
            width = len(piece.rstrip("\n"))
            if style and width:
                spans[-1].append(Span(column, column + width, style))
            column += width
            if piece.endswith("\n"):
                spans.append([])
                column = 0
    return [Content(line, marks) for line, marks in zip(lines, spans, strict=False)]


@cache
def _style_of(kind: Any) -> str:
    """The style of a token, or of the nearest kind above it that has one."""
    while kind is not None and kind not in _STYLES:
        kind = kind.parent
    return _STYLES.get(kind, "")


def read(hit: "Hit") -> Document:
    """Read the file of a hit as it is now; what was indexed of it when there is no such file."""
    lines, first, note = hit.reread()
    return _document(lines, first, hit.language, note)


def _document(lines: Sequence[str], first: int, language: str | None, note: str) -> Document:
    from rich.cells import cell_len

    safe = [shown.line(line) for line in lines] or [""]
    return Document(safe, first, language, note, max(map(cell_len, safe)))
