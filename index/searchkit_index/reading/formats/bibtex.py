"""Reads bibliographies (BibTeX): one section for each entry, titled by what it lists."""

import re

from searchkit_index.reading import tex, text
from searchkit_index.reading.document import Block, clean_title

_ENTRY = re.compile(r"\s*@(\w+)\s*[{(]\s*([^\s,{}]*)")
_TITLE = re.compile(r"\s*title\s*=\s*[{\"]*(.+)", re.IGNORECASE)


def read(data: bytes) -> list[Block]:
    """Read a bibliography; every line of the file is one line of its blocks."""
    rows = text.decode(data).split("\n")
    starts = [row for row, line in enumerate(rows) if _ENTRY.match(line)]
    ends = [*starts, len(rows)]
    whole = [Block(rows[: ends[0]], range(ends[0]))] if ends[0] else []
    for start, end in zip(starts, ends[1:], strict=True):
        said = [_first(rows[start]), *map(tex.plain, rows[start + 1 : end])]
        whole.append(Block(said, range(start, end), 1, _title(said)))
    return whole


def _first(row: str) -> str:
    """Read the line of the key, whose brace is not one of TeX."""
    entry = _ENTRY.match(row)
    return f"{entry[0]}{tex.plain(row[entry.end() :])}" if entry else row


def _title(rows: list[str]) -> str:
    """Return the key of an entry and the first line of its title."""
    entry = _ENTRY.match(rows[0])
    title = next((found[1] for row in rows if (found := _TITLE.match(row))), "")
    key = entry[2] if entry else ""
    return clean_title(": ".join(filter(None, (key, title.strip(' ",')))))
