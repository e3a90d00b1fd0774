"""Reads OpenDocument: texts, sheets and presentations, in an archive or flat."""

from searchkit_index.reading.archive import Archive, Element, number, outermost, parsed
from searchkit_index.reading.document import Block, Draft

_KIND = "OpenDocument file"
_HIDDEN = frozenset({"tracked-changes", "forms", "styles", "automatic-styles", "master-styles"})
# In a paragraph, with paragraphs of their own.
_APART = ("annotation", "note", "text-box")
_MOST_ROWS = 200_000


def read(data: bytes) -> list[Block]:
    """Read a document; its places are slides, sheets and rows.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in order.

    Raises:
        Unsuitable: It is no such document.
    """
    draft = Draft()
    if data.startswith(b"PK"):
        archive = Archive(data, _KIND)
        roots = [archive.xml("meta.xml"), archive.xml("content.xml")]
    else:
        roots = [parsed(data, _KIND)]
    for root in roots:
        if root is not None:
            for title in root.iterfind("meta/title"):
                draft.add(_text(title), 0)
            _Reader(draft).read(root)
    return draft.blocks


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._slide = 0

    def read(self, root: Element) -> None:
        """Take headings, paragraphs and tables in order; `stack` holds what is to be looked at."""
        stack = [root]
        while stack:
            here = stack.pop()
            if here.tag in _HIDDEN:
                continue
            if here.tag in ("h", "p"):
                level = number(here.get("outline-level", "1"))
                self._draft.add(_text(here), min(6, level or 1) if here.tag == "h" else None)
                # A paragraph may contain frames with text of their own, and remarks.
                stack += reversed([*outermost(here, *_APART)])
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
        sheet = not before and bool(name)
        if sheet:
            self._draft.begin("", name)
        at = 1
        for row in outermost(table, "table-row"):
            cells = [text for cell in row if (text := " ".join(_text(cell).split()))]
            if cells:
                self._draft.place = f"sheet {name}, row {at}" if sheet else before
                self._draft.add(" | ".join(cells))
            at += number(row.get("number-rows-repeated", "1")) or 1
            if at > _MOST_ROWS and not cells:
                break
        self._draft.place = before


def _text(element: Element) -> str:
    """Return the text of a paragraph, without that of frames and remarks in it."""
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
            inside += (*_said(inner), inner.tail or "")
        stack += reversed(inside)
    return "".join(parts)


def _said(inner: Element) -> tuple[Element | str, ...]:
    """Return what an element within a paragraph stands for."""
    if inner.tag == "s":
        return (" " * min(80, number(inner.get("c", "1")) or 1),)
    if inner.tag in ("p", "h"):
        return inner, "\n"
    if inner.tag in _APART or inner.tag in ("tracked-changes", "note-citation"):
        return ()
    if inner.tag in ("title", "desc"):  # of a picture
        return " ", inner, " "
    return ({"tab": "\t", "line-break": "\n"}.get(inner.tag, inner),)
