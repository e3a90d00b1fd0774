"""Reads drawings in JSON: canvases of Obsidian, and Excalidraw."""

from collections.abc import Iterator
from typing import Any

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading.document import CELL, Block, Draft
from searchkit_index.reading.exported import objects, parsed

# The lists of a drawing that hold what is drawn, and the members that a person reads.
_LISTS = ("nodes", "elements", "edges")
_WORDS = ("text", "file", "url", "label")


def read(data: bytes) -> list[Block] | None:
    """Read a drawing: a block for each text; return None if it is no JSON."""
    drawing = parsed(data)
    if drawing is None:
        return None
    draft = Draft()
    for words in _texts(drawing):
        rows = words.strip("\n").rstrip().replace("\r\n", "\n").split("\n")
        if rows != [""]:
            draft.take(Block(rows, (), CELL, language=LANGUAGES["markdown"]))
    return draft.blocks


def _texts(drawing: Any) -> Iterator[str]:
    """Yield the texts of a drawing, in order, those of its arrows last."""
    for name in _LISTS if isinstance(drawing, dict) else ():
        for item in objects(drawing.get(name)):
            yield from (item[key] for key in _WORDS if isinstance(item.get(key), str))
