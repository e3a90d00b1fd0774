"""Outlines a text without a grammar by blank lines, indentation, and patterns of definitions."""

import re
from collections.abc import Iterable
from itertools import takewhile

from searchkit_index.chunking import pod
from searchkit_index.chunking.manifest import DOCUMENT, manifests
from searchkit_index.chunking.outline import NEVER, Outline
from searchkit_index.languages.row import Language

# The deepest indentation that is told apart, in columns: it bounds the number of levels.
_DEEPEST = 40
_TAB = 4  # columns

# A row that closes or continues what is above it, also in a template, and a condition of a
# preprocessor.
_CONTINUES = re.compile(
    r"\s*(?:[])}>,;|&]|(?:end|End|END|else|Else|ELSE|elif|elsif|then|do|done|fi|esac|in|of)\b)"
    r"|\s*(?:[{(]|begin|BEGIN|Begin|is|IS|as|AS|exception|EXCEPTION)\s*(?://.*|--.*)?$"
    r"|#\s*(?:if|ifdef|ifndef|else|elif|endif)\b"
    r"|\s*\{(?:%[-+~]?\s*(?:end|els)|\{[-~]?\s*(?:end|else|/))"
)
_COMMENT = re.compile(r"\s*(?:#|//|--|;|%|\"|/?\*|\(\*|@)")
# A comment in data, and the line that begins a document in YAML.
_REMARK = re.compile(rf"\s*[#;]|{DOCUMENT}")
# A number in the columns from 1 to 5 of a card.
_LABEL = re.compile(r"\A(?=[ \d]{5} )\s{0,4}\d{1,5}\s")
_LONGEST_NAME = 60  # characters
# The most lines of a comment that is a remark on the definition below it; and where all comments of
# a language are known to be such, as in R, whose functions have their manual above them.
_LONGEST_COMMENT, _LONGEST_MANUAL = 30, 400
_MANUAL_NAME = re.compile(r"#'\s*@name\s+([\w.-]+)")
_LONGEST_MATCHED = 200  # characters of a row that are searched for a definition

_MODIFIER = (
    r"(?:(?:export|public|private|protected|internal|static|final|abstract|async|inline|override"
    r"|virtual|pub|local|const|default|extern|unsafe|sealed|partial|open|data|rec|global)\s+)*"
)
_KEYWORD = (
    r"(?:defn?-?|defun|defmacro|defmethod|defproject|ns|define|fn|fun|func|function|[Ff]unction|sub|proc"
    r"|procedure|subroutine|method|macro|class|module|package|namespace|interface|implementation|trait|struct|enum"
    r"|union|type|record|protocol|object|impl|instance|message|service|rpc|resource|variable"
    r"|output|provider|task|contract|event|entity|architecture|component|model|schema|query"
    r"|mutation|input|scalar|let|stage|FROM)"
)
_NAME = r"[\"'(]?([^\W\d][\w.:$*?!'/-]*)"
_DEFINITION = re.compile(
    rf"[ \t]*\(?@?{_MODIFIER}{_KEYWORD}(?:\s*\(\s*|\s+){_NAME}"  # `sub name`, `(defn name`
    r"|[ \t]*([\w.$]+)\s*(?:<-|:?=)\s*(?:async\s+)?(?:function|fn)\b"  # `name <- function`
    r"|([\w./%$()-]+)\s*::?(?![=\w])"  # a make target, a label
    r"|([\w.]+)\([^;=]*->"  # `name(Args) ->`
    r"|[-+]\s*\([^)]*\)\s*(\w+)"  # `- (type)name`
    r"|[ \t]+(?!return|await|throw|new|else|case)[\w<>\[\],.?]+[ \t]+(\w+)\s*\([^;=]*\{\s*$"
    r"|[\w<>\[\],.*&:]+[ \t]+(?:[\w<>\[\],.*&:]+[ \t]+){,5}?\*?(\w+)\s*\([^;=]*$"  # `int name(`
)
# The header of a section in a Godot scene: `[node name="Cave" type="Node2D"]`.
_SECTION = (
    r"\[\w+ (?:[^\]]* )?name=\"([^\"]+)\"|\[\w+ (?:[^\]]* )?(?:path|method)=\"([^\"]+)\""
    r"|\[\w+ (?:[^\]]* )?type=\"([^\"]+)\"|\[(gd_\w+) "
)
# An item of a list in YAML that begins with a key, and one whose first key names it.
_ITEM = re.compile(r"\s*- [\"']?[\w./@-]+[\"']?\s*:(?:\s|$)")
_NAMING = (
    r"[\"']?(?:name|title|alias|label|job_name)[\"']?:[ \t]+(?![|>&*{\[#])((?:[^#]|(?<=\S)#)+)"
)
_NAMED = rf"[ \t]*- {_NAMING}"
_LATER_NAME = re.compile(rf"[ \t]*{_NAMING}")
_NEAREST = 20  # rows of an item that are searched for its name
# A row at the margin that is all template, and one that begins something; the others go on or end.
_TEMPLATE = re.compile(r"\{[{%].*[%}]\}\s*$")
_OPENING = re.compile(r"\{[{%][-+~]?\s*(?:if|unless|with|range|for|each|filter|call|raw)\b")
_BRACKETED = r"\[+([^\]]+)\]+\s*(?:[#;].*)?$"
# A key of several words stands alone on its row, or before an equals sign between blanks.
_KEY = re.compile(
    rf"{_NAMED}|[ \t]*(?:- )?(?:(?:\"([^\"]+)\"|'([^']+)'|([\w./@][\w./@{{}}:-]*(?<!:)|-[\w./@-]+))"
    r"\s*(?::(?:\s|$)|=)|([\w./@-]+(?: [\w./@{}()-]+){1,4})(?:\s*:\s*$|\s+=\s))"
    rf"|{_SECTION}|{_BRACKETED}"
)
_HEADER = re.compile(_BRACKETED)


