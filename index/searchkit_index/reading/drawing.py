"""Reads what is drawn in Office documents: text boxes, diagrams, charts, and remarks."""

from searchkit_index.reading.archive import Element, outermost


def text_of(element: Element) -> str:
    """Read the paragraphs of a shape, one on each line."""
    return "\n".join(map(_paragraph, outermost(element, "p"))).strip("\n")


def _paragraph(paragraph: Element) -> str:
    inner = (each for each in paragraph.iter() if each.tag in ("t", "br"))
    return "".join("\n" if each.tag == "br" else each.text or "" for each in inner)


def words_of(part: Element) -> str:
    """Read all words of a drawing, each once: paragraphs, pictures, charts, remarks."""
    found = outermost(part, "p", "v", "text", "cNvPr")
    return " ".join(filter(None, dict.fromkeys(map(_words, found))))


def _words(element: Element) -> str:
    if element.tag == "cNvPr":
        return element.get("descr", "")
    return _paragraph(element) if element.tag == "p" else element.text or ""
