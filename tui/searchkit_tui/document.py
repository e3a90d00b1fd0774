"""Prepares the file of a hit for the screen: makes its lines safe, and colours them block by block.

Runs in the calling thread; widgets only draw the result.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from textual.content import Content, Span
from textual.highlight import HighlightTheme

from searchkit.hits.highlight import tokens
from searchkit.printable import as_written
from searchkit_index.languages.language import LANGUAGES
from searchkit_tui import display

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit

# Lines coloured at a time. Pygments takes about a tenth of a millisecond for each.
_BLOCK = 2_000

# Characters of a line that are shown: beyond that drawing grows slow.
_LONGEST_LINE = 20_000

# Characters of a hit that are looked for in its line, to find where it begins.
_BEGINNING = 80

# Languages of prose whose files are shown as source, not wrapped.
_SOURCES = frozenset({"html", "notebook"})

# Lines before a block that the lexer reads first: a string may be open at its start.
_RUN_UP = 200


# Textual's own colours; but underlining is left for matches, and red for errors.
_STYLES = {
    kind: style.replace(" underline", "").replace("$text-error", "$text-accent")
    for kind, style in HighlightTheme.STYLES.items()
}


@dataclass(eq=False, slots=True)
class Document:
    """A file, or the indexed part of it.

    Attributes:
        lines: Safe to show.
        first: The number of the first line.
        language: As the index names it.
        note: How this differs from the indexed file; empty when it does not.
        width: Cells of the widest line.
        column: Where in its first line the hit begins, in characters.
        numbers: The number of each line, where they do not follow one another; else empty.
        coloured: Lines that have been coloured, by offset from the first.
        blocks: Numbers of the blocks of 2,000 lines that were coloured with the lines before them.
    """

    lines: list[str]
    first: int
    language: str | None
    note: str = ""
    width: int = 0
    column: int = 0
    numbers: Sequence[int] = ()
    coloured: dict[int, Content] = field(default_factory=dict)
    blocks: set[int] = field(default_factory=set)

    @property
    def prose(self) -> bool:
        """Whether its lines are paragraphs, to be wrapped."""
        known = LANGUAGES.get(self.language or "")
        return known is None or (known.kind == "prose" and known.name not in _SOURCES)

    def number_of(self, offset: int) -> int:
        """Return the number of the line at an offset from the first."""
        return self.numbers[offset] if self.numbers else self.first + offset

    def offset_of(self, number: int) -> int:
        """Return the offset of the first line with a number, or of the one behind."""
        return bisect_left(self.numbers, number) if self.numbers else max(0, number - self.first)

    def colour_lines(self, start: int, stop: int) -> None:
        """Colour a few lines on their own, quickly; wrong where they begin inside a string."""
        self.coloured.update(enumerate(_styled(self.lines[start:stop], self.language), start))

    def lacks_colour(self, around: int) -> bool:
        """Tell whether the block that holds this offset has not been coloured yet."""
        return around // _BLOCK not in self.blocks

    def colour(self, around: int) -> None:
        """Colour the block that holds this offset; the whole file if it has only two."""
        count, block = len(self.lines) // _BLOCK + 1, around // _BLOCK
        blocks = range(count) if count <= 2 else range(block, block + 1)
        start, stop = blocks[0] * _BLOCK, blocks[-1] * _BLOCK + _BLOCK
        before = max(0, start - _RUN_UP)
        styled = _styled(self.lines[before:stop], self.language)
        self.coloured.update(enumerate(styled[start - before :], start))
        self.blocks.update(blocks)


def _styled(lines: Sequence[str], language: str | None) -> list[Content]:
    """Return the styled content of each line."""
    return [
        Content(
            line,
            [Span(start, end, style) for start, end, kind in found if (style := _style_of(kind))],
        )
        for line, found in zip(lines, tokens(lines, language), strict=True)
    ]


@cache
def _style_of(kind: Any) -> str:
    """Find the style of a token, or of the nearest kind above it that has one."""
    while kind is not None and kind not in _STYLES:
        kind = kind.parent
    return _STYLES.get(kind, "")


def read(hit: "Hit") -> Document:
    """Read the file of a hit as it is now.

    Args:
        hit: The hit.

    Returns:
        The file; only the indexed part where there is no such file any more, or its lines are too
        long to be shown.
    """
    lines, first, note = hit.reread()
    longest = max(map(len, lines[hit.start_line - first : hit.end_line - first + 1]), default=0)
    if longest > _LONGEST_LINE:
        note = f"part of a line of {longest:,} characters"
        lines, first = hit.text.split("\n"), hit.start_line
    return _document(hit, lines, first, note)


def _document(hit: "Hit", lines: Sequence[str], first: int, note: str) -> Document:
    from rich.cells import cell_len

    safe = [display.one_line(as_written(line), _LONGEST_LINE) for line in lines] or [""]
    begin = display.one_line(hit.text.partition("\n")[0]).strip()[:_BEGINNING]
    line = safe[min(hit.start_line - first, len(safe) - 1)]
    column = max(0, line.find(begin)) if len(line) > _BEGINNING else 0
    alone = first == hit.start_line and len(safe) == len(hit.numbers)
    numbers = hit.numbers if alone else ()
    return Document(safe, first, hit.language, note, max(map(cell_len, safe)), column, numbers)
