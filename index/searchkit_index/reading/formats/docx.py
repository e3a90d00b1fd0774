"""Reads Word documents (Office Open XML): paragraphs, headings, tables, notes and comments."""

import contextlib
import re
from posixpath import dirname

from searchkit_index.reading import drawing
from searchkit_index.reading.archive import Archive, Element, number, outermost, walk
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.extract import blocks_of
from searchkit_index.reading.text import Unsuitable

_KIND = "Word document"
# The members beside the body with notes, comments, headers and footers (group 1), or drawings.
_BESIDE = re.compile(
    r"(?:.*/)?(?:(footnotes|endnotes|comments|header|footer)|diagrams/data|charts/chart)\d*\.xml"
)
# Elements without shown text: deletions, instructions of fields, properties, and alternatives for a
# picture.
_HIDDEN = frozenset({"del", "delText", "instrText", "Fallback", "moveFrom", "pPr", "rPr", "tblPr"})
_HEADING = re.compile(r"heading ?([1-9])|title()", re.IGNORECASE)
# By tag, the attributes that are shown or read aloud: of a picture, and of text drawn as one.
_TEXT_ATTRIBUTES = {"docPr": ("title", "descr"), "textpath": ("string",)}
_CHARACTERS = {"tab": "\t", "noBreakHyphen": "-"}


def read(data: bytes) -> list[Block]:
    """Read a document; the places are its pages as of when Word last saved it."""
    draft = Draft()
    _document(Archive(data, _KIND), draft, embedded=True)
    return draft.blocks


def _document(archive: Archive, draft: Draft, *, embedded: bool) -> None:
    """Read a document, and the files that are embedded in it if so asked."""
    main = archive.linked("", "officeDocument") or "word/document.xml"
    body = archive.xml(main)
    if body is None:
        return
    reader = _Reader(draft, _styles(archive.xml(f"{dirname(main)}/styles.xml")))
    _title(archive, draft)
    if embedded:
        ids = {name: id_ for id_, name in archive.links(main).items()}  # each file once
        reader.files = {id_: (archive, name) for name, id_ in ids.items()}
    # Programs other than Word do not write where pages end: then there are no places.
    reader.paged = any(element.tag == "lastRenderedPageBreak" for element in body.iter())
    reader.read(body)
    reader.paged = False
    for name in archive.names():
        part = archive.xml(name) if (found := _BESIDE.fullmatch(name)) else None
        if part is not None and found:
            draft.place = found[1] or "drawing"
            if found[1]:
                reader.read(part)
            else:
                draft.add(drawing.words_of(part))


def _title(archive: Archive, draft: Draft) -> None:
    """Add the title, subject, description and keywords from the properties."""
    properties = archive.xml("docProps/core.xml")
    for element in properties if properties is not None else ():
        if element.tag in ("title", "subject", "description", "keywords") and element.text:
            draft.add(element.text, 0 if element.tag == "title" else None)


def _styles(root: Element | None) -> dict[str, int]:
    """Find the depths of heading styles, by the ids of the styles."""
    found: dict[str, int] = {}
    for style in outermost(root, "style") if root is not None else ():
        name = next((each.get("val", "") for each in style if each.tag == "name"), "")
        level = number(next((each.get("val", "") for each in style.iter("outlineLvl")), ""))
        if heading := _HEADING.fullmatch(name):
            found[style.get("styleId", "")] = int(heading[1] or 1)
        elif level is not None and level < 9:
            found[style.get("styleId", "")] = level + 1
    return found


class _Reader:
    """Adds the paragraphs and tables of members to a draft.

    Args:
        draft: The draft.
        styles: The depths of heading styles, by their ids.

    Attributes:
        paged: Whether page breaks are counted, and pages are places.
        files: The embedded files that are not read yet, by id: their archive and member.
    """

    def __init__(self, draft: Draft, styles: dict[str, int]) -> None:
        self._draft = draft
        self._styles = styles
        self._page = 1
        self.paged = False
        self.files: dict[str, tuple[Archive, str]] = {}

    def read(self, root: Element) -> None:
        inside: set[Element] = set()
        for element in walk(root, without=_HIDDEN):
            if element in inside:
                continue
            if element.tag == "tr":
                inside.update(element.iter())
                cells = (self._text(cell).replace("\n", " ") for cell in outermost(element, "tc"))
                self._add(" | ".join(cells).strip(" |"), None)
            elif element.tag == "p":
                inside.update(element.iter())
                self._add(self._text(element), self._depth(element))
            elif element.tag == "altChunk" and element.get("id") in self.files:
                self._file(*self.files.pop(element.get("id", "")))

    def _file(self, archive: Archive, name: str) -> None:
        """Add an embedded file, which Word shows as a part of the document."""
        data = archive.read(name)
        with contextlib.suppress(Unsuitable):
            if data and data.startswith(b"PK"):
                _document(Archive(data, _KIND), self._draft, embedded=False)
            elif data:
                for block in blocks_of(name, data):
                    self._draft.take(block)

    def _add(self, text: str, depth: int | None) -> None:
        if self.paged:
            self._draft.place = f"page {self._page}"
        self._draft.add(text, depth)

    def _depth(self, paragraph: Element) -> int | None:
        properties = paragraph.find("pPr")
        if properties is None:
            return None
        style, outline = properties.find("pStyle"), properties.find("outlineLvl")
        level = number(outline.get("val", "")) if outline is not None else None
        if level is not None and level < 9:
            return min(6, level + 1)
        depth = self._styles.get(style.get("val", "")) if style is not None else None
        return min(6, depth) if depth else None

    def _text(self, element: Element) -> str:
        parts: list[str] = []
        # The pronunciation of characters (ruby) would interrupt them: it follows the paragraph.
        for inner in walk(element, without=_HIDDEN | {"rt"}):
            if inner.tag == "t":
                parts.append(inner.text or "")
            elif inner.tag in _CHARACTERS:
                parts.append(_CHARACTERS[inner.tag])
            elif inner.tag in ("br", "cr", "p") and parts:
                parts.append("\n")
            elif inner.tag in _TEXT_ATTRIBUTES:
                texts = filter(None, map(inner.get, _TEXT_ATTRIBUTES[inner.tag]))
                parts += (f" {text} " for text in texts)
            elif inner.tag == "lastRenderedPageBreak" and self.paged:
                self._page += 1
        readings = (text for rt in outermost(element, "rt") for text in rt.iter("t"))
        ruby = "".join(text.text or "" for text in readings)
        return " ".join(filter(None, ("".join(parts).strip("\n"), ruby)))
