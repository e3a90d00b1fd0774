"""Dates are found in every notation, in questions and in texts."""

import time

import pytest

from searchkit.search.dates import Day, dates, whole_dates
from searchkit.search.months import _NAMES, months_of, names_of
from searchkit_index import words


def days(text: str) -> set[tuple[int | None, int, int | None]]:
    return {tuple(day) for date in whole_dates(text) for day in date.days}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-03-05",
            "2024-03-05.md",
            "2024_3_5",
            "2024/03/05",
            "20240305T101500",
            "2024. 3. 5.",
        ),
        *("05.03.2024", "5. 3. 2024", "05.03.24", "IMG_20240305_1015.jpg"),
        *("5 March 2024", "March 5, 2024", "the 5th of March 2024", "Mar 5 2024", "5 Mar. 2024"),
        *("am 5. März 2024", "5. Mär 2024", "el 5 de marzo de 2024", "le 5 mars 2024"),
        *(
            "5 marca 2024",
            "5. března 2024",
            "5. maaliskuuta 2024",
            "2024. március 5.",
            "5 Mart 2024",
        ),
        *("5 марта 2024 г.", "5 березня 2024", "5 Μαρτίου 2024", "ngày 5 tháng 3 năm 2024"),
        *("2024年3月5日", "２０２４年３月５日", "2024년 3월 5일", "令和6年3月5日", "5 มีนาคม 2567"),
        *("٥ مارس ٢٠٢٤", "5 מרץ 2024", "5 मार्च 2024"),
    ],
)
def test_a_day_is_the_same_in_every_notation(text: str) -> None:
    assert days(text) == {(2024, 3, 5)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/5/2024", {(2024, 3, 5), (2024, 5, 3)}),
        ("March 2024", {(2024, 3, None)}),
        ("03/2024", {(2024, 3, None)}),
        ("2024年3月", {(2024, 3, None)}),
        ("Nov 21st", {(None, 11, 21)}),
        ("五月十九日", {(None, 5, 19)}),
        ("listopad 2024", {(2024, 10, None), (2024, 11, None)}),
        ("令和元年5月1日", {(2019, 5, 1)}),
    ],
)
def test_what_a_date_leaves_open_is_left_open(text: str, expected: set[object]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1.2.3",
            "7.2.1",
            "192.168.178.31",
            "10.10.10.10",
            "99/99/2024",
            "2024-13-40",
            "20249999",
        ),
        *("may be 5 of them", "5 marshes", "port 8080", "in 2024", "march on", "month 3", ""),
    ],
)
def test_versions_addresses_and_words_are_no_dates(text: str) -> None:
    assert not days(text)


def test_a_month_holds_its_days_and_a_day_without_a_year_those_of_all_years() -> None:
    assert Day(2024, 3, None).holds(Day(2024, 3, 5))
    assert Day(None, 3, 5).holds(Day(2024, 3, 5))
    assert not Day(2024, 3, 5).holds(Day(2024, 3, None))
    assert not Day(2024, 3, 5).holds(Day(2023, 3, 5))


def test_every_language_has_twelve_months_whose_names_are_read_back() -> None:
    assert all(len(names.split()) == 12 for names in _NAMES.values())
    for month in range(1, 13):
        assert all(month in months_of(name) for name in names_of(month))


@pytest.mark.parametrize("day", [Day(2024, 3, 5), Day(2024, 3, None), Day(None, 3, 5)])
def test_a_date_is_looked_for_in_the_spellings_that_are_read(day: Day) -> None:
    spelled = [text for text in day.spellings() if words.terms(text)]
    sought = Day(None if day.day else day.year, day.month, day.day)
    read = [text for text in spelled if any(sought.holds(it) for d in dates(text) for it in d.days)]
    assert len(read) > 0.9 * len(spelled)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1.",
        "5 ",
        "march ",
        "2024",
        "a",
        "5 5 march 2024 ",
        "2024-",
        "十",
        "令和",
        "5 de ",
        "กิ",
        "th",
    ],
)
def test_a_long_line_took_time_that_grew_with_its_square(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        dates.__wrapped__(text)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(80_000) < 40 * max(seconds(10_000), 0.002)
