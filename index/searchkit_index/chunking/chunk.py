"""Cuts a text into the chunks that are embedded and searched.

A chunk is a run of whole lines, or a piece of one line that is too long, with the path of symbols
around it. Nothing here reads files, prints or raises, whatever the text: what a parser cannot read
is cut by blank lines and indentation.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from searchkit_index.chunking import parsing, syntax
from searchkit_index.chunking.assembly import Assembly, assemble, text_outline
from searchkit_index.chunking.inline_parts import sql_strings
from searchkit_index.chunking.lines import Lines, cut, measure
from searchkit_index.chunking.outline import Outline, outline_segments
from searchkit_index.chunking.parts import row_languages
from searchkit_index.chunking.segment import Segment, Size, pack
from searchkit_index.languages import natural
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Block

if TYPE_CHECKING:
    from tree_sitter import Tree

__all__ = ["LIMIT", "Chunk", "chunks", "document_chunks", "measure", "with_natural_languages"]

# The most tokens of a chunk, by `measure`: an average function fits, and so does a third of a page.
LIMIT = 256

ChunkKind = Literal["definition", "code", "prose", "data"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a text.

    Attributes:
        start_line: Its first line, from 1.
        end_line: Its last line, included.
        symbol: The path of definitions or headings around it, such as `Class > method`; "" at top
            level.
        kind: A definition or the head of one, other code, prose, or data.
        text: Its lines as they are in the file.
        natural_language: The code of ISO 639-1 of the language of prose; None if that is not sure,
            and for all other kinds.
        place: Where a person finds it in a document without lines: `page 3`, `page 3 – page 4`; ""
            for other files.
        language: The name of its language, if that is not the language of its file.
        parts: What it holds in other languages, however little, as written by `part_label`.
    """

    start_line: int
    end_line: int
    symbol: str
    kind: ChunkKind
    text: str
    natural_language: str | None = None
    place: str = ""
    language: str | None = None
    parts: tuple[str, ...] = ()


def part_label(language: str, kind: ChunkKind) -> str:
    """Format a language and a kind as the label of a part: `javascript:definition`."""
    return f"{language}:{kind}"


def chunks(text: str, language: Language | None, limit: int = LIMIT) -> list[Chunk]:
    """Cut a plain text into chunks.

    Args:
        text: Any text, however broken.
        language: As `detect` gives it; None for plain text, which is prose if most of it is words
            and data otherwise.
        limit: The most tokens of a chunk, at least 8; a longer line becomes several chunks.

    Returns:
        The chunks, in order; they hold every line that is not blank exactly once.
    """
    size = _size(language, limit)
    lines = Lines(text.split("\n"))
    tree = _tree(text, lines, language)
    if tree and language and language.grammar:
        found = syntax.tree_segments(*tree, lines, language.grammar, size)
        has_sql_strings = language.kind == "code" and language.name != "sql"
        outline = Outline([], parts=sql_strings(text) if has_sql_strings else [])
        return _chunks(found, lines, language.kind, outline, size)
    outline = text_outline(lines.rows, language)
    kind = language.kind if language else "prose" if natural.is_prose(text) else "data"
    return _chunks(outline_segments(lines, outline, size), lines, kind, outline, size)


def document_chunks(blocks: Sequence[Block], language: Language, limit: int = LIMIT) -> list[Chunk]:
    """Cut a document into chunks, which have the line numbers of its file.

    Args:
        blocks: The text of the document, in order.
        language: The format of the document.
        limit: As for `chunks`.

    Returns:
        The chunks, in order.
    """
    size = _size(language, limit)
    found = _document_chunks([each for each in blocks if not each.apart], language.kind, size)
    if apart := [each for each in blocks if each.apart]:
        found += _document_chunks(apart, "code", size)
    return sorted(found, key=lambda chunk: chunk.start_line) if apart else found


