"""Finds the dates in a text, however they are written: `5 March 2024`, `2024-03-05`, `3月5日`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from searchkit.search.months import months_of, names_of
from searchkit_index.marks import marks

# Years of the eras of Japan begin after these, those of the Buddhist era so many earlier.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_BUDDHIST = 543

_YEAR = r"(?P<year>(?:19|20|25)\d\d)"
_DAY = r"(?P<day>\d{1,2})"
_OF = r"(?:(?:of|de|del) |d')?"
_NAME = rf"(?P<name>[^\W\d_](?:[^\W\d_]|[{marks()}]){{1,13}})"
_ORDINAL = r"(?:\.|,|st|nd|rd|th|er|ème|e|º|ª|°|-?го|-?е)?"
# What every line with a date has.
_DATED = re.compile(r"\d|[月월]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_HAN = "〇一二三四五六七八九十"

_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        # 2024-03-05, 2024_3_5, 2024/03/05, 2024. 3. 5.; 2024-03
        rf"(?<![\d.]){_YEAR}(?:[-_/]|\. ?)(?P<month>\d{{1,2}})(?:(?:[-_/]|\. ?){_DAY})?(?!\d)",
        # 20240305
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
        # 05.03.2024, 5. 3. 2024, 5/3/2024, 5-3-2024; 03/2024
        rf"(?<![\d.])(?:{_DAY}(?:[-_/]|\. ?))?(?P<month>\d{{1,2}})(?:[-_/]|\. ?){_YEAR}(?!\d)",
        # 03/05/2024
        rf"(?<![\d.])(?P<month>\d{{1,2}})(?P<sign>[-_/]){_DAY}(?P=sign){_YEAR}(?!\d)",
        # 05.03.24
        r"(?<![\d.])(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<short>\d\d)(?![\d.]*\d)",
        # 2024年3月5日, 3월 5일, 令和6年3月, 五月十九日
        rf"(?:(?:{_YEAR}|(?P<era>令和|平成|昭和)(?P<nth>\d{{1,2}}|元)) ?[年년] ?)?"
        rf"(?<![\d{_HAN}])(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}}) ?[月월]"
        rf"(?: ?(?P<day>\d{{1,2}}|[{_HAN}]{{1,3}}) ?[日日号號일])?",
        # ngày 5 tháng 3 năm 2024
        rf"(?<!\d)(?:{_DAY} )?th[áa]ng (?P<month>\d{{1,2}})(?:,? n[ăa]m {_YEAR})?",
        # 5 March 2024, 5. März, el 5 de marzo de 2024, 5th of March
        rf"(?<!\d){_DAY}{_ORDINAL} ?{_OF}{_NAME}(?:[.,]{{0,2}} {_OF}{_YEAR})?",
        # March 5, 2024; Nov 21st
        rf"(?<!\w){_NAME}\.? {_DAY}{_ORDINAL}(?!\d)(?:,? {_YEAR})?",
        # March 2024, marzo de 2024
        rf"(?<!\w){_NAME}[.,]? {_OF}{_YEAR}(?!\d)",
        # 2024. március 5.
        rf"(?<!\d){_YEAR}\.? {_NAME}(?: {_DAY})?(?!\d)",
    )
]


class Day(NamedTuple):
    """A day, or a month, as far as it is given.

    Attributes:
        year: In the Gregorian calendar; None without one.
        month: From 1 to 12.
        day: From 1 to 31; None for the month as a whole.
    """

    year: int | None
    month: int
    day: int | None

    def holds(self, other: "Day") -> bool:
        """Tell whether another one is this day, or in this month."""
        pairs = zip(self, other, strict=True)
        return all(mine is None or mine == its for mine, its in pairs)

    def spellings(self) -> Iterator[str]:
        """Yield the ways in which it may be written; the names of months in many languages."""
        yield from self._in_digits()
        yield from self._in_signs()
        for name in names_of(self.month):
            yield from self._with(name)

    def _in_digits(self) -> Iterator[str]:
        year, month, day = self
        if day is None:
            yield from (f"{year}-{month:02}", f"{year}-{month}")
            yield from (f"{month:02}/{year}", f"{month}/{year}")
            return
        before, after = (f"{year}-", f"-{year}") if year else ("", "")
        for width in (2, 1):
            yield f"{before}{month:0{width}}-{day:0{width}}"
            yield f"{day:0{width}}-{month:0{width}}{after}"
            yield f"{month:0{width}}-{day:0{width}}{after}"
        if year:
            yield f"{year}{month:02}{day:02}"
            yield f"{day:02}-{month:02}-{year % 100:02}"

    def _in_signs(self) -> Iterator[str]:
        year, month, day = self
        yield (f"{year}年" if year else "") + f"{month}月" + (f"{day}日" if day else "")
        yield (f"{year}년 " if year else "") + f"{month}월" + (f" {day}일" if day else "")
        yield f"{_han(month)}月" + (f"{_han(day)}日" if day else "")
        yield (f"{day} " if day else "") + f"tháng {month}"

    def _with(self, name: str) -> Iterator[str]:
        year, _, day = self
        if day is None:
            years = (year, (year or 0) + _BUDDHIST)
            yield from (f"{name} {each}" for each in years)
            yield from (f"{year} {name}", f"{name} de {year}")
            return
        yield from (f"{day} {name}", f"{day:02} {name}", f"{day} de {name}")
        yield from (f"{name} {day}", f"{name} {day:02}")
        if name.isascii():
            yield from (f"{_ordinal(day)} {name}", f"{_ordinal(day)} of {name}", f"{day} of {name}")
            yield f"{name} {_ordinal(day)}"


class Date(NamedTuple):
    """A date in a text.

    Attributes:
        span: Where it is, in the text as `dates` reads it.
        written: As it is written there.
        days: What it may be: `5/3/2024` is a day of March or of May.
    """

    span: tuple[int, int]
    written: str
    days: frozenset[Day]

    def spellings(self) -> Iterator[str]:
        """Yield the ways in which it may be written, names of months in many languages included."""
        return chain.from_iterable(day.spellings() for day in self.days)

    def is_in(self, text: str) -> bool:
        """Tell whether a text has the date, however it is written there."""
        return any(day.holds(its) for day in self.days for one in dates(text) for its in one.days)


@lru_cache(maxsize=256)
def dates(text: str) -> tuple[Date, ...]:
    """Find the dates in a text.

    Args:
        text: In any language; of a month, a day or a year at least two are given.

    Returns:
        One for each place, in no order; `5 March 2024` holds `March 2024`, which is another one.
    """
    dated = "\n".join(line for line in text.split("\n") if _DATED.search(line))
    plain = _OTHER_DIGIT.sub(_ascii_digit, unicodedata.normalize("NFKC", dated))
    found: dict[tuple[int, int], set[Day]] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            found.setdefault(match.span(), set()).update(_days(match.groupdict()))
    return tuple(Date(at, plain[slice(*at)], frozenset(days)) for at, days in found.items() if days)


def whole_dates(text: str) -> list[Date]:
    """List the dates in a text, without what is part of a longer one."""
    kept: list[Date] = []
    for date in sorted(dates(text), key=lambda date: date.span[0] - date.span[1]):
        start, end = date.span
        if not any(start < other.span[1] and other.span[0] < end for other in kept):
            kept.append(date)
    return kept


def _days(parts: dict[str, str | None]) -> Iterator[Day]:
    """Yield what the parts of a date may be."""
    year, day = _year(parts), _number(parts.get("day"))
    if name := parts.get("name"):
        months = months_of(name)
    else:
        months = frozenset(filter(None, [_number(parts.get("month"))]))
    for month in months:
        if month <= 12 and (day is None or 0 < day <= 31) and (year or day):
            yield Day(year, month, day)


def _year(parts: dict[str, str | None]) -> int | None:
    if era := parts.get("era"):
        nth = parts["nth"] or ""
        return _ERAS[era] + (1 if nth == "元" else int(nth))
    if short := parts.get("short"):
        return 2000 + int(short)
    written = parts.get("year")
    year = int(written) if written else None
    return year - _BUDDHIST if year and year >= 2500 else year


def _number(written: str | None) -> int | None:
    """Read a number of at most 39, in digits or in Chinese."""
    if written is None:
        return None
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_HAN.find(tens) if tens else 1) * 10 * bool(ten) + max(_HAN.find(ones), 0) * bool(ones)


def _ascii_digit(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found[0]))


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_HAN[tens] if tens > 1 else "") + "十" * bool(tens) + (_HAN[ones] if ones else "")


def _ordinal(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{'th' if 10 < day < 14 else ending}"
