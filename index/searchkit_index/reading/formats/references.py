"""Reads references as Zotero, EndNote and PubMed export them (RIS, ENW, NBIB)."""

import re
from itertools import pairwise

from searchkit_index.reading import text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_BEGINS = re.compile(r"TY  - |%0 |PMID- ")
_TITLE = re.compile(r"(?:(?:TI|T1|CT|BT)  ?- |%T )(.+)")
_ENDS = re.compile(r"ER  -\s*$")
# Where the record is kept, in the program or among the user's files.
_PLACES = re.compile(r"(?:ID|L[1-4]|AN|DB|DP|LB)  - |%[~>F] ")


def read(data: bytes) -> list[Block] | None:
    """Read references: a section for each, by its title; return None if there are none."""
    rows = text.decode(data).split("\n")
    starts = [at for at, row in enumerate(rows) if _BEGINS.match(row)]
    records = (range(start, end) for start, end in pairwise([*starts, len(rows)]))
    return [block for record in records if (block := _record(rows, record))] or None


def _record(rows: list[str], record: range) -> Block | None:
    shown = [at for at in record if rows[at].strip() and not _is_hidden(rows[at])]
    title = next((found[1] for at in shown if (found := _TITLE.match(rows[at]))), "")
    return Block([rows[at] for at in shown], shown, 1, clean_title(title)) if shown else None


def _is_hidden(row: str) -> bool:
    return bool(_PLACES.match(row) or _ENDS.match(row))
