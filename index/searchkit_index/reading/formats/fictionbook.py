"""Reads FictionBook (FB2): sections of a book."""

from searchkit_index.reading.archive import Element, parsed
from searchkit_index.reading.document import Block, Draft

_PARAGRAPHS = frozenset({"p", "v", "subtitle", "text-author", "td", "th", "book-title", "date"})


def read(data: bytes) -> list[Block]:
    """Read a book.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in order.

    Raises:
        Unsuitable: It is no XML.
    """
    draft = Draft()
    stack: list[tuple[Element, int]] = [(parsed(data, "FictionBook"), 0)]
    while stack:
        here, depth = stack.pop()
        if here.tag == "title":
            draft.add(" ".join("".join(here.itertext()).split()), min(6, depth))
        elif here.tag in _PARAGRAPHS:
            draft.add("".join(here.itertext()), 0 if here.tag == "book-title" else None)
        elif here.tag != "binary":
            stack += [(each, depth + (here.tag == "section")) for each in reversed(here)]
    return draft.blocks
