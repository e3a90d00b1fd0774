"""Finds parts of a text that are written in another language, and their definitions.

A script in a page, a block of code in Markdown, a cell of a notebook, the commands of a workflow.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from searchkit_index.chunking import syntax
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading.page import code_language
from searchkit_index.reading.tags import Token, tokens

# A part that makes up this share of a chunk of prose gives the chunk its language.
_SHARE = 0.2
# Between keys of data, as of a workflow, code is found by less.
_SHARE_OF_DATA = 0.05

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*$", re.DOTALL | re.MULTILINE)
_RUN = re.compile(
    r"(\s*(?:-\s+)*)[\"']?(run|script|inlineScript|inline|bash|pwsh|powershell)[\"']?:\s*[|>][-+\d]*\s*$"
)
_SHELL = re.compile(r"\s*(?:-\s+)*shell:\s*[\"']?(\w+)")
# Lines on either side of a block of commands that are looked at for its shell.
_NEAR = 6

# A string, from the words that begin a statement to its closing quote.
_STATEMENT = re.compile(
    r"(\"\"\"|'''|[\"'`])\s*(?:--[^\n]*\n\s*){0,20}"
    r"(?i:select\b(?:(?!\1)[^;]){1,400}?\bfrom\s+(?:\w+[^.\w]|\(\s*select\b)|insert\s+into\s+\S+\s*(?:\(|values\b|select\b)"
    r"|drop\s+(?:table|view|index|trigger)\s+(?:if\s+exists\b|[\w.]+\s*(?:;|cascade\b|\1))"
    r"|(?:merge|replace)\s+into\s+\w+\s*(?:\(|using\b|values\b)"
    r"|delete\s+from\s+\S+\s+where\b|update\s+\S+\s+set\s+\S+\s*=|alter\s+table\b"
    r"|create\s+(?:\w+\s+){0,2}(?:table|view|index|function|trigger)\s+\w"
    r"|with\s+(?:recursive\s+)?\w+\s+as\s*\()(?:(?!\1)[\s\S]){0,8000}?\1"
)
_DIRECTIVE = re.compile(r"(\s*)\.\. (?:code-block|code|sourcecode|highlight)::\s*([\w+#-]+)\s*$")
_OPTION = re.compile(r"\s*:[\w-]+:")
_ATTRIBUTE = re.compile(r"\[(?:source|,)\s*,?\s*([\w+#-]+)[^\]]*\]\s*$")
_DELIMITER = re.compile(r"-{4,}|\.{4,}|`{3,}")


def parts_of(rows: list[str], language: Language) -> list[Part]:
    """List the parts of a text of this language that are written in other ones."""
    finder = _FINDERS.get(language.embeds)
    return finder(rows) if finder else []


def quoted(text: str, language: Language) -> list[Part]:
    """List the strings of a source that are plainly statements of SQL, by the rows they take."""
    sql = LANGUAGES["sql"]
    if language.kind != "code" or language is sql:
        return []
    found, row, end = [], 0, 0
    for match in _STATEMENT.finditer(text):
        row, end = row + text.count("\n", end, match.start()), match.start()
        found.append(Part(row, row + match[0].count("\n") + 1, sql))
    return found


def add_parts(outline: Outline, rows: list[str], parts: Iterable[Part], outermost: int) -> None:
    """Give an outline the levels and definitions of its parts.

    Args:
        outline: Of the text around them.
        rows: Of the whole text.
        parts: Where the others are; written down in the outline too.
        outermost: The level of the left margin of a part.
    """
    for part in parts:
        inside = rows[part.start : part.end]
        inner = code_outline(inside, outermost, part.language.definitions)
        found = _definitions(inside, part.language)
        if found is not None:
            inner.titles = found
        for row in range(part.start, part.end):
            outline.titles.pop(row, None)
        first = outline.levels[part.start]
        outline.levels[part.start : part.end] = inner.levels
        outline.levels[part.start] = min(first, inner.levels[0])
        outline.titles |= {part.start + row: title for row, title in inner.titles.items()}
        outline.definitions |= {part.start + row for row in inner.titles}
        outline.parts.append(part)


def _definitions(rows: list[str], language: Language) -> dict[int, str] | None:
    """Find the names of definitions by row; None without a grammar."""
    parser = language.parser()
    if parser is None or language.grammar is None:
        return None
    source = "\n".join(rows).encode("utf-8", "replace")
    tree = syntax.parsed(source, parser, Lines(rows))
    return syntax.definitions(tree, source, Lines(rows), language.grammar) if tree else None


def _tagged(rows: list[str]) -> list[Part]:
    """Find scripts and styles between their tags, and code between dashes at the top."""
    text = "\n".join(rows)
    found = []
    if front := _FRONT_MATTER.match(text):
        found.append(Part(1, 1 + front[1].count("\n"), LANGUAGES["typescript"]))
    tag: Token | None = None
    for token in tokens(text):
        if token.kind == "start":
            tag = token
        elif token.kind == "raw" and tag and (language := code_language(tag)):
            start = text.count("\n", 0, token.at) + 1
            end = start + token.value.rstrip(" \t").count("\n") - 1
            if start < end:
                found.append(Part(start, end, language))
    return found


def _run(rows: list[str]) -> list[Part]:
    """Find the commands below `run: |`."""
    found, row = [], 0
    while row < len(rows):
        key = _RUN.match(rows[row])
        row += 1
        if key is None:
            continue
        start, depth = row, len(key[1])
        while row < len(rows) and (not rows[row].strip() or _depth(rows[row]) > depth):
            row += 1
        if start < row:
            begins = "-" in key[1]  # it is the first key of its step
            before = [] if begins else rows[max(0, start - 1 - _NEAR) : start - 1]
            language = _shell(key[2], depth, before, rows[row : row + _NEAR])
            found.append(Part(start, row, language))
    return found


def _shell(key: str, depth: int, before: list[str], after: list[str]) -> Language:
    """Find what commands are written in: their key says it, or `shell:` of the same step."""
    for near in (reversed(before), after):
        for row in near:
            keyed = len(row) - len(row.lstrip(" -"))
            if row.strip() and keyed < depth:
                break
            if keyed == depth and (named := _SHELL.match(row)):
                return _code_named(named[1]) or LANGUAGES["bash"]
            if row.lstrip().startswith("- "):
                break
    return LANGUAGES["powershell" if key in ("pwsh", "powershell") else "bash"]


def _directives(rows: list[str]) -> list[Part]:
    """Find what is indented below `.. code-block:: language`."""
    found = []
    for row, line in enumerate(rows):
        named = _DIRECTIVE.match(line)
        language = _code_named(named[2]) if named else None
        if named and language:
            start, end = row + 1, row + 1
            while end < len(rows) and (not rows[end].strip() or _depth(rows[end]) > len(named[1])):
                end += 1
            while start < end and (not rows[start].strip() or _OPTION.match(rows[start])):
                start += 1
            found += [Part(start, end, language)] if start < end else []
    return found


def _attributes(rows: list[str]) -> list[Part]:
    """Find the blocks between equal lines below `[source,language]`."""
    found = []
    for row, line in enumerate(rows[:-1]):
        named = _ATTRIBUTE.match(line)
        language = _code_named(named[1]) if named else None
        mark = rows[row + 1].rstrip()
        if language and _DELIMITER.fullmatch(mark):
            end = next((n for n in range(row + 2, len(rows)) if rows[n].rstrip() == mark), 0)
            found += [Part(row + 2, end, language)] if end > row + 2 else []
    return found


def _code_named(name: str) -> Language | None:
    language = language_named(name)
    return language if language and language.kind == "code" else None


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())


_FINDERS: dict[str, Callable[[list[str]], list[Part]]] = {
    "tags": _tagged,
    "runs": _run,
    "directives": _directives,
    "attributes": _attributes,
}


@dataclass(frozen=True, slots=True)
class Owners:
    """Which language each row of a text is written in.

    Attributes:
        rows: For each row, the language of the part around it; None outside of parts.
    """

    rows: list[Language | None]

    def of(self, lines: Lines, start: int, end: int, *, data: bool) -> tuple[Language | None, bool]:
        """Find the language of the largest part in a range, and whether it has most of the range.

        None where no part makes up a fifth of it, or of `data` a twentieth.
        """
        shares: dict[Language, int] = {}
        for row in range(start, end):
            if owner := self.rows[row]:
                shares[owner] = shares.get(owner, 0) + lines.cost(row, row + 1)
        if not shares:
            return None, False
        largest = max(shares, key=shares.__getitem__)
        share = shares[largest] / max(1, lines.cost(start, end))
        least = _SHARE_OF_DATA if data else _SHARE
        return (largest, share > 0.5) if share >= least else (None, False)


def owners(count: int, parts: Iterable[Part]) -> Owners:
    """Find the language of each of `count` rows."""
    rows: list[Language | None] = [None] * count
    for part in parts:
        rows[part.start : part.end] = [part.language] * (part.end - part.start)
    return Owners(rows)
