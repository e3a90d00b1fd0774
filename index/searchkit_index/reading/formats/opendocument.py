"""Reads OpenDocument: texts, sheets and presentations, in an archive or flat."""

import re

from searchkit_index.reading import artifact
from searchkit_index.reading.archive import Archive, Element, number, outermost, parsed
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.text import Unsuitable

_KIND = "OpenDocument file"
_HIDDEN = frozenset({"tracked-changes", "forms", "styles", "automatic-styles", "master-styles"})
# Elements inside a paragraph that have paragraphs of their own.
_APART = ("annotation", "note", "text-box")
_MOST_ROWS = 200_000
_OBJECT = re.compile(r"Object [^/]*/content\.xml")


def read(data: bytes) -> list[Block]:
    """Read a document; the places are slides, sheets and rows."""
    draft = Draft()
    if data.startswith(b"PK"):
        archive = Archive(data, _KIND)
        manifest = archive.xml("META-INF/manifest.xml")
        if manifest is not None and next(manifest.iter("encryption-data"), None) is not None:
            raise Unsuitable(artifact.PASSWORD)
        roots = [archive.xml(name) for name in ("meta.xml", "content.xml", "styles.xml")]
        # Formulas and charts are separate documents.
        names = (name for name in archive.names() if _OBJECT.fullmatch(name))
        objects = [archive.xml(name) for name in names]
    else:
        roots, objects = [parsed(data, _KIND)], []
    for root in roots:
        if root is not None:
            for title in root.iterfind("meta/title"):
                draft.add(_text(title), 0)
            _Reader(draft).read(root)
    for root in roots:
        masters = root.find("master-styles") if root is not None else None
        if masters is not None:
            _margins(masters, draft)
    draft.place = "object"
    for inner in objects:
        if inner is not None:
            _Reader(draft).read(inner)
    return draft.blocks


def _margins(masters: Element, draft: Draft) -> None:
    """Add the text that is on every page or slide, without placeholders."""
    seen: set[str] = set()
    for part in outermost(masters, "header", "footer", "frame", "custom-shape"):
        if not part.get("placeholder"):
            draft.place = part.tag if part.tag in ("header", "footer") else "slide master"
            for paragraph in outermost(part, "h", "p"):
                text = _text(paragraph)
                if text not in seen:
                    draft.add(text)
                    seen.add(text)


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._slide = 0
        self._is_text = False  # then tables are no sheets

    def read(self, root: Element) -> None:
        """Add headings, paragraphs and tables, in order."""
        stack = [root]
        self._is_text = root.find("body/text") is not None
        while stack:
            here = stack.pop()
            if here.tag in _HIDDEN:
                continue
            if here.tag in ("h", "p"):
                level = number(here.get("outline-level", "1"))
                self._draft.add(_text(here), min(6, level or 1) if here.tag == "h" else None)
                # A paragraph may contain frames and comments with text of their own.
                stack += reversed([*outermost(here, *_APART)])
            elif here.tag == "annotation" and (here.text or "").strip():  # the source of a formula
                self._draft.add(here.text or "")
            elif here.tag == "table":
                self._table(here)
            else:
                if here.tag == "page":
                    self._slide += 1
                    self._draft.place = f"slide {self._slide}"
                    self._draft.begin("")
                stack += reversed(here)

    def _table(self, table: Element) -> None:
        before, name = self._draft.place, table.get("name", "")
        sheet = not before and bool(name) and not self._is_text
        if sheet:
            self._draft.begin("", name)
        at = 1
        for row in outermost(table, "table-row"):
            cells = [text for cell in row if (text := " ".join(_text(cell).split()))]
            self._draft.place = f"sheet {name}, row {at}" if sheet else before
            self._draft.add(" | ".join(cells))
            for comment in outermost(row, *_APART):
                self._draft.add(" ".join(_text(comment).split()))
            at += number(row.get("number-rows-repeated", "1")) or 1
            if at > _MOST_ROWS and not cells:
                break
        self._draft.place = before


def _text(element: Element) -> str:
    """Return the text of a paragraph, without that of frames and comments in it."""
    parts: list[str] = []
    stack: list[Element | str] = [element]
    while stack:
        here = stack.pop()
        if isinstance(here, str):
            parts.append(here)
            continue
        parts.append(here.text or "")
        inside: list[Element | str] = []
        for inner in here:
            inside += (*_inline_text(inner), inner.tail or "")
        stack += reversed(inside)
    return "".join(parts)


def _inline_text(inner: Element) -> tuple[Element | str, ...]:
    """Return the text, or the elements with text, of an element inside a paragraph."""
    if inner.tag == "s":
        return (" " * min(80, number(inner.get("c", "1")) or 1),)
    if inner.tag in ("p", "h"):
        return inner, "\n"
    if inner.tag in _APART or inner.tag in ("tracked-changes", "note-citation"):
        return ()
    if inner.tag in ("title", "desc"):  # of a picture
        return " ", inner, " "
    return ({"tab": "\t", "line-break": "\n"}.get(inner.tag, inner),)
