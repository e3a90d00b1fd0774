"""Outlines a text without a grammar by blank lines, indentation, and what looks like a name."""

import re

from searchkit_index.chunking.outline import NEVER, Outline

# Deeper indentation is taken as this deep, so that the number of levels is bounded.
_DEEPEST = 40
_TAB = 4

# A line that closes or continues the one above begins nothing, nor does a preprocessor's.
_CONTINUES = re.compile(
    r"\s*(?:[])}>,;|&]|(?:end|else|elif|elsif|then|do|done|fi|esac|in|of)\b)"
    r"|\s*(?:[{(]|begin|BEGIN|Begin|is)\s*(?://.*|--.*)?$"
    r"|#\s*(?:if|ifdef|ifndef|else|elif|endif)\b"
)
_COMMENT = re.compile(r"\s*(?:#|//|--|;|%|\"|/?\*|\(\*|@)")
_LONGEST_NAME = 60
# A comment of more lines is no remark on what follows.
_LONGEST_COMMENT = 30

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
# A section of a scene of Godot: `[node name="Cave" type="Node2D"]`.
_SECTION = (
    r"\[\w+ (?:[^\]]* )?name=\"([^\"]+)\"|\[\w+ (?:[^\]]* )?(?:path|method)=\"([^\"]+)\""
    r"|\[\w+ (?:[^\]]* )?type=\"([^\"]+)\"|\[(gd_\w+) "
)
_KEY = re.compile(
    rf"[ \t]*(?:- )?[\"']?([\w./@-]+)[\"']?\s*(?::(?:\s|$)|=)|{_SECTION}|\[+([^\]]+)\]+\s*$"
)


def code_outline(rows: list[str], outermost: int = 0, definitions: str = "") -> Outline:
    """Outline source code: levels, and the definitions that its lines seem to begin.

    Args:
        rows: Its lines.
        outermost: The level of the left margin.
        definitions: What begins one, as a row of the table says it; "" for what most share.

    Returns:
        The outline.
    """
    outline = Outline(levels(rows, outermost))
    pattern = re.compile(definitions) if definitions else _DEFINITION
    _name(outline, rows, pattern, _DEEPEST)
    outline.definitions.update(outline.titles)
    return outline


def data_outline(rows: list[str], outermost: int = 0) -> Outline:
    """Outline keyed data, with levels from `outermost`; keys of its outer two depths are titles."""
    # The items of a YAML list may follow their key without indentation.
    rows = [row.replace("- ", "  ", 1) if row.lstrip().startswith("- ") else row for row in rows]
    outline = Outline(levels(rows, outermost))
    _name(outline, rows, _KEY, 2 * _TAB)
    return outline


def levels(rows: list[str], outermost: int = 0) -> list[int]:
    """Compute the boundaries above rows: less indentation and a blank line before are stronger."""
    found, blank = [], True
    for row in rows:
        bare = row.strip()
        if not bare or _CONTINUES.match(row):
            found.append(NEVER)
        else:
            found.append(outermost + 2 * _indentation(row) + (not blank))
        blank = not bare
    return found


def _indentation(row: str) -> int:
    blanks = row[: len(row) - len(row.lstrip())]
    return min(_DEEPEST, len(blanks) + (_TAB - 1) * blanks.count("\t"))


def _name(outline: Outline, rows: list[str], pattern: re.Pattern[str], deepest: int) -> None:
    """Give each row that begins something its title; a comment right above it is part of it."""
    start = None
    for number, row in enumerate(rows):
        if not row.strip():
            start = None
            continue
        start = number if start is None else start
        if _indentation(row) >= deepest or not (match := pattern.match(row[:200])):
            continue
        first = start if _only_comments(rows, start, number) else number
        outline.titles[first] = _clean(".".join(filter(None, match.groups())))
        outline.levels[first + 1 : number + 1] = [NEVER] * (number - first)
        start = number + 1


def _clean(name: str) -> str:
    shown = " ".join(name.split())[:_LONGEST_NAME]
    return shown if re.fullmatch(r"[^\"]+(?:\"[^\"]+\")+", shown) else shown.strip("\"'`")


def _only_comments(rows: list[str], start: int, end: int) -> bool:
    return end - start <= _LONGEST_COMMENT and all(map(_COMMENT.match, rows[start:end]))
