"""Finds short code inside the lines of a text that is cut as if the code were not there.

A script on one row of a page, code between the marks of a template, a statement of SQL in a string:
such code is found by its language.
"""

import re
from collections.abc import Iterator

from searchkit_index.chunking.named import defines
from searchkit_index.chunking.outline import Part
from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading.page import code_language
from searchkit_index.reading.tags import Token, tokens

# A string, from the words that begin a statement to its closing quote.
_STATEMENT = re.compile(
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
# A text up to a line with a word that says what it is: `<<~SQL`, `<<<'SQL'`.
_HEREDOC = re.compile(
    r"<<[-~<]?\s*[\"'`]?(\w*SQL\w*)[\"'`]?[^\n]*\n((?:(?![ \t]*\1\b)[^\n]*\n){1,400})[ \t]*\1\b"
)
_DEFINING = re.compile(r"\b(?i:create|alter)\s")

# Of templates, what their code is written in, and where it stands. No pattern reads past a second
# beginning, so that each takes linear time.
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
_HIGHLIGHTED = re.compile(
    r"\{(?:%-?|\{<)\s*highlight\s+[\"']?([\w+#-]+)[^\n]*\n"
    r"((?:(?!\{(?:%|\{<)).)*?)\{(?:%-?|\{<)\s*(?:end|/\s*)highlight",
    re.DOTALL,
)
_FILTER = re.compile(
    r"(\s*)(?::(?P<haml>\w+)|(?P<slim>\w+):|(?P<pug>script|style)(?:\([^)]*\))?\.)\s*$"
)


def marked(rows: list[str], language: Language) -> list[Part]:
    """List the parts of a text that are within rows and in other languages.

    Args:
        rows: The rows of the whole text.
        language: The language of the text.

    Returns:
        The parts, all of them inline.
    """
    text = "\n".join(rows)
    found: list[Part] = []
    if language.embeds == "tags" or (language.embeds == "fences" and "</s" in text):
        found += _scripts(text, whole=language.embeds == "fences")
    if template := _TEMPLATES.get(language.name):
        name, pattern = template
        found += (_part(text, *each.span(1), LANGUAGES[name]) for each in pattern.finditer(text))
    if language.embeds == "fences":
        for each in _HIGHLIGHTED.finditer(text):
            if named := language_named(each[1]):
                found.append(_part(text, *each.span(2), named))
    if language.embeds == "filters":
        found += _filtered(rows)
    if language.kind == "code":
        found += (part._replace(inline=True) for part in statements(text))
    return found


def statements(text: str) -> list[Part]:
    """List the strings of a source that are plainly statements of SQL, by the rows they take."""
    found, row, end = [], 0, 0
    strings = [(match.start(), match.end()) for match in _STATEMENT.finditer(text)]
    strings += (match.span(2) for match in _HEREDOC.finditer(text))
    for start, stop in sorted(strings):
        row, end = row + text.count("\n", end, start), start
        last = row + text.count("\n", start, stop - 1)
        define = bool(_DEFINING.search(text, start, min(stop, start + 200)))
        found.append(Part(row, last + 1, LANGUAGES["sql"], defines=define))
    return found


def _part(text: str, start: int, end: int, language: Language) -> Part:
    """Make a part of some characters of a text, by the rows they take."""
    first = text.count("\n", 0, start)
    inside = text[start:end]
    last = first + inside.rstrip().count("\n")
    return Part(first, last + 1, language, True, defines(inside.split("\n"), language))


def _scripts(text: str, *, whole: bool) -> Iterator[Part]:
    """Find scripts and styles: all of them, or unless `whole` what is on the row of the tag."""
    for inside, language in tagged_code(text):
        code = inside.value if whole else inside.value.partition("\n")[0]
        start = len(code) - len(code.lstrip())
        if start < len(code):
            yield _part(text, inside.at + start, inside.at + len(code), language)


def tagged_code(text: str) -> Iterator[tuple[Token, Language]]:
    """Yield what is inside of each script and style of a page, with its language."""
    tag: Token | None = None
    for token in tokens(text):
        if token.kind == "start":
            tag = token
        elif token.kind == "raw" and tag and (language := code_language(tag)):
            yield token, language


def _filtered(rows: list[str]) -> Iterator[Part]:
    """Find what is indented below a line that says what it is, as `:javascript` of Haml."""
    row = 0
    while row < len(rows):
        named = _FILTER.match(rows[row])
        language = language_named(_filter(named)) if named else None
        row += 1
        if named is None or language is None:
            continue
        start, row = row, indented_end(rows, row, len(named[1]))
        if start < row:
            yield Part(start, row, language, True, defines(rows[start:row], language))


def _filter(named: re.Match[str]) -> str:
    return named["haml"] or named["slim"] or {"script": "js", "style": "css"}[named["pug"]]


def indented_end(rows: list[str], start: int, depth: int) -> int:
    """Find the first row from `start` on that is neither blank nor indented beyond `depth`."""
    return next(
        (n for n in range(start, len(rows)) if rows[n].strip() and _depth(rows[n]) <= depth),
        len(rows),
    )


def _depth(row: str) -> int:
    return len(row) - len(row.lstrip())
