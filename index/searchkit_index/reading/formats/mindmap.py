"""Reads outlines in XML: mind maps of FreeMind and Freeplane, and OPML."""

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.tags import Token, tokens

_ENTRIES = frozenset({"node", "outline"})
# The attributes of an entry, beside its text, that are shown.
_TEXT_ATTRIBUTES = ("_note", "xmlurl", "link", "name", "value")
_DEEPEST = 6


def read(data: bytes) -> list[Block]:
    """Read an outline: a block for each entry, indented by its depth; parents are headings."""
    content = text.decode_as(data, "")
    outline = _Outline()
    rows = Rows(content)
    for token in tokens(content):
        outline.take(token, rows.of(token.at))
    return outline.blocks


class _Outline:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._depth = 0
        self._in_head = False  # of OPML: dates, the owner, the size of the window
        self._in_title = False

    def take(self, token: Token, line: int) -> None:
        """Add a token that begins in a line of the file, from 0."""
        entry = token.value in _ENTRIES
        if token.kind == "start" and (entry or token.value == "attribute"):
            text = token.attributes.get("text") or token.attributes.get("title", "")
            more = (token.attributes.get(name, "") for name in _TEXT_ATTRIBUTES)
            self._add("\n".join(filter(str.strip, (text, *more))), line, entry and not token.closed)
            self._depth += entry and not token.closed
        elif token.kind == "end" and entry:
            self._depth = max(0, self._depth - 1)
        elif token.value in ("head", "title") and token.kind != "text":
            starts = token.kind == "start"
            self._in_head = starts if token.value == "head" else self._in_head
            self._in_title = starts and token.value == "title"
        elif token.kind == "text" and (self._in_title or not self._in_head):
            self._add(token.value, line, heading=False)

    def _add(self, text: str, line: int, heading: bool) -> None:
        rows = [
            "  " * self._depth + " ".join(row.split()) for row in text.split("\n") if row.strip()
        ]
        if rows:
            depth = min(_DEEPEST, self._depth) if heading else None
            title = clean_title(rows[0]) if heading else ""
            self.blocks.append(Block(rows, [line] * len(rows), depth, title))
