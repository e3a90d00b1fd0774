"""Cuts a text into the chunks that are embedded and searched.

A chunk is a run of whole lines (or a part of one line that is too long) with the path of symbols
around it. Nothing here reads files, prints or raises on any text: what a parser cannot read is cut
by blank lines and indentation.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from searchkit_index.chunking import syntax
from searchkit_index.chunking.assembly import Assembly, assembled, text_outline
from searchkit_index.chunking.inner import owners, quoted
from searchkit_index.chunking.lines import Lines, cut, measure
from searchkit_index.chunking.outline import Outline, outlined
from searchkit_index.chunking.segment import Segment, Size, pack
from searchkit_index.languages import natural
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Block

if TYPE_CHECKING:
    from tree_sitter import Tree

__all__ = ["LIMIT", "Chunk", "chunks", "document_chunks", "measure", "with_natural_languages"]

# Tokens, by `measure`: a function of average size fits, and so does a page of a third.
LIMIT = 256

ChunkKind = Literal["definition", "code", "prose", "data"]


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
        place: Where a person finds it where lines do not tell: `page 3`, `page 3 –
            page 4`; "" elsewhere.
        language: The name of what most of it is written in, where its file is of another language.
        parts: What there is in it of other languages, however little, as `part_label` writes it.
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
    """Write a language with the kind of what is written in it: `javascript:definition`."""
    return f"{language}:{kind}"


def chunks(text: str, language: Language | None, limit: int = LIMIT) -> list[Chunk]:
    """Cut a plain text into chunks, in order; they hold every line that is not blank exactly once.

    Args:
        text: Any text, however broken.
        language: As `detect` gives it; None is plain text, which is data unless it is of words.
        limit: No chunk measures more tokens; a longer line becomes several chunks. At least 8.

    Returns:
        The chunks.
    """
    size = _size(language, limit)
    lines = Lines(text.split("\n"))
    tree = _tree(text, lines, language)
    if tree and language and language.grammar:
        found = syntax.along_tree(*tree, lines, language.grammar, size)
        inner = Outline([], parts=quoted(text, language))
        return _cut(found, lines, language.kind, inner, size)
    outline = text_outline(lines.rows, language)
    kind = language.kind if language else "prose" if natural.is_prose(text) else "data"
    return _cut(outlined(lines, outline, size), lines, kind, outline, size)


def document_chunks(blocks: Sequence[Block], language: Language, limit: int = LIMIT) -> list[Chunk]:
    """Cut a document that a reader gave as blocks, with the lines of its file.

    Args:
        blocks: What a reader sees of it, in order.
        language: The format of the document.
        limit: As for `chunks`.

    Returns:
        The chunks.
    """
    size = _size(language, limit)
    whole = assembled(blocks)
    lines = Lines(whole.rows)
    if not whole.rows:
        return []
    segments = outlined(lines, whole.outline, size)
    found = _cut(segments, lines, language.kind, whole.outline, size)
    return [_located(chunk, whole) for chunk in found]


def with_natural_languages(found: Sequence[Chunk]) -> Sequence[Chunk]:
    """Add to each chunk of prose of one file the language that it is written in."""
    prose = [chunk.text for chunk in found if chunk.kind == "prose"]
    detected = iter(natural.languages(prose))
    return [
        replace(chunk, natural_language=next(detected)) if chunk.kind == "prose" else chunk
        for chunk in found
    ]


def _size(language: Language | None, limit: int) -> Size:
    return Size(limit, limit if language and language.kind == "data" else limit // 2)


def _located(chunk: Chunk, whole: Assembly) -> Chunk:
    """Give a chunk the lines of the file in place of those of its text."""
    first, last = chunk.start_line - 1, chunk.end_line - 1
    # A title that stands nowhere in the document has no place.
    places = [place for place in whole.places[first : last + 1] if place] or [""]
    return replace(
        chunk,
        start_line=whole.sources[first] + 1,
        end_line=whole.sources[last] + 1,
        place=_range(places[0], places[-1]),
    )


def _range(first: str, last: str) -> str:
    """Join two places; what both begin with is written once, as a message and what it carries."""
    if last == first or last.startswith(f"{first}, "):
        return last
    head, comma, end = last.rpartition(", ")
    return f"{first} – {end if comma and first.startswith(head + comma) else last}"


def _tree(text: str, lines: Lines, language: Language | None) -> "tuple[Tree, bytes] | None":
    """Parse a text; return its syntax tree and the bytes that it was made from, or None."""
    parser = language.parser() if language else None
    if parser is None:
        return None
    source = text.encode("utf-8", "replace")
    tree = syntax.parsed(source, parser, lines)
    return (tree, source) if tree else None


def _cut(
    segments: Iterable[Segment], lines: Lines, kind: ChunkKind, outline: Outline, size: Size
) -> list[Chunk]:
    """Make chunks of segments, small ones together.

    Args:
        segments: In order.
        lines: The text.
        kind: Kind of what is written in the text's own language.
        outline: What is written in another one, and what is defined there.
        size: How large chunks become.

    Returns:
        The chunks, in order.
    """
    packed = pack(segments, lines, size)
    owner_of = owners(len(lines), outline.parts) if outline.parts else None
    labels = _labels(packed, outline)
    found: list[Chunk] = []
    for segment, parts in zip(packed, labels, strict=True):
        start, end = segment.start, segment.end
        owner, mostly = (
            owner_of.of(lines, start, end, data=kind == "data") if owner_of else (None, False)
        )
        inner = owner.name if owner else None
        label = owner.kind if owner and mostly else kind
        label = "definition" if label == "code" and segment.defines else label
        text = lines.text(start, end)
        fits = lines.cost(start, end) <= size.limit
        for part in [text] if fits else cut(text, size.target):
            chunk = Chunk(start + 1, end, segment.symbol, label, part, language=inner, parts=parts)
            found.append(chunk)
    return found


def _labels(segments: Sequence[Segment], outline: Outline) -> list[tuple[str, ...]]:
    """Label each of some segments, in order, with the languages and kinds of the parts in it."""
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
