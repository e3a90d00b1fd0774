"""Reads manual pages, with the macros of man or mdoc, as `man` shows them.

Each line of the file is one line of the text; requests that only format give blank lines.
"""

import re

from searchkit_index.reading import mdoc, text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.roff import plain

_PAGE = re.compile(r"^[.'][ \t]*(?:TH|Dt|SH|Sh)\b", re.MULTILINE)
_MACRO = re.compile(r"[.'][ \t]*([%A-Za-z][A-Za-z0-9]*|\\\")?[ \t]*(.*)")
_ARGUMENT = re.compile(r"\"((?:[^\"]|\"\")*+)\"?|((?:\\.|[^\s\\])++)")

_DEPTHS = {"TH": 0, "Dt": 0, "SH": 1, "Sh": 1, "SS": 2, "Ss": 2}
_FONTS = frozenset(("B", "I", "R", "SM", "SB", "CW", "UR", "MT", "Dd", "OP", "SY", "nm"))
# Macros that alternate two fonts, and join their arguments.
_ALTERNATING = frozenset(("BR", "RB", "BI", "IB", "IR", "RI"))
_DEFINING = frozenset(("de", "de1", "ig", "am"))
# A heading with a literal title, which is never inside the definition of a macro.
_HEADING = re.compile(r"[.'][ \t]*S[Hh][ \t]+\"?[^\W\d_]")


def read(data: bytes) -> list[Block] | None:
    """Read a manual page."""
    content = text.decode(data)
    if not _PAGE.search(content):
        return None
    page = _Page()
    for line in content.split("\n"):
        page.take(line)
    page.finish()
    return page.blocks


class _Page:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._lines: list[str] = []
        self._start = 0
        self._heading: tuple[int | None, str] = None, ""
        self._name = ""
        self._own: set[str] = set()  # macros that the page defines
        self._until: re.Pattern[str] | None = None  # the line that ends the current definition

    def take(self, line: str) -> None:
        """Take a line of the file."""
        macro = _MACRO.match(line)
        if self._until and _HEADING.match(line):
            self._until = None
        if self._until:
            self._until = None if self._until.match(line) else self._until
            self._lines.append("")
        elif macro is None:
            self._lines.append(plain(line))
        else:
            self._macro(macro[1] or "", macro[2])

    def finish(self) -> None:
        """Make a block of the lines taken so far."""
        if any(map(str.strip, self._lines)):
            sources = range(self._start, self._start + len(self._lines))
            self.blocks.append(Block(self._lines, sources, *self._heading))
        self._start += len(self._lines)
        self._lines, self._heading = [], (None, "")

    def _macro(self, name: str, rest: str) -> None:
        words = [quoted.replace('""', '"') or bare for quoted, bare in _ARGUMENT.findall(rest)]
        comment = next((at for at, word in enumerate(words) if word.startswith('\\"')), len(words))
        words = words[:comment]
        if name in _DEFINING:
            self._own.update(words[:1])
            end = words[:1] if name == "ig" else words[1:2]
            self._until = re.compile(rf"[.'][ \t]*{re.escape(end[0] if end else '.')}")
        printed = self._macro_text(name, words)
        if name in _DEPTHS and printed:
            self.finish()
            self._heading = _DEPTHS[name], clean_title(printed.partition("  ")[0])
        self._lines.append(printed)

    def _macro_text(self, name: str, words: list[str]) -> str:
        """Return what a macro and its arguments show."""
        if name in ("TH", "Dt"):
            page, section, *rest = [*map(plain, words), "", ""]
            return "  ".join(filter(None, (f"{page}({section})" if section else page, *rest)))
        if name in _ALTERNATING:
            return plain("".join(words))
        if name in ("IP", "HP"):
            return plain(words[0]) if words else ""
        if name == "Nm" and words and not self._name:
            self._name = words[0]
        if name in mdoc.MACROS:
            return mdoc.Line(self._name).read([name, *words])
        shown = name in _FONTS or name in _DEPTHS or name in self._own
        return plain(" ".join(words)) if shown else ""
