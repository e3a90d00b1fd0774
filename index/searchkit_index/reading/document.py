"""What a reader gives: a file as blocks of lines, for the chunker to cut.

Blocks say where text stands and what it is, and nothing about the size of chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit_index.languages.row import Language

# Depths: a title has 0, headings 1 to 6; the cells of a notebook are weaker than all headings.
CELL = 8


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a document that stand together.

    Attributes:
        rows: The lines as they are shown and searched, without line feeds; at least one.
        sources: For each, the line of the file where it begins, from 0.
        depth: How deep the section is that the block begins; None where it begins none.
        title: The title of that section; "" for none.
        language: What the lines are written in; None for plain text.
        place: Where a person finds it again when lines do not tell: `page 3`, `slide 2`.
    """

    rows: Sequence[str]
    sources: Sequence[int]
    depth: int | None = None
    title: str = ""
    language: Language | None = None
    place: str = ""


def clean_title(title: str) -> str:
    """A heading without the marks and blanks around it, at most 80 characters."""
    return " ".join(title.split())[:80].strip("#*=`_ ")
