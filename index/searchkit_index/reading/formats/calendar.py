"""Reads calendars (iCalendar, RFC 5545) and contacts (vCard, RFC 6350), entry by entry."""

import quopri
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from searchkit_index.reading import recurrence, text
from searchkit_index.reading.document import Block
from searchkit_index.reading.heading import clean_title

_PROPERTY = re.compile(
    r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)")
_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VCARD"})
_NAMES = ("SUMMARY", "FN", "N", "ORG")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d*(Z?)|$)")

_DURATION = re.compile(
    r"\+?P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d+S)?)?"
)
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d)( UTC)?")

_MOMENTS = frozenset({"DTSTART", "DUE"})
_LABEL = re.compile(r"_\$!<(.*)>!\$_")  # one of Apple's own labels
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)

# Parts of a calendar that are for programs: reminders, and the rules of a time zone.
_HIDDEN = frozenset({"VALARM", "VTIMEZONE"})
# What a person reads of a calendar, by its name there.
_LABELS = {
    "SUMMARY": "Summary",
    "DTSTART": "When",
    "DUE": "Due",
    "RRULE": "Repeats",
    "LOCATION": "Where",
    "DESCRIPTION": "Description",
    "COMMENT": "Comment",
    "CATEGORIES": "Categories",
    "CONTACT": "Contact",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee",
    "URL": "Url",
    "X-WR-CALNAME": "Calendar",
    "X-WR-CALDESC": "Calendar",
}
# What a person does not read of a contact.
_BOOKKEEPING = frozenset({"VERSION", "PRODID", "UID", "REV", "CLIENTPIDMAP"})


def read(data: bytes) -> list[Block] | None:
    """Read a calendar or contacts; the place of each entry is its day and title."""
    rows = text.decode(data, dump=True).split("\n")  # pictures may be a line each
    if not rows[0].strip().upper().startswith(("BEGIN:VCALENDAR", "BEGIN:VCARD")):
        return None
    blocks: list[Block] = []
    entry, hidden = _Entry(), ""
    is_calendar = rows[0].strip().upper().endswith("VCALENDAR")
    for source, line in _unfolded(rows):
        found = _PROPERTY.fullmatch(line)
        name, value = (found[1].upper(), found[3].strip().upper()) if found else ("", "")
        if name in ("BEGIN", "END"):
            if value in _ENTRIES:
                blocks += entry.blocks()
                entry = _Entry()
            elif value in _HIDDEN:
                hidden = value if name == "BEGIN" else ""
        elif found and not hidden:
            label = _LABELS.get(name, "") if is_calendar else name.capitalize()
            if name in ("DTEND", "DURATION") or (label and name not in _BOOKKEEPING):
                entry.take(source, name, label, found[2], found[3])
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

    def take(self, source: int, name: str, label: str, parameters: str, value: str) -> None:
        """Add a property under a label, unless it is a picture; without one keep its value."""
        capitals = parameters.upper()
        if "ENCODING=B" in capitals or value.startswith("data:"):
            return
        if "QUOTED-PRINTABLE" in capitals:
            value = text.decode_as(quopri.decodestring(value.encode()), _charset(capitals))
        value = _ESCAPE.sub(lambda escape: " " if escape[1] in "nN" else escape[1], value)
        value = " ".join(value.replace(";", " ").split() if name in ("N", "ADR") else value.split())
        value = recurrence.told(value) if name == "RRULE" else _LABEL.sub(r"\1", value)
        if value:
            self._values.setdefault(name, value)
        if value and label:
            if name in ("ORGANIZER", "ATTENDEE"):
                value = " ".join(filter(None, (_name(parameters), _MAILTO.sub("", value))))
            self._rows.append(f"{label}: {(name in _MOMENTS and _moment(value)) or value}")
            self._sources.append(source)

    def blocks(self) -> list[Block]:
        """Return the properties as one block; nothing if there are none."""
        if not self._rows:
            return []
        title = clean_title(
            next((self._values[each] for each in _NAMES if each in self._values), "")
        )
        day = _moment(self._values.get("DTSTART", self._values.get("DUE", "")))[:10]
        place = ": ".join(filter(None, (day, title)))
        depth = 1 if title else None
        return [Block([*map(self._until, self._rows)], self._sources, depth, title, place=place)]

    def _until(self, row: str) -> str:
        """Add the end of an event to the row of its start; the day only where it is another one."""
        end = _moment(self._values.get("DTEND", ""))
        end = _day_before(end) if end and ":" not in end else end
        end = end or _later(row[6:], self._values.get("DURATION", ""))
        if not row.startswith("When: ") or end in ("", row[6:]):
            return row
        return f"{row} – {end.removeprefix(row[6:16] + ' ')}"


def _day_before(day: str) -> str:
    """Return the last day of an event; the format tells the one after it."""
    try:
        return str(date.fromisoformat(day) - timedelta(1))
    except (ValueError, OverflowError):
        return day


def _later(start: str, duration: str) -> str:
    """Return the moment after a time; "" if either is none."""
    when, length = _WHEN.fullmatch(start), _DURATION.fullmatch(duration)
    if not when or not length:
        return ""
    weeks, days, hours, minutes = (int(each or 0) for each in length.groups())
    try:
        begun = datetime.fromisoformat(when[1])
        ended = begun + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return ""
    return f"{ended:%Y-%m-%d %H:%M}{when[2] or ''}"


def _moment(value: str) -> str:
    """Write a day, and its time where it has one, as people do; "" if it is no day."""
    found = _MOMENT.match(value)
    if not found:
        return ""
    year, month, day, hour, minute, zone = found.groups()
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}{' UTC' * bool(zone)}" if hour else "")


def _name(parameters: str) -> str:
    """Return the name of a person that a parameter tells; "" if none does."""
    found = re.search(r";CN=(?:\"([^\"]*)\"|([^;]*))", parameters, re.IGNORECASE)
    return (found[1] or found[2] or "").strip() if found else ""


def _charset(parameters: str) -> str:
    return parameters.partition("CHARSET=")[2].partition(";")[0].strip('"').lower()
