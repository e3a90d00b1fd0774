"""Reads HTML pages."""

from searchkit_index.reading import page, text
from searchkit_index.reading.document import Block


def read(data: bytes) -> list[Block]:
    """Read a page."""
    return page.blocks(text.decode(data))
