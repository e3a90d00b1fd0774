"""Reads XML that lists entries: feeds, dumps of wikis, places on maps, pages of diagrams.

Each entry is a section under its name. Nothing else is taken: no addresses, no coordinates.
"""

import re
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import unquote

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading import page, text
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.tags import Token, tokens

_DEEPEST = 6
_LARGEST = 4_000_000  # bytes of a diagram that was compressed
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a person reads of one kind of file; all names in lower case.

    Attributes:
        entries: The elements that are entries, and may hold others.
        name: The element that holds the name of an entry, or of all.
        texts: The elements that hold text or HTML.
        markup: The language of the texts; "" for HTML.
        hidden: Elements that are left out with all that is in them.
    """

    entries: tuple[str, ...]
    name: str
    texts: tuple[str, ...]
    markup: str = ""
    hidden: str = ""


_KINDS = {
    "rss": _Kind(("item",), "title", ("description", "content:encoded"), hidden="image"),
    "rdf:rdf": _Kind(("item",), "title", ("description", "content:encoded"), hidden="textinput"),
    "feed": _Kind(("entry",), "title", ("summary", "content", "subtitle"), hidden="source"),
    "mediawiki": _Kind(("page",), "title", ("text",), "mediawiki"),
    "kml": _Kind(("placemark", "folder"), "name", ("description",), hidden="style"),
    "trainingcenterdatabase": _Kind(("activity",), "name", ("notes",), hidden="creator"),
    "gpx": _Kind(("wpt", "rte", "rtept", "trk"), "name", ("desc", "cmt", "text"), hidden="author"),
}
# Without names and descriptions these hold nothing but points and times.
_TRACKS = frozenset({"kml", "gpx", "trainingcenterdatabase"})
# The attributes of diagrams.net that hold text, by their elements.
_LABELS = {"mxcell": "value", "object": "label", "userobject": "label", "diagram": "name"}


def read(data: bytes) -> list[Block] | None:
    """Read the entries of a file; return None if there are none, or its kind is unknown."""
    content = text.decode_as(data, "")
    found = [token for token in tokens(content) if token.kind in ("start", "end")]
    root = next((token.value for token in found), "")
    if root in ("mxfile", "mxgraphmodel"):
        return [*_labels(content)] or None
    prefix = root.rpartition(":")[0] if root not in _KINDS else ""
    if prefix:  # as of `atom:feed`, whose entries are `atom:entry`
        found = [tag._replace(value=tag.value.removeprefix(f"{prefix}:")) for tag in found]
    root = root.removeprefix(f"{prefix}:")
    if root not in _KINDS:
        return None
    blocks = [*_Reader(content, _KINDS[root]).blocks(found)]
    return blocks or ([] if root in _TRACKS else None)


class _Reader:
    def __init__(self, content: str, kind: _Kind) -> None:
        self._content = content
        self._kind = kind
        self._depth = 0
        self._rows, self._row = Rows(content), 0

    def blocks(self, tags: list[Token]) -> Iterator[Block]:
        """Yield the blocks of all entries."""
        waiting: Token | None = None  # for its end
        for tag in tags:
            if waiting:
                if tag.kind == "end" and tag.value == waiting.value:
                    yield from self._blocks(waiting, tag.at)
                    waiting = None
            elif tag.value in self._kind.entries:
                self._depth += 0 if tag.closed else 1 if tag.kind == "start" else -1
            elif tag.kind == "start" and not tag.closed and self._is_read(tag.value):
                waiting = tag

    def _is_read(self, name: str) -> bool:
        kind = self._kind
        return name in (kind.name, kind.hidden) or name in kind.texts

    def _blocks(self, tag: Token, end: int) -> Iterator[Block]:
        start = self._content.index(">", tag.at) + 1
        self._row = self._rows.of(start)
        inner = _CDATA.sub("", self._content[start:end])
        inner = inner if "<" in inner else unescape(inner)
        depth = min(max(self._depth, 0), _DEEPEST)
        if tag.value == self._kind.name:
            if name := " ".join(unescape(inner).split()):
                yield Block([name], [self._row], depth, clean_title(name))
        elif tag.value in self._kind.texts:
            yield from self._text(inner, depth)

    def _text(self, inner: str, depth: int) -> Iterator[Block]:
        if self._kind.markup:
            rows = inner.rstrip().split("\n")
            if rows != [""]:
                sources = range(self._row, self._row + len(rows))
                yield Block(rows, sources, language=LANGUAGES[self._kind.markup])
            return
        for block in page.blocks(inner, scripts=False):
            below = None if block.depth is None else min(block.depth + depth, _DEEPEST)
            rows_of_file = [self._row + row for row in block.sources]
            yield replace(block, sources=rows_of_file, depth=below)


def _labels(content: str, *, packed: bool = True) -> Iterator[Block]:
    """Yield the labels of a diagram, whose pages may be compressed; each page is a section."""
    rows, in_page = Rows(content), False
    for token in tokens(content):
        row = rows.of(token.at)
        label = token.attributes.get(_LABELS.get(token.value, ""), "").strip()
        if token.kind == "text" and in_page and packed:
            yield from _on_row(_labels(_inflated(token.value), packed=False), row)
        elif token.value == "diagram" and label:
            yield Block([label], [row], 1, clean_title(label))
        elif label:
            yield from _on_row(page.blocks(label), row)
        in_page = token.kind == "start" and token.value == "diagram"


def _on_row(blocks: Iterable[Block], row: int) -> Iterator[Block]:
    for block in blocks:
        yield replace(block, sources=[row] * len(block.rows), depth=None, title="")


def _inflated(data: str) -> str:
    """Decompress a page of a diagram; "" if it is none."""
    try:
        packed = b64decode(data.strip(), validate=True)
        return unquote(zlib.decompressobj(-15).decompress(packed, _LARGEST).decode())
    except (ValueError, zlib.error):
        return ""
