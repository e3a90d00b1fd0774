"""Defines the blocks of lines that a reader makes of a file, and the chunker cuts."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit_index.languages.row import Language
from searchkit_index.reading.heading import clean_title

# The depth of a notebook's cells, below all headings: a title has depth 0, headings have 1 to 6.
CELL = 8


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a document that belong together.

    Attributes:
        rows: The lines as they are shown and searched, without line feeds; at least one.
        sources: For each row, the line of the file where it begins, from 0.
        depth: The depth of the section that the block begins; None if it begins none.
        title: The title of that section; "" for none.
        language: The language of the rows; None for plain text.
        place: Where a person finds the block in a document without lines: `page 3`, `slide 2`.
        places: The place of each row; empty if `place` is that of all.
        apart: Whether it shares no chunk with blocks that are not, as the scripts of a page.
    """

    rows: Sequence[str]
    sources: Sequence[int]
    depth: int | None = None
    title: str = ""
    language: Language | None = None
    place: str = ""
    places: Sequence[str] = ()
    apart: bool = False


class Rows:
    """Tells on which row of a text an offset is.

    Args:
        text: The text, with line feeds at the ends of its rows.
        first: The number of its first row.
    """

    def __init__(self, text: str, first: int = 0) -> None:
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._first = first

    def of(self, at: int) -> int:
        """Return the row of an offset."""
        return self._first + bisect_left(self._ends, at)


class Draft:
    """Collects the blocks of a document without lines, and numbers the lines of its text.

    Attributes:
        blocks: The blocks so far.
        place: The place of the blocks that are added next.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.place = ""
        self._row = 0
        self._section = ""  # the title of a section that the next block begins

    def add(self, text: str, depth: int | None = None, title: str = "") -> None:
        """Add a paragraph or a heading, unless it is blank.

        Args:
            text: Its lines; blank ones at either end are left out.
            depth: As of a `Block`.
            title: The title of the section that it begins; "" for its first line.
        """
        rows = text.strip("\n").rstrip().split("\n")
        if rows != [""]:
            cleaned = clean_title(title or rows[0]) if depth is not None else ""
            self.take(Block(rows, (), depth, cleaned, None, self.place))

    def begin(self, heading: str, title: str = "") -> None:
        """Begin a section, with a heading or else with the next block.

        Args:
            heading: The text of the heading; "" for none.
            title: The title of a section without a heading; "" for the place.
        """
        self._section = "" if heading.strip() else title or self.place
        self.add(heading, 1)

    def take(self, block: Block) -> None:
        """Add a block; its `sources` are set here."""
        if self._section:
            block = replace(block, depth=1, title=self._section)
            self._section = ""
        sources = range(self._row, self._row + len(block.rows))
        self._row += len(block.rows)
        self.blocks.append(replace(block, sources=sources))
