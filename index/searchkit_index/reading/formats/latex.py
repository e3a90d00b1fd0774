"""Reads LaTeX: sections, paragraphs and listings."""

import re
from bisect import bisect_right

from searchkit_index.languages.language import language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading import tex, text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_DEPTHS = {
    name: depth
    for depth, name in enumerate(
        ("title", "part", "chapter", "section", "subsection", "subsubsection", "paragraph")
    )
} | {"frametitle": 4}
_HEADING = re.compile(rf"\s*\\({'|'.join(_DEPTHS)}|begin\{{frame\}})\*?\s*(?:\[[^\]]*\]\s*)?\{{")
_BEGIN = re.compile(r"\s*\\begin\{([A-Za-z]+\*?)\}(.*)")
_END = re.compile(r"\\end\{([A-Za-z]+\*?)\}")
# Environments whose lines are kept as they are: programs and formulas.
_VERBATIM_WORDS = (
    "verbatim Verbatim lstlisting minted alltt code equation align gather multline eqnarray math"
    " displaymath tikzpicture"
)
_VERBATIM = frozenset(_VERBATIM_WORDS.split())
_LANGUAGE = re.compile(
    r"language\s*=\s*(?:\[[^\]]*\]\s*)?\{?([\w+#-]+)|(?:\[[^\]]*\])?\{([\w+#-]+)\}"
)
# A program of Sweave or knitr: its options between two pairs of brackets, and its end.
_CHUNK = re.compile(r"<<(.*)>>=\s*$")
_CHUNK_END = re.compile(r"@\s*(?:%.*)?$")
_ENGINE = re.compile(r"engine\s*=\s*[\"'](\w+)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{([A-Za-z]+)\*?\}(?:\[([^\]]*)\])?")
_NAME = re.compile(r"(?=[^=]*[^\W\d_]{4})[^=]+")  # and not where something floats to, as `htb`
# Environments that only format their text; the names of others are shown.
_SILENT_WORDS = (
    "document itemize enumerate description center flushleft flushright quote quotation small"
    " figure table tabular tabularx minipage multicols wrapfigure frame columns column longtable"
    " subequations verse array titlepage"
)
_SILENT = frozenset(_SILENT_WORDS.split())
# The beginning of a table (group 1) with the format of its columns: letters, and lengths in braces.
_COLUMNS = re.compile(
    r"(\\begin\{(?:tabular[xy]?|longtable|array)\*?\}(?:\[[^\]]*\])?)(?:\{[^{}]*width\})?"
    r"\{(?:[^{}]|\{[^{}]*\}){0,200}\}"
)
# A magic comment for editors, such as `% !TEX root = main.tex`.
_MAGIC_COMMENT = re.compile(r"\s*%+\s*!\s*T[eE]X\b")
_LONGEST_TITLE = 6  # lines


def read(data: bytes) -> list[Block]:
    """Read a text; each line of the file is one line of the blocks."""
    reader = _Reader(text.decode(data).split("\n"))
    reader.read()
    return reader.blocks


class _Reader:
    def __init__(self, rows: list[str]) -> None:
        self.blocks: list[Block] = []
        self._rows = rows
        self._closings: dict[str, list[int]] = {}
        for number, line in enumerate(rows):
            for name in ["@"] if _CHUNK_END.match(line) else _END.findall(line):
                self._closings.setdefault(name, []).append(number)
        self._start = 0
        self._lines: list[str] = []
        self._heading: tuple[int | None, str] = None, ""

    def read(self) -> None:
        row = 0
        while row < len(self._rows):
            line = self._rows[row]
            if heading := _HEADING.match(line):
                self._finish(row)
                self._heading = self._title(heading, row)
            if (end := self._program(line, row)) is None:
                self._lines.append(_shown(line))
            row = (row if end is None else end) + 1
        self._finish(row)

    def _program(self, line: str, row: int) -> int | None:
        """Add the program or formula that begins in a row; return the row that ends it."""
        if chunk := _CHUNK.match(line):
            name, language = "@", _engine(chunk[1])
        elif (begun := _BEGIN.match(line)) and begun[1].rstrip("*") in _VERBATIM:
            name, language = begun[1], _language(begun[2])
        else:
            return None
        if end := self._end(name, row):
            self._verbatim(row + 1, end, language)
        return end

    def _title(self, heading: re.Match[str], row: int) -> tuple[int, str]:
        """Return the depth and text of a heading, which ends at its closing brace, lines below."""
        rest = [self._rows[row][heading.end() :], *self._rows[row + 1 : row + _LONGEST_TITLE]]
        whole, depth = " ".join(rest)[:2000], 1
        end = len(rest[0])
        for place, character in enumerate(whole):
            depth += (character == "{") - (character == "}")
            if depth == 0:
                end = place
                break
        return _DEPTHS.get(heading[1], 4), clean_title(tex.plain(tex.UNSEEN.sub("", whole[:end])))

    def _end(self, name: str, row: int) -> int | None:
        """Find the row that closes an environment."""
        rows = self._closings.get(name, ())
        after = bisect_right(rows, row)
        return rows[after] if after < len(rows) else None

    def _verbatim(self, start: int, end: int, language: Language | None) -> None:
        """Add the lines of an environment as they are, those of a program as a block."""
        if language is None or start == end:
            self._lines += ["", *self._rows[start:end], ""]
        else:
            self._lines.append("")  # for the line of \begin, and below for that of \end
            self._finish(start)
            self.blocks.append(Block(self._rows[start:end], range(start, end), language=language))
            self._lines, self._start = [""], end

    def _finish(self, end: int) -> None:
        """Make a block of the lines up to a row, also of blank ones unless the text begins so."""
        if any(map(str.strip, self._lines)) or (self.blocks and self._lines):
            sources = range(self._start, self._start + len(self._lines))
            self.blocks.append(Block(self._lines, sources, *self._heading))
        self._lines, self._start, self._heading = [], end, (None, "")


def _shown(line: str) -> str:
    if _MAGIC_COMMENT.match(line):
        return ""
    return tex.plain(_ENVIRONMENT.sub(_environment, _COLUMNS.sub(r"\1", line)))


def _language(options: str) -> Language | None:
    found = _LANGUAGE.search(options)
    return _code(found[1] or found[2]) if found else None


def _engine(options: str) -> Language | None:
    found = _ENGINE.search(options)
    return _code(found[1] if found else "r")


def _code(name: str) -> Language | None:
    known = language_named(name)
    return known if known and known.kind == "code" else None


def _environment(match: re.Match[str]) -> str:
    """Replace the beginning of an environment by what it is, a theorem by its own name as well."""
    if "begin" not in match[0] or match[1] in _SILENT:
        return ""
    name = match[2] if match[2] and _NAME.fullmatch(match[2]) else ""
    return f"{match[1]} {name} " if name else f"{match[1]} "
