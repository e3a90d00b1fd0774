"""Reads EPUB books: their chapters in reading order."""

import contextlib
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from searchkit_index.reading import page
from searchkit_index.reading.archive import Archive, Element, outermost
from searchkit_index.reading.document import Block, Draft, clean_title
from searchkit_index.reading.text import Unsuitable

_KIND = "EPUB"
# The type of the table of contents before the third version.
_OLD_CONTENTS = "application/x-dtbncx+xml"


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
    locked = _locked(archive)
    members = [normpath(join(dirname(package), file)) for file in dict.fromkeys(chapters)]
    if members and locked.issuperset(members):
        raise Unsuitable("encrypted, as books from shops are")
    for number, member in enumerate(members, 1):
        content = None if member in locked else archive.read(member)
        if content is not None:
            _chapter(content.decode("utf-8", "replace"), number, titles.get(member, ""), draft)
    return draft.blocks


def _locked(archive: Archive) -> frozenset[str]:
    """List the members that only the shop's own program can read."""
    listed = archive.xml("META-INF/encryption.xml")
    found = listed.iter("CipherReference") if listed is not None else ()
    return frozenset(unquote(each.get("URI", "")) for each in found)


def _titles(archive: Archive, folder: str, package: Element) -> dict[str, str]:
    """Read the tables of contents: what the first entry for each member is called."""
    found: dict[str, str] = {}
    for item in package.iter("item"):
        if item.get("media-type") == _OLD_CONTENTS or item.get("properties") == "nav":
            name = normpath(join(folder, unquote(item.get("href", ""))))
            with contextlib.suppress(Unsuitable):  # then headings are all there is
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
    blocks = page.blocks(content.replace("\r\n", "\n").replace("\r", "\n"))
    blocks = [block for block in blocks if block.language is None]
    # A file's own title is often the book's; the heading above its text is the chapter's.
    titles = [block.title for block in blocks if block.title and block.depth]
    named = titles[0] if titles else title
    place = f"chapter {number}: {named}" if named else f"chapter {number}"
    for block in blocks:
        if block.depth != 0:
            draft.take(Block(block.rows, (), block.depth, block.title, place=place))
