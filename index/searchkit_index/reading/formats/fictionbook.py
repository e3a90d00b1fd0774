"""Reads FictionBook (FB2): sections of a book."""

import re

from searchkit_index.reading import page, text
from searchkit_index.reading.archive import Element, parsed
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.text import Unsuitable

_PARAGRAPHS = frozenset({"p", "v", "subtitle", "text-author", "td", "th", "book-title", "date"})
_PEOPLE = frozenset({"author", "translator"})
# Elements for programs, and pictures.
_HIDDEN_WORDS = "binary stylesheet genre lang src-lang id version program-used custom-info"
_HIDDEN = frozenset(_HIDDEN_WORDS.split())
_BINARY = re.compile(r"<(binary|stylesheet)\b.*?(?:</\1>|\Z)", re.DOTALL)
_OPENS = re.compile(r"<title\b[^<>]*>(?:\s*<p>)?")
_CLOSES = re.compile(r"(?:</p>\s*)?</title>")


def read(data: bytes) -> list[Block]:
    """Read a book; one whose XML is broken is read like an HTML page."""
    try:
        root = parsed(data, "FictionBook")
    except Unsuitable:
        content = _BINARY.sub("", text.decode(data))
        return page.blocks(_CLOSES.sub("</h2>", _OPENS.sub("<h2>", content)))
    draft = Draft()
    stack: list[tuple[Element, int]] = [(root, 0)]
    while stack:
        here, depth = stack.pop()
        if here.tag == "title":
            draft.add(" ".join("".join(here.itertext()).split()), min(6, depth))
        elif here.tag in _PEOPLE:
            draft.add(" ".join(" ".join(here.itertext()).split()))
        elif here.tag in _PARAGRAPHS or (here.tag not in _HIDDEN and _has_own_text(here)):
            draft.add("".join(here.itertext()), 0 if here.tag == "book-title" else None)
        elif here.tag not in _HIDDEN:
            stack += [(each, depth + (here.tag == "section")) for each in reversed(here)]
    return draft.blocks


def _has_own_text(element: Element) -> bool:
    """Tell whether an element has text of its own, outside of the elements in it."""
    return any((text or "").strip() for text in (element.text, *(each.tail for each in element)))
