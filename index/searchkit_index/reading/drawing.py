"""Reads the text of drawings in Office documents: text boxes, diagrams, charts, comments."""

from searchkit_index.reading.archive import Element, outermost


def text_of(element: Element) -> str:
    """Return the text of a shape, with each paragraph on a line of its own."""
    return "\n".join(map(_paragraph, outermost(element, "p"))).strip("\n")


def _paragraph(paragraph: Element) -> str:
    inner = (each for each in paragraph.iter() if each.tag in ("t", "br"))
    return "".join("\n" if each.tag == "br" else each.text or "" for each in inner)


def words_of(part: Element) -> str:
    """Return all texts of a drawing in one line, each once: paragraphs, descriptions, labels."""
    found = outermost(part, "p", "v", "text", "cNvPr")
    return " ".join(filter(None, dict.fromkeys(map(_words, found))))


def _words(element: Element) -> str:
    if element.tag == "cNvPr":
        return element.get("descr", "")
    return _paragraph(element) if element.tag == "p" else element.text or ""
