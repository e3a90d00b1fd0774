"""Reads tables (CSV, TSV) and flashcards that Anki exports: records below the names of columns."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_SEPARATORS = ",;\t|"
_LONGEST_RECORD = 50  # rows: a longer one has a mark that nothing closes
_SAMPLE = 20  # records that are compared with the first
_FEWEST_CELLS = 3  # and records, of a table that begins below other rows

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
    start, separator = _start(rows, first)
    blocks: list[Block] = []
    head: list[Cells] = []
    top = 0  # the block of the first record that holds anything
    for record, cells in _records(rows, separator, first):
        blocks.append(Block(rows[record.start : record.stop], record))
        if len(head) < _SAMPLE and any(cells) and record.start >= start:
            top = top if head else len(blocks) - 1
            head.append(cells)
    if not above and (names := _names(head)):
        top = top if start else 0
        blocks[top] = replace(blocks[top], depth=1, title=clean_title(", ".join(names)))
    return blocks


def _start(rows: Sequence[str], first: int) -> tuple[int, str]:
    """Return the row where a table begins, 0 for the first, and what parts its cells.

    Banks write whose account it is above the table, in rows with fewer cells.
    """
    some = [(at, row) for at, row in enumerate(rows[first:], first) if row.strip()][:_SAMPLE]
    line = some[0][1] if some else ""
    separator = max(_SEPARATORS, key=line.count)
    usual = {mark: _usual([row.count(mark) for _, row in some]) for mark in _SEPARATORS}
    if line.count(separator) == usual[separator][0]:
        return 0, separator
    mark = max(usual, key=lambda each: usual[each][0] * usual[each][1])
    cells, times = usual[mark]
    if cells < _FEWEST_CELLS - 1 or times < _FEWEST_CELLS:
        return 0, separator
    return next(at for at, row in some if row.count(mark) == cells), mark


def _usual(counts: Sequence[int]) -> tuple[int, int]:
    """Return the count that tells most cells, and how often it is there; zeros for none."""
    times = Counter(filter(None, counts))
    return max(times.items(), key=lambda each: each[0] * each[1], default=(0, 0))


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
