"""Reads texts in XML: editions (TEI), manuals (DocBook, DITA), articles (JATS), recognised pages.

Pages are those of ALTO and PAGE, as libraries and programs that read scans write them.
"""

import re

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.tags import Token, tokens

_SECTION_NAMES = (
    "div div1 div2 div3 div4 section sect1 sect2 sect3 sect4 sect5 simplesect chapter part appendix"
    " preface book map bookmap article sec topic concept task reference refentry refsect1 refsect2"
    " tei lg"
)
_SECTIONS = frozenset(_SECTION_NAMES.split())
_TITLES = frozenset({"title", "head", "article-title"})
# What a title is of, beside a section; in a sentence or a list of books it is only a name.
_TITLED_NAMES = "titlestmt title-group info articleinfo bookinfo abstract ack glossary"
_TITLED = frozenset(_TITLED_NAMES.split())
_VERBATIM_NAMES = "preformat programlisting screen literallayout codeblock eg"
_VERBATIM = frozenset(_VERBATIM_NAMES.split())
# Elements that are lines of their own; all others are within a line.
_BLOCK_NAMES = (
    "p para simpara formalpara ab l sp speaker stage opener closer salute dateline signed trailer"
    " author editor abstract kwd note footnote fn item listitem entry row cell td th li cmd info"
    " shortdesc step stepresult context prereq result bibl biblstruct ref-list ref mixed-citation"
    " term varlistentry caption figdesc desc label publisher pubplace idno country repository"
    " navtitle surname contrib aff journal-title break lb cb pb gb"
)
_BLOCKS = _VERBATIM.union(_BLOCK_NAMES.split())
# What the editor of a text replaced: the reader finds the word beside it, as it should be.
_HIDDEN = frozenset({"orig", "sic", "graphic", "tex-math", "object-id"})
_DEEPEST = 6
_MOST_OPEN = 50  # elements within each other: more are damage, and all are looked at for each tag

_PAGES = frozenset({"alto", "pcgts"})
_WHITE = re.compile(r"\s+")


def read(data: bytes) -> list[Block] | None:
    """Read a text; a section begins with its title, and each line of a page is a row."""
    content = text.decode_as(data, "")
    found = [*tokens(content)]
    root = next((each.value.rpartition(":")[2] for each in found if each.kind == "start"), "")
    reader = _Lines(content) if root in _PAGES else _Text(content)
    for token in found:
        reader.take(token)
    reader.finish()
    return reader.blocks or None


class _Blocks:
    """Collects the words of a line, and makes a block of them on the row where they began."""

    def __init__(self, content: str) -> None:
        self.blocks: list[Block] = []
        self._rows = Rows(content)
        self._words: list[str] = []
        self._is_blank = True  # whether the words so far are white space
        self._began = 0

    def take(self, token: Token) -> None:
        """Add a token."""
        raise NotImplementedError

    def finish(self, depth: int | None = None, *, verbatim: bool = False) -> None:
        """Make a block of the words so far; of a section's title, if a depth is given."""
        joined, self._words, self._is_blank = "".join(self._words), [], True
        if not joined.strip():
            return
        rows = joined.strip("\n").rstrip().split("\n") if verbatim else [_spaced(joined)]
        sources = [self._began + at for at in range(len(rows))]
        title = "" if depth is None else clean_title(rows[0])
        self.blocks.append(Block(rows, sources, depth, title))

    def add(self, words: str, at: int) -> None:
        """Add words that begin at an offset of the content."""
        if self._is_blank:
            start = at + len(words) - len(words.lstrip())
            self._began = self._rows.of(start)
            self._is_blank = not words.strip()
        self._words.append(words)


class _Text(_Blocks):
    def __init__(self, content: str) -> None:
        super().__init__(content)
        self._open: list[str] = []  # the elements around the next token, outermost first

    def take(self, token: Token) -> None:
        if token.kind == "start":
            self._start(token.value.rpartition(":")[2], token)
        elif token.kind == "end":
            self._end(token.value.rpartition(":")[2])
        elif self._open and _HIDDEN.isdisjoint(self._open):
            # What is between the tags of a title was not parsed.
            is_title = self._open[-1:] == ["title"]
            self.add(_without_tags(token.value) if is_title else token.value, token.at)

    def _start(self, name: str, tag: Token) -> None:
        # A line of an edition may end within a word.
        if self._is_line(name) and tag.attributes.get("break") != "no":
            self.finish(verbatim=not _VERBATIM.isdisjoint(self._open))
        elif name in ("xref", "ptr"):  # mostly a number, which no blank parts from its word
            self.add(" ", tag.at)
        if not tag.closed and len(self._open) < _MOST_OPEN:
            self._open.append(name)

    def _end(self, name: str) -> None:
        while name in self._open[-_DEEPEST:]:
            if self._open.pop() == name:
                break
        if name in _TITLES and self._is_line(name):
            self.finish(min(sum(each in _SECTIONS for each in self._open), _DEEPEST))
        elif self._is_line(name):
            self.finish(verbatim=name in _VERBATIM)

    def _is_line(self, name: str) -> bool:
        """Tell whether an element in those that are open is a line of its own."""
        if name in _TITLES:
            return bool(self._open) and (self._open[-1] in _SECTIONS or self._open[-1] in _TITLED)
        return name in _BLOCKS or name in _SECTIONS


class _Lines(_Blocks):
    """Reads what was recognised on a page: a row for each line, whatever is within a word."""

    def __init__(self, content: str) -> None:
        super().__init__(content)
        self._in_line = self._in_word = self._in_text = False

    def take(self, token: Token) -> None:
        name, starts = token.value.rpartition(":")[2], token.kind == "start"
        if token.kind == "text":
            if self._in_text and self._in_line and not self._in_word:
                self.add(token.value, token.at)
        elif name == "string" and starts:
            whole, part = token.attributes.get("subs_content"), token.attributes.get("subs_type")
            if part != "HypPart2":  # the rest of a word that its first half holds as a whole
                self.add(f" {whole or token.attributes.get('content', '')}", token.at)
        elif name == "textline":
            self._in_line = starts
            self.finish()
        elif name == "word":
            self._in_word = starts
        elif name == "unicode":
            self._in_text = starts


def _spaced(words: str) -> str:
    return _WHITE.sub(" ", words).strip()


def _without_tags(words: str) -> str:
    return "".join(token.value for token in tokens(words) if token.kind == "text")
