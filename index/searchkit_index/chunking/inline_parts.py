"""Finds inline code: code within the rows of a text that is written in another language.

It is a script on one row of a page, code between the delimiters of a template, or an SQL statement
in a string. The text is cut as if this code were not there; its chunks are labelled with the
language.
"""

import re
from collections.abc import Callable, Iterator

from searchkit_index.chunking.outline import Part
from searchkit_index.chunking.snippet import has_definition
from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Rows
from searchkit_index.reading.page import code_language
from searchkit_index.reading.tags import Token, tokens

# A string that holds an SQL statement, from its opening to its closing quote. The bounds keep the
# time linear: 400 characters between keywords, 8,000 to the closing quote.
_SQL_STRING = re.compile(
    r"(\"\"\"|'''|[\"'`])(?:\w{0,16}\()?\s*(?:--[^\n]*\n\s*){0,20}"
    r"(?i:(?-i:SELECT)\b(?:(?!\1)[^;]){1,400}?\b(?-i:FROM)\s+[%{\[`\"$:?]"
    r"|select\b(?:(?!\1)[^;]){1,400}?\bfrom\s+(?:\w+[^.\w]|\(\s*select\b"
    r"|\w+(?:\.\w+){1,2}\s*(?:\1|[;)]|(?:as|group|inner|join|left|limit|on|order|union|where)\b))|insert\s+into\s+\S+\s*(?:\(|values\b|select\b)"
    r"|drop\s+(?:table|view|index|trigger)\s+(?:if\s+exists\b|[\w.]+\s*(?:;|cascade\b|\1))"
    r"|(?:merge|replace)\s+into\s+\w+\s*(?:\(|using\b|values\b)"
    r"|delete\s+from\s+\S+\s+where\b|update\s+\S+\s+set\s+\S+\s*=|alter\s+table\b"
    r"|create\s+(?:\w+\s+){0,2}(?:table|view|index|function|trigger)\s+\w"
    r"|with\s+(?:recursive\s+)?\w+\s*(?:\([^()]*\)\s*)?\bas\s*\()(?:(?!\1)[\s\S]){0,8000}?\1"
)
# A here-document whose delimiter names SQL: `<<~SQL`, `<<<'SQL'`.
_SQL_HEREDOC = re.compile(
    r"<<[-~<]?\s*[\"'`]?(\w*SQL\w*)[\"'`]?[^\n]*\n((?:(?![ \t]*\1\b)[^\n]*\n){1,400})[ \t]*\1\b"
)
_SQL_DEFINITION = re.compile(r"\b(?i:create|alter)\s")

# For each template language, the language of its code and a pattern whose group is the code. No
# pattern reads past a second opening delimiter, so that each takes linear time.
_PERCENT = re.compile(r"<%(?![#@])[!=-]*((?:(?!<%).)*?)-?%>", re.DOTALL)
_TEMPLATES = {
    "erb": ("ruby", _PERCENT),
    "eex": ("elixir", _PERCENT),
    "ejs": ("javascript", _PERCENT),
    "jsp": ("java", _PERCENT),
    "asp": ("visualbasic", _PERCENT),
    "aspx": ("csharp", _PERCENT),
    "blade": (
        "php",
        re.compile(r"(?:<\?(?:php|=)|@php\b(?!\())((?:(?!<\?|@php).)*?)(?:\?>|@endphp)", re.DOTALL),
    ),
    "razor": (
        "csharp",
        re.compile(
            r"^[ \t]*@(?:code|functions)?\s*\{((?:(?!^[ \t]*@).)*?)^[ \t]*\}",
            re.DOTALL | re.MULTILINE,
        ),
    ),
}
# A block of Liquid, Jinja or Hugo: `{% highlight python %}`.
_HIGHLIGHT_BLOCK = re.compile(
    r"\{(?:%-?|\{<)\s*highlight\s+[\"']?([\w+#-]+)[^\n]*\n"
    r"((?:(?!\{(?:%|\{<)).)*?)\{(?:%-?|\{<)\s*(?:end|/\s*)highlight",
    re.DOTALL,
)
_FILTER = re.compile(
    r"(\s*)(?::(?P<haml>\w+)|(?P<slim>\w+):|(?P<pug>script|style)(?:\([^)]*\))?\.)\s*$"
)


