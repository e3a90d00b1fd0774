"""Finds parts of a text that are written in another language, and their definitions.

A script in a page, a block of code in Markdown, a cell of a notebook, the commands of a workflow.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.marked import indented_end, marked, statements, tagged_code
from searchkit_index.chunking.named import by_grammar
from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language

# A part that makes up this share of a chunk of prose gives the chunk its language.
_SHARE = 0.2
# Between keys of data, as of a workflow, code is found by less.
_SHARE_OF_DATA = 0.05

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*$", re.DOTALL | re.MULTILINE)
_RUN = re.compile(
    r"(\s*(?:-\s+)*)[\"']?(run|script|inlineScript|inline|bash|pwsh|powershell)[\"']?:\s*[|>][-+\d]*\s*$"
)
# A command on the row of its key, in a file of jobs.
_RUN_ROW = re.compile(r"(\s*(?:-\s+)*)(run):\s+(?![|>][-+\d]*\s*$)\S")
_STEPS = re.compile(r"\s*steps:\s*$")
_SHELL = re.compile(r"\s*(?:-\s+)*shell:\s*[\"']?(\w+)")
# Lines on either side of a block of commands that are looked at for its shell.
_NEAR = 6

_DIRECTIVE = re.compile(
    r"(\s*)\.\. (?:(?:code-block|code|sourcecode|highlight)::\s*([\w+#-]+)"
    r"|(?:testcode|testsetup|doctest|ipython|jupyter-execute)::.*)\s*$"
)
_OPTION = re.compile(r"\s*:[\w-]+:")
_ATTRIBUTE = re.compile(r"\[(?:source[%\w]*|(?=,))(?:,\s*([\w+#-]+)[^\]]*)?\]\s*$")
_USUAL = re.compile(r":source-language:\s*([\w+#-]+)")
# A title or more attributes between those and the block.
_LABEL = re.compile(r"\.[^\s.]|\[[^\]]*\]\s*$")
_DELIMITER = re.compile(r"-{4,}|\.{4,}|`{3,}")


def parts_of(rows: list[str], language: Language) -> list[Part]:
    """List the parts of a text of this language that are written in other ones."""
    finder = _FINDERS.get(language.embeds)
    return [*(finder(rows) if finder else ()), *marked(rows, language)]


def quoted(text: str, language: Language) -> list[Part]:
    """List the strings of a source that are plainly statements of SQL, by the rows they take."""
    return statements(text) if language.kind == "code" and language.name != "sql" else []


def add_parts(outline: Outline, rows: list[str], parts: Iterable[Part], outermost: int) -> None:
    """Give an outline the levels and definitions of its parts.

    Args:
        outline: The outline of the text around them.
        rows: Rows of the whole text.
        parts: Where the others are; written down in the outline too.
        outermost: The level of the left margin of a part.
    """
    for part in parts:
        outline.parts.append(part)
        if part.inline:
            continue
        inside = _unquoted(rows[part.start : part.end])
        inner = code_outline(inside, outermost, part.language.definitions)
        found = by_grammar(inside, part.language)
        if found is not None:
            inner.titles = found
        for row in range(part.start, part.end):
            outline.titles.pop(row, None)
        first = outline.levels[part.start]
        outline.levels[part.start : part.end] = inner.levels
        outline.levels[part.start] = min(first, inner.levels[0])
        outline.titles |= {part.start + row: title for row, title in inner.titles.items()}
        outline.definitions |= {part.start + row for row in inner.titles}


def _unquoted(rows: list[str]) -> list[str]:
    """Rows without the mark before each of them, in a quotation or a literate program."""
    if all(row[:1] == ">" or not row.strip() for row in rows):
        return [row.replace(">", " ", 1) for row in rows]
    return rows


def _literate(rows: list[str]) -> list[Part]:
    r"""Find the code of a literate program: behind `>`, or between `\begin{code}` and its end."""
    found, row = [], 0
    while row < len(rows):
        start = row
        if rows[row].startswith(r"\begin{code}"):
            start = row + 1
            while row < len(rows) and not rows[row].startswith(r"\end{code}"):
                row += 1
        else:
            while row < len(rows) and rows[row][:1] == ">":
                row += 1
        if start < row:
            found.append(Part(start, row, LANGUAGES["haskell"]))
        row += 1
    return found


def _tagged(rows: list[str]) -> list[Part]:
    """Find scripts and styles between their tags, and code between dashes at the top."""
    text = "\n".join(rows)
    found = []
    if front := _FRONT_MATTER.match(text):
        found.append(Part(1, 1 + front[1].count("\n"), LANGUAGES["typescript"]))
    for inside, language in tagged_code(text):
        start = text.count("\n", 0, inside.at) + 1
        end = start + inside.value.rstrip(" \t").count("\n") - 1
        if start < end:
            found.append(Part(start, end, language))
    return found


def _run(rows: list[str]) -> list[Part]:
    """Find the commands below `run: |`."""
    found, row, jobs = [], 0, any(map(_STEPS.match, rows))
    while row < len(rows):
        key = _RUN.match(rows[row])
        alone = _RUN_ROW.match(rows[row]) if jobs and not key else None
        row += 1
        if alone:
            language = _shell("run", len(alone[1]), [], rows[row : row + _NEAR])
            found.append(Part(row - 1, row, language, inline=True))
        if key is None:
            continue
        start, depth = row, len(key[1])
        row = indented_end(rows, row, depth)
        if start < row:
            begins = "-" in key[1]  # it is the first key of its step
            before = [] if begins else rows[max(0, start - 1 - _NEAR) : start - 1]
            language = _shell(key[2], depth, before, rows[row : row + _NEAR])
            if key[2] == "script" and any("github-script@" in near for near in before):
                language = LANGUAGES["javascript"]
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
    found, row = [], 0
    while row < len(rows):
        named = _DIRECTIVE.match(rows[row])
        language = language_named(named[2] or "python") if named else None
        row += 1
        if named is None or language is None:
            continue
        start, row = row, indented_end(rows, row, len(named[1]))
        while start < row and (not rows[start].strip() or _OPTION.match(rows[start])):
            start += 1
        found += [_block(start, row, language)] if start < row else []
    return found


def _attributes(rows: list[str]) -> list[Part]:
    """Find the blocks between equal lines, or up to a blank one, below `[source,language]`."""
    found, usual, row = [], "", 0
    while row < len(rows) - 1:
        if said := _USUAL.match(rows[row]):
            usual = said[1]
        named = _ATTRIBUTE.match(rows[row])
        language = language_named(named[1] or usual) if named else None
        row += 1
        if language is None:
            continue
        while row < len(rows) - 1 and _LABEL.match(rows[row]):
            row += 1
        mark = rows[row].rstrip()
        fenced = bool(_DELIMITER.fullmatch(mark))
        start, closing = row + fenced, mark if fenced else ""
        row = next((n for n in range(start, len(rows)) if rows[n].rstrip() == closing), len(rows))
        found += [_block(start, row, language)] if start < row else []
    return found


def _block(start: int, end: int, language: Language) -> Part:
    """Make a part of whole rows; only code changes how the text around it is cut."""
    return Part(start, end, language, inline=language.kind != "code")


def _code_named(name: str) -> Language | None:
    language = language_named(name)
    return language if language and language.kind == "code" else None


_FINDERS: dict[str, Callable[[list[str]], list[Part]]] = {
    "tags": _tagged,
    "runs": _run,
    "directives": _directives,
    "attributes": _attributes,
    "literate": _literate,
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
        if part.inline:
            continue
        rows[part.start : part.end] = [part.language] * (part.end - part.start)
    return Owners(rows)
