"""Titles of plain text: versions, days, chapters, sections, what stands between rules."""

import pytest

from searchkit_index.chunking.chunk import chunks
from searchkit_index.chunking.numbered import numbered
from searchkit_index.chunking.prose import prose_outline
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading.heading import clean_title

WORDS = "some words that stand here to fill a paragraph with nothing but words and more words\n"


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("1.2.3 (2024-01-02)\n------------------\n", {0: "1.2.3 (2024-01-02)"}),
        ("#######\n# One #\n#######\n\na\n\n#######\n# Two #\n#######\n", {0: "One", 6: "Two"}),
        ("-----Original Message-----\nFrom: Ada\n", {0: "Original Message"}),
        ("-----\none\n-----\ntwo\n-----\n", {}),
        ("100\n---\n", {}),
    ],
)
def test_versions_boxes_and_forwarded_messages_have_their_titles(
    text: str, titles: dict[int, str]
) -> None:
    assert prose_outline(text.split("\n"), "plain").titles == titles


def test_a_rule_between_blank_rows_parts_a_text_before_its_paragraphs() -> None:
    scene = f"{WORDS}\n{WORDS}"
    _, second = chunks(f"{scene}\n     * * *\n\n{scene}", LANGUAGES["text"], 80)
    assert second.text.lstrip().startswith("* * *")


@pytest.mark.parametrize(
    "row",
    [
        "Name   Age\n----   ---",
        "a paragraph\nof two rows\n-----------",
        "---",
        "--- a --",
        "*** 12 ***",
    ],
)
def test_a_rule_of_a_table_or_below_a_paragraph_is_no_title(row: str) -> None:
    assert prose_outline(f"{row}\nmore".split("\n"), "plain").titles == {}


@pytest.mark.parametrize(
    "day",
    [
        *(
            "2025-03-01",
            "2025/03/01(土)",
            "2025.03.01",
            "1.3.2025",
            "3/1/2025",
            "2025년 3월 1일 토요일",
        ),
        *("2025年3月1日", "Saturday, March 1, 2025", "1. März 2025:", "sábado, 1 de marzo de 2025"),
        *("суббота, 8 марта 2025", "วันเสาร์ที่ 8 มีนาคม 2568", "2025-03-01 08:15"),
    ],
)
def test_a_day_of_a_diary_had_no_name(day: str) -> None:
    rows = f"{day}\n\nIt rained.\n\n{day}\nSnow.\n\nin 2024 1 2025 it was".split("\n")
    assert set(prose_outline(rows, "plain").titles) == {0, 4}


BOOK = [
    *(
        "BOOK ONE",
        "CHAPTER I.",
        "CHAPTER II. The Pool of Tears",
        "第一部",
        "第二章 帰還",
        "3. bölüm",
    ),
    *("Глава 5. Возвращение", "제5장 총칙", "Kapitel 4 – Der Berg", "Chapitre IV"),
]
LAW = [
    "Section 3 -- Conditions of this public license.",
    "Article 7",
    "Art. 12 Freizügigkeit",
    "§ 433 Pflichten",
    "第一条 目的",
    "제3조(정의)",
    "Статья 9",
]


@pytest.mark.parametrize("titles", [BOOK, LAW])
def test_chapters_and_sections_of_plain_text_had_no_names(titles: list[str]) -> None:
    rows = "\n\nShe slept.\n\n".join([*titles, "BOOK TWO"]).split("\n")
    found = prose_outline(rows, "plain").titles.values()
    assert [clean_title(title) for title in titles if title not in found] == []


@pytest.mark.parametrize(
    "row",
    [
        *("Section 3 of the act says that nobody may swim.", "Part of it was wet", "Act now"),
        *("Letter to Felice", "Chapter and verse", "第一次世界大戦", "artikel in der Zeitung"),
    ],
)
def test_a_sentence_about_a_chapter_is_no_title(row: str) -> None:
    assert prose_outline([row, "", "", row, "", ""], "plain").titles == {}


def test_the_one_date_of_a_letter_is_no_title() -> None:
    assert prose_outline(["1. März 2025", "", "Dear Ada,"], "plain").titles == {}


def test_a_title_in_wide_letters_is_as_wide_as_the_line_below_it() -> None:
    rows = ["三月一日", "========", "", "今日は庭の梅が咲いた。"]
    assert prose_outline(rows, "plain").titles == {0: "三月一日"}


STANDARD = """Table of Contents

   1.  Introduction ... 1

1.  Introduction

   Wombats dig.

1.1.  Terms

   Burrow.

1.1.1 Depth

2.  Keys

   1. Small ones.

A. Wood was here.

3.3 Liters

4. Nothing
"""


def test_numbered_sections_of_a_standard_had_no_names() -> None:
    rows = STANDARD.split("\n")
    found = {rows[row]: depth for row, depth in numbered(rows).items()}
    assert found == {"1.  Introduction": 4, "1.1.  Terms": 5, "1.1.1 Depth": 6, "2.  Keys": 4}
    [*_, last] = chunks(STANDARD.replace("Burrow.", WORDS * 9), LANGUAGES["text"], 64)
    assert last.symbol == "2. Keys"


@pytest.mark.parametrize(
    "text",
    [
        "1. Buy milk\n\n2. Call Ada\n\n3. Sleep\n\nThat is all.",
        "1. Dig\n   deep\n\n2. Rest\n   long\n",
        "1. It is said that wombats dig.\n\nYes.\n\n2. They do!\n\nYes.",
        "1. Only one\n\nYes.",
        "10 Wombats\n\nYes.\n\n11 Wombats\n\nYes.",
    ],
)
def test_items_of_a_list_and_sentences_with_a_number_are_no_titles(text: str) -> None:
    assert numbered(text.split("\n")) == {}
