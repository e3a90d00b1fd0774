"""Reads HTML pages."""

from searchkit_index.reading import page, text
from searchkit_index.reading.document import Block


def read(data: bytes) -> list[Block]:
    """Read a page.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in order.

    Raises:
        Unsuitable: It is no text, or was made by a program.
    """
    return page.blocks(text.decode(data))
