"""Reads PowerPoint presentations (Office Open XML): slides, tables, and the speaker's notes."""

import re

from searchkit_index.reading import drawing
from searchkit_index.reading.archive import Archive, Element, outermost
from searchkit_index.reading.document import Block, Draft

_TITLES = frozenset({"title", "ctrTitle"})
_MARGINS = frozenset({"dt", "ftr", "hdr"})
_LINKED = re.compile(r"ppt/(notesSlides|comments|diagrams/data|charts/chart)")
_MASTER = re.compile(r"ppt/slide(?:Masters|Layouts)/[^/]+\.xml")


def read(data: bytes) -> list[Block]:
    """Read a presentation; each slide is a section, and a place."""
    archive = Archive(data, "presentation")
    draft = Draft()
    margins: set[str] = set()
    for number, name in enumerate(_slides(archive), 1):
        slide = archive.xml(name)
        if slide is None:
            continue
        draft.place = f"slide {number}"
        title, texts = _shapes(slide)
        draft.begin(title)
        for text in (*texts, *_new_margins(margins, slide)):
            draft.add(text)
        for linked in archive.links(name).values():
            _linked(archive, linked, draft, margins)
    _masters(archive, draft)
    return draft.blocks


def _slides(archive: Archive) -> list[str]:
    """List the slides in the order in which they are shown."""
    main = archive.linked("", "officeDocument") or "ppt/presentation.xml"
    shown, links = archive.xml(main), archive.links(main)
    ids = (slide.get("id", "") for slide in shown.iter("sldId")) if shown is not None else ()
    return [links[id_] for id_ in ids if id_ in links]


def _linked(archive: Archive, name: str, draft: Draft, margins: set[str]) -> None:
    """Add a member that a slide refers to: notes, comments, a diagram or a chart."""
    if not (found := _LINKED.match(name)):
        return
    part = archive.xml(name)
    if part is None:
        return
    if found[1] == "notesSlides":
        for text in (*_shapes(part)[1], *_new_margins(margins, part)):
            draft.add(text)
    else:
        draft.add(drawing.words_of(part))


def _masters(archive: Archive, draft: Draft) -> None:
    """Add the text of slide masters and layouts, without placeholders."""
    seen: set[str] = set()
    for name in archive.names():
        master = archive.xml(name) if _MASTER.fullmatch(name) else None
        if master is None:
            continue
        for placeholder in [shape for shape in outermost(master, "sp") if _kind(shape) is not None]:
            placeholder.clear()
        draft.place = "slide master"
        for text in _shapes(master)[1]:
            if text not in seen:
                draft.add(text)
                seen.add(text)


def _kind(shape: Element) -> str | None:
    """Return the type of a placeholder; None for other shapes."""
    return next((each.get("type", "") for each in shape.iter("ph")), None)


def _new_margins(seen: set[str], slide: Element) -> list[str]:
    """List the texts of header and footer that no slide before has, and remember them."""
    shapes = (shape for shape in outermost(slide, "sp") if _kind(shape) in _MARGINS)
    found = [text for text in map(drawing.text_of, shapes) if text not in seen]
    seen.update(found)
    return found


def _shapes(slide: Element) -> tuple[str, list[str]]:
    """Find the title of a slide, and its other texts in order."""
    title = ""
    texts: list[str] = []
    for shape in outermost(slide, "sp", "tr", "cNvPr"):
        if shape.tag == "sp":
            texts += (text for each in outermost(shape, "cNvPr") if (text := each.get("descr")))
            kind = _kind(shape)
            text = drawing.text_of(shape)
            if kind in _TITLES and not title:
                title = " ".join(text.split())
            elif kind != "sldNum" and kind not in _MARGINS:
                texts.append(text)
        elif shape.tag == "tr":
            cells = map(drawing.text_of, outermost(shape, "tc"))
            texts.append(" | ".join(cells).replace("\n", " ").strip(" |"))
        elif shape.tag == "cNvPr" and shape.get("descr"):
            texts.append(shape.get("descr", ""))
    return title, texts
