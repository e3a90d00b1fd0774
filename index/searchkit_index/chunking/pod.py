"""Finds the sections of a manual that stands between the code of Perl."""

import re
from dataclasses import dataclass, field

from searchkit_index.reading.heading import clean_title

_COMMAND = re.compile(r"=([a-z]\w*)(?:\s(.*))?")
# The mark of an item in a list: a bullet, a number.
_BULLET = re.compile(r"\s*(?:\*|-|\d+[.)]?)(?:\s|$)")
# Letters in a style, or a link: `C<dig>`.
_STYLED = re.compile(r"[BCFILSX]<+([^<>]*)>+")


@dataclass(slots=True)
class Manual:
    """The rows of a source file, with its manual and its code apart.

    Attributes:
        levelled: All rows; those of a section are indented below its heading.
        code: All rows; those of the manual are blank.
        titles: The headings, and the items that have a name, by their rows.
        above: For the first row of code below a manual, the row of the last title in that.
    """

    levelled: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    above: dict[int, int] = field(default_factory=dict)


def manual_of(rows: list[str]) -> Manual:
    """Find the manual of a source file: rows from a command (`=head1`) up to `=cut`."""
    found, depth = Manual(), 0  # the columns of the text of the section; 0 outside of a manual
    head = last = None  # the rows of the last heading and of the last title
    for at, row in enumerate(rows):
        command = _COMMAND.match(row)
        name, title = (command[1], (command[2] or "").strip()) if command else ("", "")
        if not depth and name in ("", "cut"):
            found.levelled.append(row)
            found.code.append(row)
            if last is not None and row.strip():
                found.above[at], head, last = last, None, None
            continue
        margin = 0 if not depth or name.startswith("head") else 1 if name == "item" else depth
        if name.startswith("head") or (name == "item" and not _BULLET.match(title)):
            found.titles[at] = clean_title(_STYLED.sub(r"\1", title))
            head, last = head if name == "item" else at, at
        last = head if name == "back" else last
        depth = 0 if name == "cut" else 2 if name == "item" else 1 if name else depth
        found.levelled.append(" " * margin + row if row.strip() else row)
        found.code.append("")
    return found
