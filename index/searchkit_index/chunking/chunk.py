"""From a text to the chunks that are embedded and searched.

A chunk is a run of whole lines (or a piece of one line that is too long) with the path of symbols
around it. Nothing here reads files, prints or raises on any text: what a parser cannot read is cut
by blank lines and indentation.
"""

from dataclasses import dataclass, replace
from typing import Literal

from searchkit_index.chunking import syntax
from searchkit_index.chunking.indentation import code_outline, data_outline
from searchkit_index.chunking.lines import Lines, cut, measure
from searchkit_index.chunking.outline import Outline, outlined
from searchkit_index.chunking.prose import prose_outline
from searchkit_index.chunking.segment import Piece, Size, pack
from searchkit_index.languages.language import Language
from searchkit_index.reading.html import Page, page
from searchkit_index.reading.notebook import Cells, cells
from searchkit_index.reading.pdf import pages_outline

__all__ = ["LIMIT", "Chunk", "chunks", "measure"]

# Tokens, by `measure`: a function of average size fits, and so does a page of a third.
LIMIT = 256

Kind = Literal["definition", "code", "prose", "data"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a text.

    Attributes:
        start_line: Its first line, from 1.
        end_line: Its last line, included.
        symbol: Where it stands: `Class > method`, or the headings above it; "" at top level.
        kind: A definition or the head of one, other code, prose, or data.
        text: The lines as they stand in the file.
        natural_language: What prose is written in, by its code of ISO 639-1; None where that is
            not sure, and of all else.
    """

    start_line: int
    end_line: int
    symbol: str
    kind: Kind
    text: str
    natural_language: str | None = None


def chunks(text: str, language: Language | None, limit: int = LIMIT) -> list[Chunk]:
    """The chunks of a text, in order; they hold every line that is not blank exactly once.

    Of HTML and notebooks they hold what a reader sees, with the lines of the file it comes from.

    Args:
        text: Any text, however broken.
        language: As `detect` gives it; None is plain text.
        limit: No chunk measures more tokens; a longer line becomes several chunks. At least 8.
    """
    size = Size(limit, limit if language and language.kind == "data" else limit // 2)
    seen = _seen(text, language)
    lines = Lines(seen.rows if seen else text.split("\n"))
    if seen:
        pieces = pack(outlined(lines, seen.outline, size), lines, size)
    else:
        pieces = _pieces(text, lines, language, size)
    kind = language.kind if language else "prose"
    found = [chunk for piece in pieces for chunk in _chunks(piece, lines, kind, size)]
    return [_sourced(chunk, seen.sources) for chunk in found] if seen else found


def _seen(text: str, language: Language | None) -> Page | Cells | None:
    """What a reader sees of a file that is not read as it stands."""
    if language and language.name == "html":
        return page(text)
    return cells(text) if language and language.name == "notebook" else None


def _sourced(chunk: Chunk, sources: list[int]) -> Chunk:
    first, last = sources[chunk.start_line - 1] + 1, sources[chunk.end_line - 1] + 1
    return replace(chunk, start_line=first, end_line=last)


def _pieces(text: str, lines: Lines, language: Language | None, size: Size) -> list[Piece]:
    if language and language.grammar and (parser := language.parser()):
        source = text.encode("utf-8", "replace")
        tree = syntax.parsed(source, parser, lines)
        if tree:
            return pack(syntax.along_tree(tree, source, lines, language.grammar, size), lines, size)
    return pack(outlined(lines, _outline(lines.rows, language), size), lines, size)


def _outline(rows: list[str], language: Language | None) -> Outline:
    if language is None or language.kind == "prose":
        name = language.name if language else "text"
        return pages_outline(rows) if name == "pdf" else prose_outline(rows, name)
    return code_outline(rows) if language.kind == "code" else data_outline(rows)


def _chunks(piece: Piece, lines: Lines, kind: Kind, size: Size) -> list[Chunk]:
    if kind == "code" and piece.defines:
        kind = "definition"
    first, last = piece.start + 1, piece.end
    text = lines.text(piece.start, piece.end)
    if lines.cost(piece.start, piece.end) <= size.limit:
        return [Chunk(first, last, piece.symbol, kind, text)]
    return [Chunk(first, last, piece.symbol, kind, part) for part in cut(text, size.target)]
