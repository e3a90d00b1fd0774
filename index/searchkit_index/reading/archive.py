"""Reads documents that are ZIP archives of XML, within limits.

Nothing is unpacked to disk, and the sizes that an archive declares are not trusted. External
entities are not read, and the parser (expat) refuses entities that expand a hundredfold.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from searchkit_index.reading.text import Unsuitable

__all__ = ["Archive", "Element", "number", "outermost", "parsed", "walk"]

# The most bytes to unpack of one archive: more is no text by a person.
_MOST_UNPACKED = 100_000_000
_BLOCK = 1 << 20  # bytes that are read at once

# What the library raises on an archive that is damaged, or compressed in an unknown way.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError),
    *(EOFError, OSError, OverflowError, ValueError, IndexError),
)


class Archive:
    """A ZIP file in memory.

    Args:
        data: The whole file.
        kind: What the file should be, in words, for messages.

    Raises:
        Unsuitable: It is no archive.
    """

    def __init__(self, data: bytes, kind: str) -> None:
        self._kind = kind
        self._left = _MOST_UNPACKED
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            listed = self._zip.namelist()
        except _DAMAGE:
            raise Unsuitable(f"this is no readable {kind}") from None
        # References to members may differ from their names in case, and some programs on Windows
        # write backslashes.
        self._members = {name.replace("\\", "/").lower(): name for name in listed}
        self._members |= {name: name for name in listed}

    def names(self) -> list[str]:
        """List the names of the members, in the order of the archive."""
        return [name.replace("\\", "/") for name in self._zip.namelist()]

    def read(self, name: str) -> bytes | None:
        """Unpack a member.

        Args:
            name: The name of the member.

        Returns:
            Its bytes; None if there is no such member.

        Raises:
            Unsuitable: It is damaged or locked by a password, or unpacks to too many bytes.
        """
        try:
            with self._zip.open(self._members.get(name) or self._members[name.lower()]) as member:
                parts = []
                while part := member.read(_BLOCK):
                    self._left -= len(part)
                    if self._left < 0:
                        raise Unsuitable(f"this {self._kind} unpacks to more than it may")
                    parts.append(part)
                return b"".join(parts)
        except KeyError:
            return None
        except _DAMAGE:
            raise Unsuitable(f"this is no readable {self._kind}") from None
        except RuntimeError:
            raise Unsuitable(f"this {self._kind} is locked by a password") from None

    def xml(self, name: str) -> Element | None:
        """Parse a member that is XML.

        Args:
            name: The name of the member.

        Returns:
            Its root, with names without namespaces; None if there is no such member.

        Raises:
            Unsuitable: As for `read`, or it is not XML.
        """
        data = self.read(name)
        return None if data is None else parsed(data, self._kind)

    def links(self, name: str) -> dict[str, str]:
        """Map the ids in a member of an Office document to the members that they refer to."""
        return {id_: path for id_, _, path in self._links(name)}

    def linked(self, name: str, kind: str) -> str:
        """Find a member of an Office document by its relation to another one.

        Args:
            name: The member that has the relation; "" for the archive as a whole.
            kind: The last word of the relation's type, such as `officeDocument`.

        Returns:
            The name of the first such member; "" for none.
        """
        return next((path for _, each, path in self._links(name) if each == kind), "")

    def _links(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield the id, kind and member of each relation of a member."""
        folder, _, file = name.rpartition("/")
        root = self.xml(join(folder, f"_rels/{file}.rels"))
        for link in root if root is not None else ():
            if link.get("TargetMode") != "External":
                target = link.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else join(folder, target)
                kind = link.get("Type", "").rpartition("/")[2]
                yield link.get("Id", ""), kind, normpath(path)


def parsed(data: bytes, kind: str) -> Element:
    """Parse XML.

    Args:
        data: The XML.
        kind: What the data should be, in words, for messages.

    Returns:
        The root, with names of elements and attributes without namespaces.

    Raises:
        Unsuitable: It is no XML, or has entities that are external or expand too much.
    """
    parser = XMLParser(target=_Builder())
    try:
        for start in range(0, len(data), _BLOCK):
            parser.feed(data[start : start + _BLOCK])
        root: Element = parser.close()
    except (ParseError, LookupError, ValueError, AssertionError):
        raise Unsuitable(f"this is no readable {kind}") from None
    return root


class _Builder(TreeBuilder):
    """Builds a tree with names without namespaces."""

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        local = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        return super().start(tag.rpartition("}")[2], local)

    def end(self, tag: str) -> Element:
        return super().end(tag.rpartition("}")[2])

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Ignore the document type, which is common in EPUB; nothing is fetched."""


def walk(element: Element, *, without: frozenset[str] = frozenset()) -> Iterator[Element]:
    """Yield an element and all elements in it, in order, except those with excluded tags.

    Args:
        element: The element.
        without: The tags of elements that are left out with all that is in them.

    Yields:
        The elements.
    """
    stack = [element]
    while stack:
        here = stack.pop()
        if here.tag not in without:
            yield here
            stack += reversed(here)


def outermost(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the elements with some tags below an element, in order, but none inside another one."""
    stack = [*reversed(element)]
    while stack:
        here = stack.pop()
        if here.tag in tags:
            yield here
        else:
            stack += reversed(here)


def number(text: str) -> int | None:
    """Parse up to nine ASCII digits as a number; return None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
