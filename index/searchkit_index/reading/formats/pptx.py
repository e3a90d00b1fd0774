"""Reads PowerPoint presentations (Office Open XML): slides, tables, and the speaker's notes."""

import re

from searchkit_index.reading.archive import Archive, Element, outermost
from searchkit_index.reading.document import Block, Draft

_TITLES = frozenset({"title", "ctrTitle"})
_NUMBERS = frozenset({"sldNum", "dt", "ftr", "hdr"})


def read(data: bytes) -> list[Block]:
    """Read a presentation; each slide is a section, and its place.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in the order in which slides are shown.

    Raises:
        Unsuitable: It is no such presentation.
    """
    archive = Archive(data, "presentation")
    draft = Draft()
    for number, name in enumerate(_slides(archive), 1):
        slide = archive.xml(name)
        if slide is None:
            continue
        draft.place = f"slide {number}"
        title, texts = _shapes(slide)
        draft.begin(title)
        for text in texts:
            draft.add(text)
        for linked in archive.links(name).values():
            _linked(archive, linked, draft)
    return draft.blocks


def _slides(archive: Archive) -> list[str]:
    """List the slides in the order in which they are shown."""
    shown = archive.xml("ppt/presentation.xml")
    links = archive.links("ppt/presentation.xml")
    ids = (slide.get("id", "") for slide in shown.iter("sldId")) if shown is not None else ()
    return [links[id_] for id_ in ids if id_ in links]


def _linked(archive: Archive, name: str, draft: Draft) -> None:
    """Add the notes, comments and diagrams of a slide."""
    if not re.match(r"ppt/(notesSlides|comments|diagrams/data|charts/chart)", name):
        return
    part = archive.xml(name)
    if part is None:
        return
    if "notesSlides" in name:
        for text in _shapes(part)[1]:
            draft.add(text)
    else:
        words = [each.text or "" for each in part.iter() if each.tag in ("t", "text", "v")]
        draft.add(" ".join(dict.fromkeys(words)))


def _shapes(slide: Element) -> tuple[str, list[str]]:
    """Find the title of a slide, and its other texts in order."""
    title = ""
    texts: list[str] = []
    for shape in outermost(slide, "sp", "tr", "cNvPr"):
        if shape.tag == "sp":
            texts += (text for each in outermost(shape, "cNvPr") if (text := each.get("descr")))
            kind = next((each.get("type", "") for each in shape.iter("ph")), "")
            text = _text(shape)
            if kind in _TITLES and not title:
                title = " ".join(text.split())
            elif kind not in _NUMBERS:
                texts.append(text)
        elif shape.tag == "tr":
            texts.append(
                " | ".join(_text(cell).replace("\n", " ") for cell in outermost(shape, "tc"))
            )
        elif shape.tag == "cNvPr" and shape.get("descr"):
            texts.append(shape.get("descr", ""))
    return title, texts


def _text(element: Element) -> str:
    lines = []
    for paragraph in outermost(element, "p"):
        parts = [
            "\n" if each.tag == "br" else each.text or ""
            for each in paragraph.iter()
            if each.tag in ("t", "br")
        ]
        lines.append("".join(parts))
    return "\n".join(lines).strip("\n")
