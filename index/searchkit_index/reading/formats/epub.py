"""Reads EPUB books: their chapters in reading order."""

import contextlib
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from searchkit_index.reading import page
from searchkit_index.reading.archive import Archive, Element, outermost
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.text import Unsuitable

_KIND = "EPUB"
# The media type of the table of contents before EPUB 3.
_NCX = "application/x-dtbncx+xml"


def read(data: bytes) -> list[Block]:
    """Read a book, in reading order; the place of each block is its chapter."""
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
    titles = _titles(archive, dirname(package), root)
    chapters = (files.get(each.get("idref", ""), "") for each in root.iter("itemref"))
    encrypted = _encrypted(archive)
    members = [normpath(join(dirname(package), file)) for file in dict.fromkeys(chapters)]
    if members and encrypted.issuperset(members):
        raise Unsuitable("encrypted, as books from shops are")
    for number, member in enumerate(members, 1):
        content = None if member in encrypted else archive.read(member)
        if content is not None:
            _chapter(content.decode("utf-8", "replace"), number, titles.get(member, ""), draft)
    return draft.blocks


def _encrypted(archive: Archive) -> frozenset[str]:
    """List the members that are encrypted."""
    listed = archive.xml("META-INF/encryption.xml")
    found = listed.iter("CipherReference") if listed is not None else ()
    return frozenset(unquote(each.get("URI", "")) for each in found)


def _titles(archive: Archive, folder: str, package: Element) -> dict[str, str]:
    """Read the tables of contents: the title of the first entry for each member."""
    found: dict[str, str] = {}
    for item in package.iter("item"):
        if item.get("media-type") == _NCX or item.get("properties") == "nav":
            name = normpath(join(folder, unquote(item.get("href", ""))))
            with contextlib.suppress(Unsuitable):  # headings are enough
                table = archive.xml(name)
                for target, title in _entries(table) if table is not None else ():
                    member = join(dirname(name), unquote(target.partition("#")[0]))
                    found.setdefault(normpath(member), clean_title(title))
    return found


def _entries(table: Element) -> Iterator[tuple[str, str]]:
    """Yield the address and the title of each entry of a table of contents, old or new."""
    for link in outermost(table, "a"):
        yield link.get("href", ""), "".join(link.itertext())
    for point in table.iter("navPoint"):
        content = point.find("content")
        if content is not None:
            yield content.get("src", ""), point.findtext("navLabel/text", "")


def _chapter(content: str, number: int, title: str, draft: Draft) -> None:
    lines = content.replace("\r\n", "\n").replace("\r", "\n")
    blocks = page.blocks(lines, scripts=False)
    # The title of a file is often that of the book; its first heading is that of the chapter.
    titles = [block.title for block in blocks if block.title and block.depth]
    title = titles[0] if titles else title
    place = f"chapter {number}: {title}" if title else f"chapter {number}"
    for block in blocks:
        if block.depth != 0:
            draft.take(Block(block.rows, (), block.depth, block.title, block.language, place=place))