def code_outline(rows: list[str], language: Language, outermost: int = 0) -> Outline:
    """Outline source code: levels, and the definitions that its lines seem to begin.

    Args:
        rows: Its lines.
        language: Tells how definitions and comments begin.
        outermost: The level of the left margin.

    Returns:
        The outline.
    """
    pattern = re.compile(language.definitions) if language.definitions else _DEFINITION
    remarks = re.compile(language.remarks) if language.remarks else None
    inside = _below_definitions(rows, pattern, remarks) if language.flat else rows
    inside = _with_remarks_inside(inside, remarks) if remarks else inside
    manual = pod.manual_of(inside) if language.embeds == "pod" else None
    outline = Outline(levels(manual.levelled if manual else inside, outermost))
    _add_titles(outline, manual.code if manual else rows, pattern, _DEEPEST, remarks)
    outline.definitions.update(outline.titles)
    if manual:
        _add_manual(outline, manual)
    return outline


def _add_manual(outline: Outline, manual: pod.Manual) -> None:
    """Add the titles of a manual; a section about the definition below it belongs to that."""
    for row in outline.definitions & manual.above.keys():
        section, name = manual.above[row], outline.titles[row]
        if name in manual.titles[section] and row - section <= _LONGEST_COMMENT:
            outline.levels[section + 1 : row + 1] = [NEVER] * (row - section)
            outline.definitions ^= {section, row}
            manual.titles[section] = outline.titles.pop(row)
    outline.titles |= manual.titles


def _below_definitions(
    rows: list[str], pattern: re.Pattern[str], remarks: re.Pattern[str] | None
) -> list[str]:
    """Indent statements deeper than the definition above them, without their labels."""
    found, depth = [], -1
    for row in rows:
        if remarks and remarks.match(row):
            found.append(row)
            continue
        row = _LABEL.sub("", row)
        if pattern.match(row[:_LONGEST_MATCHED]):
            depth = _indentation(row)
        elif row.strip() and _indentation(row) <= depth:
            row = " " * (depth + 1) + row.lstrip()
        found.append(row)
    return found


def _with_remarks_inside(rows: list[str], remarks: re.Pattern[str]) -> list[str]:
    """Indent comments as deep as the code below them, and texts at the margin a little."""
    found, below = [], ""
    for row in reversed(rows):
        remark = remarks.match(row)
        if remark is None:
            below = row if row.strip() else below
        elif remark.lastindex:
            row = f" {row}"
        elif _indentation(row) < _indentation(below):
            row = below[: len(below) - len(below.lstrip())] + row.lstrip()
        found.append(row)
    return found[::-1]


def data_outline(rows: list[str], outermost: int = 0) -> Outline:
    """Outline data in which keys have values.

    Args:
        rows: Its lines.
        outermost: The level of the left margin.

    Returns:
        The outline; the keys of the two outermost depths are its titles.
    """
    titles = manifests(rows)
    nested = _below_headers([_as_nested(row) for row in rows], titles)
    outline = Outline(levels(_with_remarks_inside(nested, _REMARK), outermost))
    documents = [row.startswith(DOCUMENT) for row in rows]
    outline.levels = [
        level // 2 * 2 if is_document else level
        for level, is_document in zip(outline.levels, documents, strict=True)
    ]
    rows = ["" if is_document else row for row, is_document in zip(rows, documents, strict=True)]
    _add_titles(outline, rows, _KEY, 2 * _TAB)
    outline.titles |= _names_of_items(rows, outline.titles) | titles
    for row in titles:
        outline.levels[row] = outermost
    return outline


def _names_of_items(rows: list[str], titles: Iterable[int]) -> dict[int, str]:
    """Name the items of a list by a key below their first one, as `- id: 17` above `name: web`."""
    items = [at for at in titles if _ITEM.match(rows[at]) and not re.match(_NAMED, rows[at])]
    return {at: name for at in items if (name := _name_below(rows, at))}


