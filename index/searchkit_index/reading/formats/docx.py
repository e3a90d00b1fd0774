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
# Parts beside the body: what is at the end of the pages, in their margins, or drawn on them.
_BESIDE = re.compile(
    r"(?:.*/)?(?:(footnotes|endnotes|comments|header|footer)|diagrams/data|charts/chart)\d*\.xml"
)
# Text that was deleted, instructions of fields, and a second form of the same picture.
_HIDDEN = frozenset({"del", "delText", "instrText", "Fallback", "moveFrom", "pPr", "rPr", "tblPr"})
_HEADING = re.compile(r"heading ?([1-9])|title()", re.IGNORECASE)
# Attributes that a person reads or hears: of a picture, and of letters drawn as one.
_READ = {"docPr": ("title", "descr"), "textpath": ("string",)}
_SIGNS = {"tab": "\t", "noBreakHyphen": "-"}


def read(data: bytes) -> list[Block]:
    """Read a document; its places are the pages as they were when Word last saved it."""
    draft = Draft()
    _document(Archive(data, _KIND), draft, whole=True)
    return draft.blocks


def _document(archive: Archive, draft: Draft, *, whole: bool) -> None:
    """Read a document; `whole` with the files that were put into it."""
    main = archive.linked("", "officeDocument") or "word/document.xml"
    body = archive.xml(main)
    if body is None:
        return
    reader = _Reader(draft, _styles(archive.xml(f"{dirname(main)}/styles.xml")))
    _title(archive, draft)
    if whole:
        ids = {name: id_ for id_, name in archive.links(main).items()}
        reader.put_in = {id_: (archive, name) for name, id_ in ids.items()}
    # Programs other than Word do not say where its pages end: then no page is told.
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
    """Add the title, subject and keywords that the properties give."""
    properties = archive.xml("docProps/core.xml")
    for element in properties if properties is not None else ():
        if element.tag in ("title", "subject", "description", "keywords") and element.text:
            draft.add(element.text, 0 if element.tag == "title" else None)


def _styles(root: Element | None) -> dict[str, int]:
    """Find the depth of each style of headings, by its id."""
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
    """Takes the paragraphs of a part, in order; page breaks count where `paged` is set."""

    def __init__(self, draft: Draft, styles: dict[str, int]) -> None:
        self._draft = draft
        self._styles = styles
        self._page = 1
        self.paged = False
        self.put_in: dict[str, tuple[Archive, str]] = {}  # files in the document, by their ids

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
            elif element.tag == "altChunk" and element.get("id") in self.put_in:
                self._file(*self.put_in.pop(element.get("id", "")))  # each once

    def _file(self, archive: Archive, name: str) -> None:
        """Add a file that Word takes in when it opens the document."""
        data = archive.read(name)
        with contextlib.suppress(Unsuitable):
            if data and data.startswith(b"PK"):
                _document(Archive(data, _KIND), self._draft, whole=False)
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
        # How characters are pronounced would stand between them: it follows their paragraph.
        for inner in walk(element, without=_HIDDEN | {"rt"}):
            if inner.tag == "t":
                parts.append(inner.text or "")
            elif inner.tag in _SIGNS:
                parts.append(_SIGNS[inner.tag])
            elif inner.tag in ("br", "cr", "p") and parts:
                parts.append("\n")
            elif inner.tag in _READ:
                said = filter(None, map(inner.get, _READ[inner.tag]))
                parts += (f" {text} " for text in said)
            elif inner.tag == "lastRenderedPageBreak" and self.paged:
                self._page += 1
        above = outermost(element, "rt")
        spoken = "".join(each.text or "" for rt in above for each in rt.iter("t"))
        return " ".join(filter(None, ("".join(parts).strip("\n"), spoken)))
