"""Reads LaTeX: sections, paragraphs and listings, line by line of the file."""

import re
from bisect import bisect_right

from searchkit_index.languages.language import language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading import tex, text
from searchkit_index.reading.document import Block, clean_title

_DEPTHS = {
    name: depth
    for depth, name in enumerate(
        ("title", "part", "chapter", "section", "subsection", "subsubsection", "paragraph")
    )
} | {"frametitle": 4}
_HEADING = re.compile(rf"\s*\\({'|'.join(_DEPTHS)}|begin\{{frame\}})\*?\s*(?:\[[^\]]*\]\s*)?\{{")
_BEGIN = re.compile(r"\s*\\begin\{([A-Za-z]+\*?)\}(.*)")
_END = re.compile(r"\\end\{([A-Za-z]+\*?)\}")
# Environments whose lines are taken as they are written: programs and formulas.
_VERBATIM_WORDS = (
    "verbatim Verbatim lstlisting minted alltt code equation align gather multline eqnarray math"
    " displaymath tikzpicture"
)
_VERBATIM = frozenset(_VERBATIM_WORDS.split())
_LANGUAGE = re.compile(
    r"language\s*=\s*(?:\[[^\]]*\]\s*)?\{?([\w+#-]+)|(?:\[[^\]]*\])?\{([\w+#-]+)\}"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{([A-Za-z]+)\*?\}(?:\[[^\]]*\])?")
# Environments that say how their text looks.
_SILENT_WORDS = (
    "document itemize enumerate description center flushleft flushright quote quotation small"
    " figure table tabular tabularx minipage multicols wrapfigure frame columns column longtable"
    " subequations verse array titlepage"
)
_SILENT = frozenset(_SILENT_WORDS.split())
# The columns of a table, where it begins: letters, and lengths in braces.
_COLUMNS = re.compile(
    r"(\\begin\{(?:tabular[xy]?|longtable|array)\*?\}(?:\[[^\]]*\])?)(?:\{[^{}]*width\})?"
    r"\{(?:[^{}]|\{[^{}]*\}){0,200}\}"
)
# A line that tells editors which file is the whole.
_FOR_EDITORS = re.compile(r"\s*%+\s*!\s*T[eE]X\b")
# Lines that a title may take.
_LONGEST_TITLE = 6


def read(data: bytes) -> list[Block]:
    """Read a text; every line of the file is one line of its blocks."""
    reader = _Reader(text.decode(data).split("\n"))
    reader.read()
    return reader.blocks


class _Reader:
    def __init__(self, rows: list[str]) -> None:
        self.blocks: list[Block] = []
        self._rows = rows
        self._closings: dict[str, list[int]] = {}
        for number, line in enumerate(rows):
            for name in _END.findall(line):
                self._closings.setdefault(name, []).append(number)
        self._start = 0
        self._said: list[str] = []
        self._heading: tuple[int | None, str] = None, ""

    def read(self) -> None:
        row = 0
        while row < len(self._rows):
            line = self._rows[row]
            if heading := _HEADING.match(line):
                self._finish(row)
                self._heading = self._title(heading, row)
            begun = _BEGIN.match(line)
            if begun and begun[1].rstrip("*") in _VERBATIM and (end := self._end(begun[1], row)):
                self._verbatim(row + 1, end, _language(begun[2]))
                row = end
            else:
                self._said.append(_said(line))
            row += 1
        self._finish(row)

    def _title(self, heading: re.Match[str], row: int) -> tuple[int, str]:
        """Read a title, which may go on below its line, up to the brace that closes it."""
        rest = [self._rows[row][heading.end() :], *self._rows[row + 1 : row + _LONGEST_TITLE]]
        whole, depth = " ".join(rest)[:2000], 1
        end = len(rest[0])
        for place, character in enumerate(whole):
            depth += (character == "{") - (character == "}")
            if depth == 0:
                end = place
                break
        return _DEPTHS.get(heading[1], 4), clean_title(tex.plain(whole[:end]))

    def _end(self, name: str, row: int) -> int | None:
        """Find the row that closes an environment."""
        rows = self._closings.get(name, ())
        after = bisect_right(rows, row)
        return rows[after] if after < len(rows) else None

    def _verbatim(self, start: int, end: int, language: Language | None) -> None:
        """Take the lines of an environment as they are, those of a program as a block."""
        if language is None:
            self._said += ["", *self._rows[start:end], ""]
        elif start < end:
            self._said.append("")  # for the line that begins it, and below for the one that ends it
            self._finish(start)
            self.blocks.append(Block(self._rows[start:end], range(start, end), language=language))
            self._said, self._start = [""], end

    def _finish(self, end: int) -> None:
        """Write down the lines up to a row as one block; between others also blank ones."""
        if any(map(str.strip, self._said)) or (self.blocks and self._said):
            sources = range(self._start, self._start + len(self._said))
            self.blocks.append(Block(self._said, sources, *self._heading))
        self._said, self._start, self._heading = [], end, (None, "")


def _said(line: str) -> str:
    if _FOR_EDITORS.match(line):
        return ""
    return tex.plain(_ENVIRONMENT.sub(_environment, _COLUMNS.sub(r"\1", line)))


def _language(options: str) -> Language | None:
    found = _LANGUAGE.search(options)
    known = language_named(found[1] or found[2]) if found else None
    return known if known and known.kind == "code" else None


def _environment(match: re.Match[str]) -> str:
    """Keep the name of what is a thing, as a theorem, where it begins."""
    named = "begin" in match[0] and match[1] not in _SILENT
    return f"{match[1]} " if named else ""