def _name_below(rows: list[str], at: int) -> str:
    """Return the name among the keys of an item that begins at a row; "" if it has none."""
    depth = len(rows[at]) - len(rows[at].lstrip(" -"))
    for row in rows[at + 1 : at + _NEAREST]:
        column = _indentation(row)
        if row.strip() and column < depth:
            break
        if column == depth and (found := _LATER_NAME.match(row)):
            return _clean(found[1])
    return ""


def _below_headers(rows: list[str], titles: dict[int, str]) -> list[str]:
    """Indent what is below the headers of sections, and the rows of documents with a title."""
    headers = {at for at, row in enumerate(rows) if at in titles or _HEADER.match(row)}
    if not headers:
        return rows
    return [
        row if at in headers or _REMARK.match(row) else f" {row}" for at, row in enumerate(rows)
    ]


def _as_nested(row: str) -> str:
    """Indent the item of a list, which may follow its key without that, but less than its keys.

    A comment that begins as what goes on from the row above would is made one that does not. What a
    template says at the margin is made a comment on the row below, or goes on from the one above.
    """
    if _TEMPLATE.match(row):
        return f"#{row}" if _OPENING.match(row) else f"}}{row}"
    if row.lstrip().startswith(";"):
        return row.replace(";", "#", 1)
    if not row.lstrip().startswith("- "):
        return row
    return f" {row}" if _ITEM.match(row) else row.replace("- ", "  ", 1)


def levels(rows: list[str], outermost: int = 0) -> list[int]:
    """Compute the level of each row: it is stronger with less indentation and after a blank row.

    Args:
        rows: The lines.
        outermost: The level of the left margin.

    Returns:
        A level for each row.
    """
    found, after_blank = [], True
    for row in rows:
        is_blank = not row.strip()
        if is_blank or _CONTINUES.match(row):
            found.append(NEVER)
        else:
            found.append(outermost + 2 * _indentation(row) + (not after_blank))
        after_blank = is_blank
    return found


def _indentation(row: str) -> int:
    """Return the columns that a row is indented by, at most `_DEEPEST`."""
    space = row[: len(row) - len(row.lstrip())]
    return min(_DEEPEST, len(space) + (_TAB - 1) * space.count("\t"))


def _add_titles(
    outline: Outline,
    rows: list[str],
    pattern: re.Pattern[str],
    deepest: int,
    remarks: re.Pattern[str] | None = None,
) -> None:
    """Add the titles of a text to its outline.

    A comment directly above a definition belongs to it.

    Args:
        outline: The outline, with levels; it is changed.
        rows: The lines.
        pattern: Matches the row of a title; its groups, joined by dots, are the title.
        deepest: Rows indented by so many columns have no titles.
        remarks: How comments begin, as in `Language.remarks`; None for as in most languages.
    """
    longest = _LONGEST_MANUAL if remarks else _LONGEST_COMMENT
    start = None  # the first row since a blank one or a title
    for at, row in enumerate(rows):
        if not row.strip():
            start = None
            continue
        start = at if start is None else start
        if _indentation(row) >= deepest or not (found := pattern.match(row[:_LONGEST_MATCHED])):
            continue
        above = rows[start:at]
        title = _clean(".".join(filter(None, found.groups()))) or _name_in(above)
        if remarks and not title:
            start = at + 1
            continue
        comment = list(takewhile(lambda each: _is_comment(each, remarks), reversed(above)))
        first = at - len(comment) if len(comment) <= longest else at
        outline.titles[first] = title
        # A manual is cut by itself, and so is what it is about.
        if is_manual := at - first > _LONGEST_COMMENT:
            outline.titles[at] = outline.titles[first]
        inner = slice(first + 1, at if is_manual else at + 1)
        outline.levels[inner] = [NEVER] * len(outline.levels[inner])
        start = at + 1


def _name_in(manual: list[str]) -> str:
    """Return the name that a comment gives to what it is about; "" if it gives none."""
    return next((found[1] for row in manual if (found := _MANUAL_NAME.match(row))), "")


def _is_comment(row: str, remarks: re.Pattern[str] | None) -> bool:
    found = remarks.match(row) if remarks else None
    if found and not found.lastindex:
        return True
    # Where strings go on at the margin, a row that begins with a quotation mark is one of them.
    return not (remarks and remarks.groups) and _COMMENT.match(row) is not None


def _clean(name: str) -> str:
    """Shorten a name, and strip its quotes unless they are a part of it, as in `a "b" "c"`."""
    short = " ".join(name.split())[:_LONGEST_NAME]
    if re.fullmatch(r"[^\"]+(?:\"[^\"]+\")+", short):
        return short
    # A quote at the end alone is part of a name, as in `add_zero'`.
    return short.strip("\"'`") if short[:1] in "\"'`" else short.rstrip('"`')
