"""Assembles the blocks of a document to one text with one outline."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from searchkit_index.chunking.indentation import code_outline, data_outline
from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.chunking.parts import add_parts, parts_of
from searchkit_index.chunking.prose import LINE_OF_CODE, prose_outline
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Block


@dataclass(slots=True)
class Assembly:
    """A document as one text.

    Attributes:
        rows: The lines of all blocks, in order.
        sources: For each row, the line of the file where it begins, from 0.
        places: For each row, its place.
        outline: The headings and boundaries of the rows.
    """

    rows: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    outline: Outline = field(default_factory=lambda: Outline([], sections=True))

    def add(self, block: Block) -> None:
        """Append a block; the level of its first row is that of the section that it begins."""
        start, outline, rows = len(self.rows), self.outline, list(block.rows)
        inner = text_outline(rows, block.language, LINE_OF_CODE)
        if block.language and block.language.kind == "code":
            add_parts(inner, rows, [Part(0, len(rows), block.language)], LINE_OF_CODE)
        if block.depth is not None:
            inner.levels[0] = min(inner.levels[0], 2 * block.depth)
            if block.title and 0 not in inner.definitions:
                inner.titles[0] = block.title
        outline.levels += inner.levels
        outline.titles |= {start + row: title for row, title in inner.titles.items()}
        outline.definitions |= {start + row for row in inner.definitions}
        outline.parts += [
            Part(start + part.start, start + part.end, part.language) for part in inner.parts
        ]
        self.rows += rows
        self.sources += block.sources
        self.places += block.places or [block.place] * len(rows)


def assemble(blocks: Iterable[Block]) -> Assembly:
    """Join blocks in order."""
    document = Assembly()
    for block in blocks:
        document.add(block)
    return document


def text_outline(rows: list[str], language: Language | None, outermost: int = 0) -> Outline:
    """Outline a text without a grammar.

    Args:
        rows: Its lines.
        language: The language of the text; None for plain text.
        outermost: The level of code and data at the left margin; prose has levels of its own.

    Returns:
        The outline.
    """
    if language is None or language.kind == "prose":
        outline = prose_outline(rows, language.outline if language else None)
        fenced, outline.parts = outline.parts, []
        others = parts_of(rows, language) if language else []
        add_parts(outline, rows, [*fenced, *others], LINE_OF_CODE)
        return outline
    if language.kind == "code":
        outline = code_outline(rows, language, outermost)
    else:
        outline = data_outline(rows, outermost)
    add_parts(outline, rows, parts_of(rows, language), outermost)
    return outline
