"""Finds the parts of a text that are written in another language, and their definitions.

Such a part is a script in a page, a block of code in Markdown or the commands of a workflow.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.inline_parts import (
    indented_blocks,
    indented_end,
    inline_parts,
    tagged_code,
)
from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.outline import Outline, Part
from searchkit_index.chunking.snippet import parsed_definitions
from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Rows

# The least share of a chunk's tokens that a part needs to give the chunk its language, in prose and
# in data. Data needs less, because the keys of a workflow are long and its commands short.
_LEAST_SHARE = 0.2
_LEAST_SHARE_OF_DATA = 0.05

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*$", re.DOTALL | re.MULTILINE)
# The key of a block of commands, on a row of its own.
_RUN_BLOCK = re.compile(
    r"(\s*(?:-\s+)*)[\"']?(run|script|inlineScript|inline|bash|pwsh|powershell)[\"']?:\s*[|>][-+\d]*\s*$"
)
# A command on the row of its key.
_RUN_ROW = re.compile(r"(\s*(?:-\s+)*)(run):\s+(?![|>][-+\d]*\s*$)\S")
_STEPS = re.compile(r"\s*steps:\s*$")
_SHELL = re.compile(r"\s*(?:-\s+)*shell:\s*[\"']?(\w+)")
# The rows above and below a block of commands that are searched for its `shell:`.
_NEAR = 6

_DIRECTIVE = re.compile(
    r"(\s*)\.\. (?:(?:code-block|code|sourcecode|highlight)::\s*([\w+#-]+)"
    r"|(?:testcode|testsetup|doctest|ipython|jupyter-execute)::.*)\s*$"
)
_OPTION = re.compile(r"\s*:[\w-]+:")
# The attribute of AsciiDoc that makes the next block a listing, and the default language.
_SOURCE_BLOCK = re.compile(r"\[(?:source[%\w]*|(?=,))(?:,\s*([\w+#-]+)[^\]]*)?\]\s*$")
_DEFAULT_LANGUAGE = re.compile(r":source-language:\s*([\w+#-]+)")
# A title or further attributes between that attribute and the block.
_BLOCK_LABEL = re.compile(r"\.[^\s.]|\[[^\]]*\]\s*$")
_DELIMITER = re.compile(r"-{4,}|\.{4,}|`{3,}")


def parts_of(rows: list[str], language: Language) -> list[Part]:
    """List the parts of a text in other languages: of whole rows, then those within rows."""
    finder = _FINDERS.get(language.embeds)
    return [*(finder(rows) if finder else ()), *inline_parts(rows, language)]


def add_parts(outline: Outline, rows: list[str], parts: Iterable[Part], outermost: int) -> None:
    """Add parts to an outline, with their levels and definitions.

    Args:
        outline: The outline of the text around the parts; it is changed.
        rows: The rows of the whole text.
        parts: What to add.
        outermost: The level of the left margin of a part.
    """
    for part in parts:
        outline.parts.append(part)
        if part.inline:
            continue
        code = _unquoted(rows[part.start : part.end])
        inner = code_outline(code, part.language, outermost)
        names = parsed_definitions(code, part.language)
        if names is not None:
            inner.titles = names
        for row in range(part.start, part.end):
            outline.titles.pop(row, None)
        first = outline.levels[part.start]
        outline.levels[part.start : part.end] = inner.levels
        outline.levels[part.start] = min(first, inner.levels[0])
        outline.titles |= {part.start + row: title for row, title in inner.titles.items()}
        outline.definitions |= {part.start + row for row in inner.titles}


def _unquoted(rows: list[str]) -> list[str]:
    """Blank the `>` before each row of a quotation or a literate program."""
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
    """Find scripts and styles between their tags, and front matter, which Astro writes as code."""
    text = "\n".join(rows)
    place, found = Rows(text), []
    if front := _FRONT_MATTER.match(text):
        found.append(Part(1, 1 + front[1].count("\n"), LANGUAGES["typescript"]))
    for code, language in tagged_code(text):
        start = place.of(code.at) + 1
        end = start + code.value.rstrip(" \t").count("\n") - 1
        if start < end:
            found.append(Part(start, end, language))
    return found


def _commands(rows: list[str]) -> list[Part]:
    """Find the commands below `run: |`, and behind `run:` in a file that has `steps:`."""
    found, row, has_steps = [], 0, any(map(_STEPS.match, rows))
    while row < len(rows):
        key = _RUN_BLOCK.match(rows[row])
        single = _RUN_ROW.match(rows[row]) if has_steps and not key else None
        row += 1
        if single:
            language = _shell("run", len(single[1]), [], rows[row : row + _NEAR])
            found.append(Part(row - 1, row, language, inline=True))
        if key is None:
            continue
        start, depth = row, len(key[1])
        row = indented_end(rows, row, depth)
        if start < row:
            is_first_key = "-" in key[1]  # what is above belongs to another step
            before = [] if is_first_key else rows[max(0, start - 1 - _NEAR) : start - 1]
            language = _shell(key[2], depth, before, rows[row : row + _NEAR])
            if key[2] == "script" and any("github-script@" in near for near in before):
                language = LANGUAGES["javascript"]
            found.append(Part(start, row, language))
    return found


def _shell(key: str, depth: int, before: list[str], after: list[str]) -> Language:
    """Find the language of commands, by `shell:` in the same step or else by their key."""
    for rows in (reversed(before), after):
        for row in rows:
            column = len(row) - len(row.lstrip(" -"))
            if row.strip() and column < depth:
                break
            if column == depth and (shell := _SHELL.match(row)):
                return _code_named(shell[1]) or LANGUAGES["bash"]
            if row.lstrip().startswith("- "):
                break
    return LANGUAGES["powershell" if key in ("pwsh", "powershell") else "bash"]


def _directives(rows: list[str]) -> Iterator[Part]:
    """Find what is indented below `.. code-block:: language`."""
    for start, end, language in indented_blocks(rows, _DIRECTIVE, _directive_language):
        while start < end and (not rows[start].strip() or _OPTION.match(rows[start])):
            start += 1
        if start < end:
            yield Part.block(start, end, language)


def _directive_language(directive: re.Match[str]) -> Language | None:
    return language_named(directive[2] or "python")


def _source_blocks(rows: list[str]) -> Iterator[Part]:
    """Find the blocks between equal delimiters, or up to a blank row, below `[source,language]`."""
    default, row = "", 0
    while row < len(rows) - 1:
        if attribute := _DEFAULT_LANGUAGE.match(rows[row]):
            default = attribute[1]
        source = _SOURCE_BLOCK.match(rows[row])
        language = language_named(source[1] or default) if source else None
        row += 1
        if language is None:
            continue
        while row < len(rows) - 1 and _BLOCK_LABEL.match(rows[row]):
            row += 1
        delimiter = rows[row].rstrip()
        is_delimited = bool(_DELIMITER.fullmatch(delimiter))
        start, closing = row + is_delimited, delimiter if is_delimited else ""
        row = next(
            (at for at in range(start, len(rows)) if rows[at].rstrip() == closing), len(rows)
        )
        if start < row:
            yield Part.block(start, row, language)


def _code_named(name: str) -> Language | None:
    language = language_named(name)
    return language if language and language.kind == "code" else None


_FINDERS: dict[str, Callable[[list[str]], Iterable[Part]]] = {
    "tags": _tagged,
    "runs": _commands,
    "directives": _directives,
    "attributes": _source_blocks,
    "literate": _literate,
}


@dataclass(frozen=True, slots=True)
class RowLanguages:
    """The language of each row of a text.

    Attributes:
        rows: For each row, the language of the part around it; None outside of parts.
    """

    rows: list[Language | None]

    def of(self, lines: Lines, start: int, end: int, *, data: bool) -> tuple[Language | None, bool]:
        """Find the language of a chunk that is written in another language than its text.

        Args:
            lines: The text.
            start: The first row of the chunk.
            end: The row after its last.
            data: Whether the text is data, where a smaller share is enough.

        Returns:
            The language with most tokens in the chunk, and whether it has more than half of them;
            None if its share is too small.
        """
        costs: dict[Language, int] = {}
        for row in range(start, end):
            if language := self.rows[row]:
                costs[language] = costs.get(language, 0) + lines.cost(row, row + 1)
        if not costs:
            return None, False
        largest = max(costs, key=costs.__getitem__)
        share = costs[largest] / max(1, lines.cost(start, end))
        least = _LEAST_SHARE_OF_DATA if data else _LEAST_SHARE
        return (largest, share > 0.5) if share >= least else (None, False)


def row_languages(count: int, parts: Iterable[Part]) -> RowLanguages:
    """Find the language of each of the `count` rows of a text, by its parts."""
    rows: list[Language | None] = [None] * count
    for part in parts:
        if part.inline:
            continue
        rows[part.start : part.end] = [part.language] * (part.end - part.start)
    return RowLanguages(rows)