def inline_parts(rows: list[str], language: Language) -> list[Part]:
    """List the inline code of a text."""
    text = "\n".join(rows)
    place = Rows(text)
    found: list[Part] = []
    if language.embeds == "tags" or (language.embeds == "fences" and "</s" in text):
        found += _scripts(text, place, whole=language.embeds == "fences")
    if template := _TEMPLATES.get(language.name):
        name, pattern = template
        code = LANGUAGES[name]
        found += (_part(text, place, each.span(1), code) for each in pattern.finditer(text))
    if language.embeds == "fences":
        for each in _HIGHLIGHT_BLOCK.finditer(text):
            if named := language_named(each[1]):
                found.append(_part(text, place, each.span(2), named))
    if language.embeds == "filters":
        found += _filtered(rows)
    if language.kind == "code":
        found += (part._replace(inline=True) for part in sql_strings(text))
    return found


def sql_strings(text: str) -> list[Part]:
    """List the strings of source code that are SQL statements, as parts of the rows they take."""
    found, row, counted = [], 0, 0
    strings = [match.span() for match in _SQL_STRING.finditer(text)]
    strings += (match.span(2) for match in _SQL_HEREDOC.finditer(text))
    for start, stop in sorted(strings):
        row, counted = row + text.count("\n", counted, start), start
        last = row + text.count("\n", start, stop - 1)
        defines = bool(_SQL_DEFINITION.search(text, start, min(stop, start + 200)))
        found.append(Part(row, last + 1, LANGUAGES["sql"], defines=defines))
    return found


def _part(text: str, place: Rows, span: tuple[int, int], language: Language) -> Part:
    """Make a part of the rows that some characters of a text take."""
    first, code = place.of(span[0]), text[slice(*span)]
    last = first + code.rstrip().count("\n")
    return Part(first, last + 1, language, True, has_definition(code.split("\n"), language))


def _scripts(text: str, place: Rows, *, whole: bool) -> Iterator[Part]:
    """Find scripts and styles: the whole of each, or only what is on the row of its tag."""
    for token, language in tagged_code(text):
        code = token.value if whole else token.value.partition("\n")[0]
        start = len(code) - len(code.lstrip())
        if start < len(code):
            yield _part(text, place, (token.at + start, token.at + len(code)), language)


def tagged_code(text: str) -> Iterator[tuple[Token, Language]]:
    """Yield the content of each script and style of a page, with its language."""
    tag: Token | None = None
    for token in tokens(text):
        if token.kind == "start":
            tag = token
        elif token.kind == "raw" and tag and (language := code_language(tag)):
            yield token, language


def _filtered(rows: list[str]) -> Iterator[Part]:
    """Find what is indented below the filter of a template, such as `:javascript` in Haml."""
    for start, end, language in indented_blocks(rows, _FILTER, _filter_language):
        if start < end:
            yield Part(start, end, language, True, has_definition(rows[start:end], language))


def _filter_language(found: re.Match[str]) -> Language | None:
    name = found["haml"] or found["slim"] or {"script": "js", "style": "css"}[found["pug"]]
    return language_named(name)


def indented_blocks(
    rows: list[str],
    opening: re.Pattern[str],
    language_of: Callable[[re.Match[str]], Language | None],
) -> Iterator[tuple[int, int, Language]]:
    """Find the blocks that are indented below an opening row.

    Args:
        rows: The rows of the text.
        opening: What an opening row looks like; its first group is the indentation.
        language_of: Gives the language that an opening row names; None if it is unknown.

    Yields:
        The first row of each block, the row after its last, and its language.
    """
    row = 0
    while row < len(rows):
        found = opening.match(rows[row])
        language = language_of(found) if found else None
        row += 1
        if found and language:
            start, row = row, indented_end(rows, row, len(found[1]))
            yield start, row, language


def indented_end(rows: list[str], start: int, depth: int) -> int:
    """Find the first row from `start` on that is neither blank nor indented beyond `depth`."""
    return next(
        (at for at in range(start, len(rows)) if rows[at].strip() and _depth(rows[at]) <= depth),
        len(rows),
    )


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())
