"""Tells in words when an event of a calendar repeats (a RRULE of RFC 5545)."""

import re
from collections.abc import Iterable

_UNITS = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_DAYS = {
    day[:2].upper(): day
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?([A-Z]{2})")
_WHICH = {
    "1": "first ",
    "2": "second ",
    "3": "third ",
    "4": "fourth ",
    "5": "fifth ",
    "-1": "last ",
}
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMBER = re.compile(r"-?\d{1,4}")


def told(rule: str) -> str:
    """Tell a rule in words; "" if it has none of the known units of time."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    unit = _UNITS.get(parts.get("FREQ", ""))
    if not unit:
        return ""
    interval = parts.get("INTERVAL", "1")
    every = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    days = _and(map(_weekday, parts.get("BYDAY", "").split(",")))
    dates = _and(map(_date, parts.get("BYMONTHDAY", "").split(",")))
    months = _and(map(_month, parts.get("BYMONTH", "").split(",")))
    end, count = _UNTIL.match(parts.get("UNTIL", "")), parts.get("COUNT", "")
    words = (
        every,
        f"on {days}" if days else "",
        f"on {dates}" if dates else "",
        f"in {months}" if months else "",
        f"until {'-'.join(end.groups())}" if end else "",
        f"{count} times" if _NUMBER.fullmatch(count) else "",
    )
    return " ".join(filter(None, words))


def _and(names: Iterable[str]) -> str:
    *others, last = [name for name in names if name] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _weekday(written: str) -> str:
    found = _WEEKDAY.fullmatch(written)
    if not found or found[2] not in _DAYS:
        return ""
    which, day = (found[1] or "").removeprefix("+"), _DAYS[found[2]]
    return f"the {_WHICH[which]}{day}" if which in _WHICH else day


def _date(written: str) -> str:
    if not _NUMBER.fullmatch(written):
        return ""
    return "the last day" if written == "-1" else f"day {written}"


def _month(written: str) -> str:
    is_month = _NUMBER.fullmatch(written) and 1 <= int(written) <= 12
    return _MONTHS[int(written) - 1] if is_month else ""
