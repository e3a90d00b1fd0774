"""Finds headings of Markdown: number signs before the title, or an underline below it."""

import re

from searchkit_index.chunking.prose import LIST_ITEM, Finder, Heading

# The language may be in braces, or after a directive in braces.
FENCE = (
    r"\s*(?:(?:[-*+]|\d{1,3}[.)])\s+|>\s*)*(`{3,}|~{3,})\s*"
    r"(?:\{(?:code|code-block|code-cell|sourcecode)\}\s*)?\{?\.?(?P<language>[\w+#-]+)?"
)

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?[\s#]*$")
# The end of a title that is a part of it, as in `C#`.
_SHARP = re.compile(r"(?<=[^\W_])#\s*$")
# The attributes after a title: `{#name .class}`, `{: #name}`, `{-}`, `{/*name*/}`.
_ATTRIBUTES = re.compile(r"\s*\{(?::\s*)?(?:[#.][^{}]*|-|/\*[^{}]*\*/\s*)\}[\s#]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_LONGEST_MATTER = 200  # lines of front matter
# The line of front matter that names the page.
_TITLE = re.compile(r"title\s*[:=]\s*(.*)", re.IGNORECASE)


def finder() -> Finder:
    """Make a function that finds headings; the title of the front matter is above all of them."""
    return _Headings().heading


class _Headings:
    def __init__(self) -> None:
        self._title = ""

    def heading(self, rows: list[str], row: int) -> Heading | None:
        found = _front_matter(rows) if row == 0 else _heading(rows, row)
        if row == 0:
            self._title = found[1] if found else ""
            return found or _heading(rows, row)
        # A first-level heading that repeats the title is the title.
        repeats = found and found[0] == 1 and found[1].strip() == self._title
        return (0, *found[1:]) if found and repeats else found


def _front_matter(rows: list[str]) -> Heading | None:
    """Find the title in the front matter, which is between two lines of three dashes or pluses."""
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
        title = _ATTRIBUTES.sub("", found[2] or "")
        return len(found[1]), f"{title}#" if _SHARP.search(line) else title, 1
    below = _UNDERLINE.match(rows[row + 1]) if row + 1 < len(rows) else None
    if not below or not line.strip() or line[:1] in " \t|>" or LIST_ITEM.match(line):
        return None
    if row and rows[row - 1].strip():  # the last line of a paragraph
        return None
    return 1 if below[1][0] == "=" else 2, _ATTRIBUTES.sub("", line), 2
