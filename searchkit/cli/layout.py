"""Lays out lines of a hit for a terminal: numbered, coloured, marked, wrapped and indented."""

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from searchkit.cli.terminal import Part, colours, styled
from searchkit.printable import as_written, printable
from searchkit.wrapping import wrap

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit

_TAB = 4
_GUTTER = 7  # cells of a line's number, and of what hangs below it
_LEAST = 20  # cells for text, however narrow the terminal
_LONGEST = 2_000  # characters of a line

Styles = tuple[str, ...]

# By kinds of tokens as Pygments names them; others look like plain text.
_LOOKS: dict[str, Styles] = {
    "Comment": ("green",),
    "Keyword": ("magenta",),
    "Literal.String": ("yellow",),
    "Literal.Number": ("yellow",),
    "Name.Function": ("blue",),
    "Name.Class": ("blue",),
    "Generic.Heading": ("blue",),
    "Generic.Subheading": ("blue",),
}


def layout(hit: "Hit", lines: Sequence[str], numbers: Sequence[int]) -> Iterator[list[Part]]:
    """Lay out lines of a hit.

    Args:
        hit: The hit, whose words are marked.
        lines: Some lines of its file, without line ends.
        numbers: The number of each.

    Yields:
        Lines for the terminal, no wider than it.
    """
    shown = [printable(as_written(line.rstrip().expandtabs(_TAB)[:_LONGEST])) for line in lines]
    room = max(shutil.get_terminal_size().columns - _GUTTER, _LEAST)
    looks = _character_styles(shown, hit.inner_language or hit.language)
    for number, line, look in zip(numbers, shown, looks, strict=True):
        for start, end in hit.marks(line):
            look[start:end] = [("red", "bold")] * (end - start)
        for at, (start, end) in enumerate(wrap(line, room, _cells)):
            gutter = "" if at else str(number)
            yield [styled(f"{gutter:>{_GUTTER - 1}} ", "dim"), *_parts(line, look, start, end)]


def _character_styles(lines: Sequence[str], language: str | None) -> list[list[Styles]]:
    """Find the styles of each character of each line."""
    looks: list[list[Styles]] = [[()] * len(line) for line in lines]
    if colours():
        from searchkit.hits.highlight import tokens

        for look, found in zip(looks, tokens(lines, language), strict=True):
            for start, end, kind in found:
                look[start:end] = [_token_style(kind)] * (end - start)
    return looks


@cache
def _token_style(kind: Any) -> Styles:
    name = str(kind).removeprefix("Token.")
    while name and name not in _LOOKS:
        name = name.rpartition(".")[0]
    return _LOOKS.get(name, ())


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _parts(line: str, look: Sequence[Styles], start: int, end: int) -> Iterator[Part]:
    for style, run in groupby(range(start, end), key=look.__getitem__):
        at = list(run)
        text = line[at[0] : at[-1] + 1]
        yield styled(text, *style) if style else text
