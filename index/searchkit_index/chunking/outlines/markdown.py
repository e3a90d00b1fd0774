"""Finds headings of Markdown: number signs before the title, or a line drawn below it."""

import re

from searchkit_index.chunking.prose import LIST_ITEM, Finder, Heading

# The language may stand in braces, or behind a directive in braces.
FENCE = (
    r"\s*(?:(?:[-*+]|\d{1,3}[.)])\s+|>\s*)*(`{3,}|~{3,})\s*"
    r"(?:\{(?:code|code-block|code-cell|sourcecode)\}\s*)?\{?\.?(?P<language>[\w+#-]+)?"
)

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?[\s#]*$")
# What stands behind a title for programs alone: `{#name .class}`, `{: #name}`, `{-}`.
_ATTRIBUTES = re.compile(r"\s*\{(?::\s*)?(?:[#.][^{}]*|-)\}[\s#]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")


# Lines of front matter at most, and what in it names the page.
_LONGEST_MATTER = 200
_TITLE = re.compile(r"title\s*[:=]\s*(.*)", re.IGNORECASE)


def finder() -> Finder:
    """Make a function that finds headings; the title of the front matter stands above them all."""
    return _Headings().heading


class _Headings:
    def __init__(self) -> None:
        self._title = ""

    def heading(self, rows: list[str], row: int) -> Heading | None:
        found = _front_matter(rows) if row == 0 else _heading(rows, row)
        if row == 0:
            self._title = found[1] if found else ""
            return found or _heading(rows, row)
        # A heading that says the title again is the same one.
        again = found and found[0] == 1 and found[1].strip() == self._title
        return (0, *found[1:]) if found and again else found


def _front_matter(rows: list[str]) -> Heading | None:
    """Read what is between two lines of three dashes or pluses at the top."""
    mark = rows[0].rstrip()
    inner = rows[1:_LONGEST_MATTER] if mark in ("---", "+++") else []
    end = next((row for row, line in enumerate(inner, 1) if line.rstrip() == mark), None)
    if end is None:
        return None
    titles = (_TITLE.match(line) for line in rows[1:end])
    title = next((found[1].strip(" \"'") for found in titles if found), "")
    return (0, title, end + 1) if title else None


def _heading(rows: list[str], row: int) -> Heading | None:
    line = rows[row]
    if found := _HEADING.match(line):
        return len(found[1]), _ATTRIBUTES.sub("", found[2] or ""), 1
    below = _UNDERLINE.match(rows[row + 1]) if row + 1 < len(rows) else None
    if not below or not line.strip() or line[:1] in " \t|>" or LIST_ITEM.match(line):
        return None
    alone = row == 0 or not rows[row - 1].strip()
    title = _ATTRIBUTES.sub("", line)
    return (1 if below[1][0] == "=" else 2, title, 2) if alone else None
