"""Finds the records of a family tree (GEDCOM): people, families, sources, by their names."""

import re

from searchkit_index.chunking.prose import Finder, Heading

FENCE = ""

_RECORD = re.compile(r"\s*0 (@[^@\s]+@) (\w+)\s*(.*)")
_NAME = re.compile(r"\s*1 (?:NAME|TITL) (.*)")
_PARTNER = re.compile(r"\s*1 (?:HUSB|WIFE) (@[^@\s]+@)")


def finder() -> Finder:
    """Make a function that finds records; a family has the names of its partners."""
    return _Records().heading


class _Records:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # by the identifiers of records
        self._partners: dict[str, list[str]] = {}

    def heading(self, rows: list[str], row: int) -> Heading | None:
        if row == 0:
            self._read(rows)
        found = _RECORD.match(rows[row])
        if found is None:
            return None
        partners = (self._names.get(each, "") for each in self._partners.get(found[1], ()))
        return 1, self._names.get(found[1]) or " & ".join(filter(None, partners)), 1

    def _read(self, rows: list[str]) -> None:
        record = ""
        for row in rows:
            if found := _RECORD.match(row):
                record = found[1]
            elif found := _NAME.match(row):
                self._names.setdefault(record, " ".join(found[1].replace("/", " ").split()))
            elif found := _PARTNER.match(row):
                self._partners.setdefault(record, []).append(found[1])
