"""Reads bibliographies (BibTeX): one section for each entry, titled by its key and title."""

import re

from searchkit_index.reading import tex, text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_ENTRY = re.compile(r"\s*@(\w+)\s*[{(]\s*([^\s,{}]*)")
# What is no entry: remarks of programs, abbreviations, the beginning of the document.
_NO_ENTRY = frozenset(["comment", "string", "preamble"])
# A title, up to the next field on the same line.
_TITLE = re.compile(r"(?:^|[,{])\s*title\s*=\s*[{\"]*(.+?)(?=,\s*[\w-]+\s*=|$)", re.IGNORECASE)


def read(data: bytes) -> list[Block]:
    """Read a bibliography; each line of the file is one line of the blocks."""
    rows = text.decode(data).split("\n")
    starts = [row for row, line in enumerate(rows) if _ENTRY.match(line)]
    ends = [*starts, len(rows)]
    blocks = [Block(rows[: ends[0]], range(ends[0]))] if ends[0] else []
    for start, end in zip(starts, ends[1:], strict=True):
        entry = [_first(rows[start]), *map(tex.plain, rows[start + 1 : end])]
        blocks.append(Block(entry, range(start, end), 1, _title(entry)))
    return blocks


def _first(row: str) -> str:
    """Format the line with the key, whose brace is not one of TeX."""
    entry = _ENTRY.match(row)
    return f"{entry[0]}{tex.plain(row[entry.end() :])}" if entry else row


def _title(rows: list[str]) -> str:
    """Return the key of an entry and the first line of its title; "" for what is no entry."""
    entry = _ENTRY.match(rows[0])
    if entry is None or entry[1].lower() in _NO_ENTRY:
        return ""
    title = next((found[1] for row in rows if (found := _TITLE.search(row))), "")
    return clean_title(": ".join(filter(None, (entry[2], title.strip(' ",')))))
