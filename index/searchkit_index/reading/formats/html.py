"""HTML as its text: what a browser would show, line by line, with the headings.

The lines are those of the page that is read, not of the file; each keeps the row of the file that
it comes from. Scripts and styles are left out.
"""

import re
from html.parser import HTMLParser

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, clean_title

_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "math"})
_HEADINGS = {"title": 0, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCK = re.compile(
    r".+-.+|h[1-6]|title|address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|"
    r"figcaption|figure|footer|form|head|header|hr|html|li|link|main|meta|nav|ol|option|p|"
    r"pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)


def read(data: bytes) -> list[Block]:
    """Read HTML, however broken.

    Raises:
        Unsuitable: It is no text, or was made by a program.
    """
    return page(text.decode(data))


def page(content: str) -> list[Block]:
    """The blocks of a page."""
    reader = _Reader()
    try:
        reader.feed(content)
        reader.close()
    except AssertionError:  # the parser's own word for a malformed declaration
        reader.handle_data(content[reader.position(content) :])
    reader.end_block()
    return reader.blocks


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._row = 0
        self._hidden: list[str] = []
        self._heading: int | None = None
        self._verbatim = False

    def position(self, text: str) -> int:
        """Where the parser stands, in characters."""
        row, column = self.getpos()
        return sum(len(line) + 1 for line in text.split("\n")[: row - 1]) + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        if _BLOCK.fullmatch(tag):
            self.end_block()
            self._verbatim = tag == "pre" or (self._verbatim and tag == "br")
            self._heading = _HEADINGS.get(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCK.fullmatch(tag):
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        if _BLOCK.fullmatch(tag):
            self.end_block()
            self._heading, self._verbatim = None, False

    def handle_data(self, data: str) -> None:
        if self._hidden or not data.strip():
            return
        if not self._words:
            blanks = data[: len(data) - len(data.lstrip())]
            self._row = self.getpos()[0] - 1 + blanks.count("\n")
        self._words.append(data)

    def end_block(self) -> None:
        """Writes down the lines that were collected."""
        if not self._words:
            return
        text = "".join(self._words)
        self._words = []
        lines = text.strip("\n").split("\n") if self._verbatim else [" ".join(text.split())]
        sources = range(self._row, self._row + len(lines))
        title = "" if self._heading is None else clean_title(lines[0])
        self.blocks.append(Block(lines, sources, self._heading, title))
