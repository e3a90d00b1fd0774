"""Reads documents that are ZIP archives of XML, within limits.

Nothing is unpacked to a disk; what an archive claims about sizes is not believed. Entities from
elsewhere are not read, and the parser (expat) refuses those that make a text grow a hundredfold.
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

# Of all members that are read of one archive, unpacked, in bytes: more is no text by a person.
_MOST = 100_000_000
_BLOCK = 1 << 20

# What the library raises on an archive that is damaged, or packed in ways that it does not know.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError),
    *(EOFError, OSError, OverflowError, ValueError, IndexError),
)


class Archive:
    """A ZIP file in memory.

    Args:
        data: The whole file.
        kind: What it should be, in words, for the reason when it is not.

    Raises:
        Unsuitable: It is no archive.
    """

    def __init__(self, data: bytes, kind: str) -> None:
        self._kind = kind
        self._left = _MOST
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            listed = self._zip.namelist()
        except _DAMAGE:
            raise Unsuitable(f"this is no readable {kind}") from None
        # Names in Office documents differ by case from what names them; some writers, on Windows,
        # put backslashes between their parts.
        self._members = {name.replace("\\", "/").lower(): name for name in listed}
        self._members |= {name: name for name in listed}

    def names(self) -> list[str]:
        """List the members, in the order of the archive."""
        return [name.replace("\\", "/") for name in self._zip.namelist()]

    def read(self, name: str) -> bytes | None:
        """Unpack a member.

        Args:
            name: The member.

        Returns:
            Its bytes; None where there is no such member.

        Raises:
            Unsuitable: It is damaged, locked by a password, or unpacks to too much.
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
            name: The member.

        Returns:
            Its root, with names without namespaces; None where there is no such member.

        Raises:
            Unsuitable: As for `read`, or it is not XML.
        """
        data = self.read(name)
        return None if data is None else parsed(data, self._kind)

    def links(self, name: str) -> dict[str, str]:
        """Map the ids that a member of an Office document uses to the members that it names."""
        return {id_: path for id_, _, path in self._links(name)}

    def linked(self, name: str, kind: str) -> str:
        """Find the member that another one names as its part of a kind.

        Args:
            name: The naming member; "" for the archive as a whole.
            kind: The last word of the address of the relation, as `officeDocument`.

        Returns:
            The first such member; "" for none.
        """
        return next((path for _, each, path in self._links(name) if each == kind), "")

    def _links(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield the id, kind and member of each relation."""
        folder, _, file = name.rpartition("/")
        root = self.xml(join(folder, f"_rels/{file}.rels"))
        for link in root if root is not None else ():
            if link.get("TargetMode") != "External":
                target = link.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else join(folder, target)
                kind = link.get("Type", "").rpartition("/")[2]
                yield link.get("Id", ""), kind, normpath(path)


def parsed(data: bytes, kind: str) -> Element:
    """Parse XML; names of elements and attributes lose their namespaces.

    Args:
        data: The XML.
        kind: What it should be, in words, for the reason when it is not.

    Returns:
        The root.

    Raises:
        Unsuitable: It is no XML, or its entities come from elsewhere or grow without bound.
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
    """Builds a tree of local names."""

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        local = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        return super().start(tag.rpartition("}")[2], local)

    def end(self, tag: str) -> Element:
        return super().end(tag.rpartition("}")[2])

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Ignore a type by name, which is common in EPUB: nothing is fetched."""


def walk(element: Element, *, without: frozenset[str] = frozenset()) -> Iterator[Element]:
    """Yield an element and all in it, in order, except what is in elements named so."""
    stack = [element]
    while stack:
        here = stack.pop()
        if here.tag not in without:
            yield here
            stack += reversed(here)


def outermost(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the elements of these tags below an element, in order, except those inside another."""
    stack = [*reversed(element)]
    while stack:
        here = stack.pop()
        if here.tag in tags:
            yield here
        else:
            stack += reversed(here)


def number(text: str) -> int | None:
    """Read a whole number of up to nine digits; None for all else, other scripts' included."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