def _document_chunks(blocks: Sequence[Block], kind: ChunkKind, size: Size) -> list[Chunk]:
    document = assemble(blocks)
    if not document.rows:
        return []
    lines = Lines(document.rows)
    segments = outline_segments(lines, document.outline, size)
    found = _chunks(segments, lines, kind, document.outline, size)
    return [_located(chunk, document) for chunk in found]


def with_natural_languages(found: Sequence[Chunk]) -> Sequence[Chunk]:
    """Detect the language of each chunk of prose.

    Args:
        found: The chunks of one file; a chunk too short to tell gets the language of the others.

    Returns:
        The chunks, in the same order, those of prose with `natural_language` set.
    """
    prose = [chunk.text for chunk in found if chunk.kind == "prose"]
    detected = iter(natural.languages(prose))
    return [
        replace(chunk, natural_language=next(detected)) if chunk.kind == "prose" else chunk
        for chunk in found
    ]


def _size(language: Language | None, limit: int) -> Size:
    return Size(limit, limit if language and language.kind == "data" else limit // 2)


def _located(chunk: Chunk, document: Assembly) -> Chunk:
    """Replace the rows of the assembled text by the lines and places of the file."""
    first, last = chunk.start_line - 1, chunk.end_line - 1
    # A title from the properties of a document has no place.
    places = [place for place in document.places[first : last + 1] if place] or [""]
    return replace(
        chunk,
        start_line=document.sources[first] + 1,
        end_line=document.sources[last] + 1,
        place=_place_range(places[0], places[-1]),
    )


def _place_range(first: str, last: str) -> str:
    """Join two places; a common beginning, such as the sheet of two rows, is written once."""
    if last == first or last.startswith(f"{first}, "):
        return last
    common, comma, end = last.rpartition(", ")
    return f"{first} – {end if comma and first.startswith(common + comma) else last}"


def _tree(text: str, lines: Lines, language: Language | None) -> "tuple[Tree, bytes] | None":
    """Parse a text; return its syntax tree with the bytes parsed, or None without a usable tree."""
    parser = language.parser() if language else None
    if parser is None or language is None:
        return None
    source = text.encode("utf-8", "replace")
    if not parsing.is_parsed(source, language.name):
        return None
    source = parsing.without_misread(source, language.name)
    tree = parsing.parse(source, parser, lines)
    return (tree, source) if tree else None


def _chunks(
    segments: Iterable[Segment], lines: Lines, kind: ChunkKind, outline: Outline, size: Size
) -> list[Chunk]:
    """Make chunks of segments, small ones together."""
    packed = pack(segments, lines, size)
    languages = row_languages(len(lines), outline.parts)
    found: list[Chunk] = []
    for segment, labels in zip(packed, _part_labels(packed, outline), strict=True):
        start, end = segment.start, segment.end
        other, is_mostly_other = languages.of(lines, start, end, data=kind == "data")
        own_kind = other.kind if other and is_mostly_other else kind
        own_kind = "definition" if own_kind == "code" and segment.defines else own_kind
        text = lines.text(start, end)
        pieces = [text] if lines.cost(start, end) <= size.limit else cut(text, size.target)
        name = other.name if other else None
        found += (
            Chunk(start + 1, end, segment.symbol, own_kind, piece, language=name, parts=labels)
            for piece in pieces
        )
    return found


def _part_labels(segments: Sequence[Segment], outline: Outline) -> list[tuple[str, ...]]:
    """List the labels of the parts in each segment."""
    found: list[dict[str, None]] = [{} for _ in segments]
    for part in outline.parts:
        at = bisect_right(segments, part.start, key=lambda segment: segment.end)
        while at < len(segments) and segments[at].start < part.end:
            rows = range(max(part.start, segments[at].start), min(part.end, segments[at].end))
            defines = part.defines or not outline.definitions.isdisjoint(rows)
            kind: ChunkKind = "definition" if defines else part.language.kind
            found[at][part_label(part.language.name, kind)] = None
            at += 1
    return [tuple(labels) for labels in found]
