"""Defines what a reader gives: a file as blocks of lines, for the chunker to cut.

Blocks say where text is and what it is, and nothing about the size of chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit_index.languages.row import Language

# Depths: a title has 0, headings 1 to 6; the cells of a notebook are weaker than all headings.
CELL = 8


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a document that belong together.

    Attributes:
        rows: The lines as they are shown and searched, without line feeds; at least one.
        sources: For each, the line of the file where it begins, from 0.
        depth: How deep the section is that the block begins; None where it begins none.
        title: The title of that section; "" for none.
        language: What the lines are written in; None for plain text.
        place: Where a person finds it again when lines do not tell: `page 3`, `slide 2`.
        places: The place of each line where they differ; empty where `place` is that of all.
    """

    rows: Sequence[str]
    sources: Sequence[int]
    depth: int | None = None
    title: str = ""
    language: Language | None = None
    place: str = ""
    places: Sequence[str] = ()


class Draft:
    """A document without lines of its own on the way to blocks: its text is counted in lines.

    Attributes:
        blocks: What was added.
        place: The place of what is added next.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.place = ""
        self._row = 0
        self._begun = ""

    def add(self, text: str, depth: int | None = None, title: str = "") -> None:
        """Add a paragraph or a heading, unless it is blank.

        Args:
            text: Its lines; blank ones at either end are left out.
            depth: As of a `Block`.
            title: The title of the section that it begins; the text itself where that is empty.
        """
        rows = text.strip("\n").rstrip().split("\n")
        if rows != [""]:
            named = clean_title(title or rows[0]) if depth is not None else ""
            self.take(Block(rows, (), depth, named, None, self.place))

    def begin(self, heading: str, title: str = "") -> None:
        """Begin a section with a heading; without one, with whatever is added next.

        Args:
            heading: Its text; "" for none.
            title: What a section without a heading is called; the place where that is empty.
        """
        self._begun = "" if heading.strip() else title or self.place
        self.add(heading, 1)

    def take(self, block: Block) -> None:
        """Add a block; its lines are counted here."""
        if self._begun:
            block = replace(block, depth=1, title=self._begun)
            self._begun = ""
        sources = range(self._row, self._row + len(block.rows))
        self._row += len(block.rows)
        self.blocks.append(replace(block, sources=sources))


def clean_title(title: str) -> str:
    """Strip the marks and blanks around a heading, and cut it at 80 characters."""
    return " ".join(title.split())[:80].strip("#*=`_ ")
