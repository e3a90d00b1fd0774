"""Levels of a text without a grammar: blank lines and indentation, and what looks like a name."""

import re

from searchkit_index.outline import NEVER, Outline

# Deeper indentation is taken as this deep, so that the number of levels is bounded.
_DEEPEST = 40
_TAB = 4

# A line that closes or continues what stands above it begins nothing.
_CONTINUES = re.compile(r"\s*(?:[])}>,;|&]|(?:end|else|elif|elsif|then|do|done|fi|esac|in|of)\b)")

_MODIFIER = (
    r"(?:(?:export|public|private|protected|internal|static|final|abstract|async|inline|override"
    r"|virtual|pub|local|const|default|extern|unsafe|sealed|partial|open|data|rec|global)\s+)*"
)
_KEYWORD = (
    r"(?:defn?-?|defun|defmacro|defmethod|defproject|ns|define|fn|fun|func|function|[Ff]unction|sub|proc"
    r"|procedure|subroutine|method|macro|class|module|package|namespace|interface|trait|struct|enum"
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
    r"|[\w<>\[\],.*&:]+[ \t]+(?:[\w<>\[\],.*&:]+[ \t]+){,5}?\*?(\w+)\s*\([^;=]*$"  # `int name(`
)
_KEY = re.compile(r"[ \t]*(?:- )?[\"']?([\w./@-]+)[\"']?\s*(?::(?:\s|$)|=)|\[+([^\]]+)\]+\s*$")


def code_outline(rows: list[str]) -> Outline:
    """Levels of source code, and the definitions that its lines seem to begin."""
    return Outline(levels(rows), _titles(rows, _DEFINITION, _DEEPEST), defines=True)


def data_outline(rows: list[str]) -> Outline:
    """Levels of keyed data; the keys of its outer two depths are titles."""
    return Outline(levels(rows), _titles(rows, _KEY, 2 * _TAB))


def levels(rows: list[str], outermost: int = 0) -> list[int]:
    """Boundaries above rows: less indentation is stronger, and so is a blank line before."""
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


def _titles(rows: list[str], pattern: re.Pattern[str], deepest: int) -> dict[int, str]:
    """The name that each row begins; a comment right above it is part of what it names."""
    titles: dict[int, str] = {}
    start = None
    for number, row in enumerate(rows):
        if not row.strip():
            start = None
            continue
        start = number if start is None else start
        if _indentation(row) < deepest and (match := pattern.match(row[:200])):
            name = next(filter(None, match.groups()), "")
            titles.setdefault(start if _only_comments(rows, start, number) else number, name)
    return titles


_COMMENT = re.compile(r"\s*(?:#|//|--|;|%|\"|/?\*|\(\*|@)")


def _only_comments(rows: list[str], start: int, end: int) -> bool:
    # A comment of more lines than this is no remark on what follows.
    return end - start <= 30 and all(map(_COMMENT.match, rows[start:end]))
