"""Reads EPUB books: their chapters in reading order."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote

from searchkit_index.reading import page
from searchkit_index.reading.archive import Archive
from searchkit_index.reading.document import Block, Draft

_KIND = "EPUB"


def read(data: bytes) -> list[Block]:
    """Read a book; the place of each block is its chapter.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in reading order.

    Raises:
        Unsuitable: It is no EPUB, or is locked.
    """
    archive = Archive(data, _KIND)
    draft = Draft()
    container = archive.xml("META-INF/container.xml")
    package = next(
        (each.get("full-path", "") for each in container.iter("rootfile")), ""
    ) if container is not None else ""  # fmt: skip
    root = archive.xml(package)
    if root is None:
        return draft.blocks
    for element in root.iter():
        if element.tag in ("title", "creator", "subject", "description") and element.text:
            draft.add(element.text, 0 if element.tag == "title" else None)
    files = {each.get("id", ""): unquote(each.get("href", "")) for each in root.iter("item")}
    chapters = (files.get(each.get("idref", ""), "") for each in root.iter("itemref"))
    for number, file in enumerate(dict.fromkeys(chapters), 1):
        content = archive.read(normpath(join(dirname(package), file)))
        if content is not None:
            _chapter(content.decode("utf-8", "replace"), number, draft)
    return draft.blocks


def _chapter(content: str, number: int, draft: Draft) -> None:
    blocks = page.blocks(content.replace("\r\n", "\n").replace("\r", "\n"))
    blocks = [block for block in blocks if block.language is None]
    # A file's own title is often the book's; the heading above its text is the chapter's.
    titles = [block.title for block in blocks if block.title and block.depth]
    place = f"chapter {number}: {titles[0]}" if titles else f"chapter {number}"
    for block in blocks:
        if block.depth != 0:
            draft.take(Block(block.rows, (), block.depth, block.title, place=place))
