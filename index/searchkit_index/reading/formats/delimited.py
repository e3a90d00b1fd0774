"""Reads tables (CSV, TSV) and flashcards that Anki exports: records below the names of columns."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_SEPARATORS = ",;\t|"
_LONGEST_RECORD = 50  # rows: a longer one has a mark that nothing closes
_SAMPLE = 20  # records that are compared with the first

# What only names of columns look like, as `user_id` and `firstName`; and a cell with a value.
_IDENTIFIER = re.compile(r"[a-z]+\d*(?:_[A-Za-z0-9]+|[A-Z][a-z]+)+")
_VALUE = re.compile(r"[^\w\s]*\d[\d\s.,:/%TZ+-]*")
_LONGEST_NAME = 60  # characters

# The lines above exported flashcards, which have markup where one of them says so.
_ANKI = re.compile(r"#separator:.*\n(?:#[a-z ]+:.*\n)*")
_TAG = re.compile(r"<[^<>]{1,400}>|\[sound:[^\]]*\]")

Cells = Sequence[str]


def read(data: bytes) -> list[Block]:
    """Read a table: a block for each record; the names of the columns, if any, are its title."""
    content = text.decode(data, coded=True)
    above = _ANKI.match(content)
    rows, first = content.split("\n"), 0
    if above:
        first = above[0].count("\n")
        rows = [_plain(row) for row in rows] if "#html:true" in above[0] else rows
    line = next((row for row in rows[first:] if row.strip()), "")
    separator = max(_SEPARATORS, key=line.count)
    blocks: list[Block] = []
    head: list[Cells] = []
    for record, cells in _records(rows, separator, first):
        blocks.append(Block(rows[record.start : record.stop], record))
        if len(head) < _SAMPLE and any(cells):
            head.append(cells)
    if not above and (names := _names(head)):
        blocks[0] = replace(blocks[0], depth=1, title=clean_title(", ".join(names)))
    return blocks


def _records(rows: list[str], separator: str, start: int) -> Iterator[tuple[range, Cells]]:
    """Yield the rows and cells of each record; a row with a stray quotation mark is one."""
    while start < len(rows):
        some = rows[start : start + _LONGEST_RECORD]
        reader = csv.reader(some, delimiter=separator, skipinitialspace=True, strict=True)
        try:
            cells = next(reader)
            end = start + reader.line_num
        except csv.Error:
            cells, end = [], start + 1
        yield range(start, end), cells
        start = end


def _names(records: Sequence[Cells]) -> Cells:
    """Return the names of the columns: the first record, unless it is like the others."""
    if len(records) < 2:
        return ()
    names, *others = records
    named = [name for name in names if name.strip()]
    if len(names) < 2 or len(named) + 1 < len(names) or len(set(named)) < len(named):
        return ()
    if any(_VALUE.fullmatch(name) or len(name) > _LONGEST_NAME for name in named):
        return ()
    cells = [cell for record in others for cell in record if cell.strip()]
    values = sum(_VALUE.fullmatch(cell) is not None for cell in cells)
    are_short = len("".join(named)) * len(cells) < 0.6 * len("".join(cells)) * len(named)
    differ = 5 * values >= len(others) or are_short or any(map(_IDENTIFIER.fullmatch, named))
    return named if differ else ()


def _plain(row: str) -> str:
    return re.sub("[ \xa0]+", " ", unescape(_TAG.sub(" ", row)))
