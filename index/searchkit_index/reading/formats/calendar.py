"""Reads calendars (iCalendar, RFC 5545) and contacts (vCard, RFC 6350), entry by entry."""

import quopri
import re
from collections.abc import Iterator

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, clean_title

_PROPERTY = re.compile(
    r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)")
_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VCARD"})
_NAMES = ("SUMMARY", "FN", "N", "ORG")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T|$)")


def read(data: bytes) -> list[Block] | None:
    """Read a calendar or contacts; the place of each entry is its day and title."""
    rows = text.decode(data, dump=True).split("\n")  # pictures may be a line each
    if not rows[0].strip().upper().startswith(("BEGIN:VCALENDAR", "BEGIN:VCARD")):
        return None
    blocks: list[Block] = []
    entry = _Entry()
    for source, line in _unfolded(rows):
        if found := _PROPERTY.fullmatch(line):
            name, value = found[1].upper(), found[3].strip().upper()
            if name == "BEGIN" and value in _ENTRIES:
                blocks += entry.blocks()
                entry = _Entry()
            entry.take(source, name, found[2].upper(), found[3])
            if name == "END" and value in _ENTRIES:
                blocks += entry.blocks()
                entry = _Entry()
    return [*blocks, *entry.blocks()]


def _unfolded(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the properties, whose lines may be folded, each with the number of its first line."""
    start, parts, is_quoted = 0, list[str](), False
    for number, row in enumerate(rows):
        if parts and (row[:1] in (" ", "\t") or (is_quoted and parts[-1].endswith("="))):
            parts.append(row if is_quoted else row[1:])
            continue
        yield start, "\n".join(parts) if is_quoted else "".join(parts)
        start, parts = number, [row]
        is_quoted = "QUOTED-PRINTABLE" in row.partition(":")[0].upper()
    yield start, "\n".join(parts) if is_quoted else "".join(parts)


class _Entry:
    """Collects the properties of one event, task or person."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._sources: list[int] = []
        self._values: dict[str, str] = {}

    def take(self, source: int, name: str, parameters: str, value: str) -> None:
        """Add a property, unless it only delimits a component, or is a picture."""
        if name in ("BEGIN", "END") or "ENCODING=B" in parameters or value.startswith("data:"):
            return
        if "QUOTED-PRINTABLE" in parameters:
            value = text.decode_as(quopri.decodestring(value.encode()), _charset(parameters))
        value = _ESCAPE.sub(lambda escape: " " if escape[1] in "nN" else escape[1], value)
        value = " ".join(value.replace(";", " ").split() if name in ("N", "ADR") else value.split())
        if value:
            self._values.setdefault(name, value)
            self._rows.append(f"{name.capitalize()}: {value}")
            self._sources.append(source)

    def blocks(self) -> list[Block]:
        """Return the properties as one block; nothing if there are none."""
        if not self._rows:
            return []
        title = clean_title(
            next((self._values[each] for each in _NAMES if each in self._values), "")
        )
        day = _DATE.match(self._values.get("DTSTART", self._values.get("DUE", "")))
        place = ": ".join(filter(None, ("-".join(day.groups()) if day else "", title)))
        depth = 1 if title else None
        return [Block(self._rows, self._sources, depth, title, place=place)]


def _charset(parameters: str) -> str:
    return parameters.partition("CHARSET=")[2].partition(";")[0].strip('"').lower()
