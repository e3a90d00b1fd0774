"""What a question spells otherwise is found: dates, numbers, words apart or together."""

from pathlib import Path

import pytest

from searchkit import Hit
from searchkit.search.spellings import Number, otherwise, spelled
from searchkit_index import words


def first(open_index, root: Path, question: str) -> Hit:
    with open_index(root) as index:
        index.build()
        return index.search(question)[0]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Days of a diary, beside what has their numbers and names, a log and a note."""
    days = {
        "diary/2024-03-05.md": "Planted leeks.",
        "diary/2024-03-06.md": "Fixed the boiler.",
        "diary/2024-05-05.md": "Sold the bicycle on 6 March, the 5th one in 2024.",
        "diary/2023-03-05.md": "March is cold. 5 eggs, 2024 nails.",
    }
    (tmp_path / "diary").mkdir()
    for path, text in days.items():
        (tmp_path / path).write_text(f"{text}\n")
    (tmp_path / "log.md").write_text(
        "# Log\n\n- 30.06.2023 roof mended\n- 1. Juli 2023 paid 2.780,40\n- call 06 12 34 56 78\n"
    )
    (tmp_path / "flat.md").write_text("Kaltmiete 950, im Wohnzimmer ein Ofen. Zu Hà Nội: Karten.\n")
    return tmp_path


@pytest.mark.parametrize(
    "question",
    [
        "5 March 2024",
        "March 5, 2024",
        "05.03.2024",
        "am 5. März 2024",
        "2024年3月5日",
        "5 марта 2024",
    ],
)
def test_a_day_was_found_only_as_its_file_is_named(notes: Path, open_index, question: str) -> None:
    assert first(open_index, notes, question).path == "diary/2024-03-05.md"


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("30 June 2023", "- 30.06.2023 roof mended"),
        ("what was paid on 07/01/2023", "- 1. Juli 2023 paid 2.780,40"),
        ("2780.40", "- 1. Juli 2023 paid 2.780,40"),
        ("0612345678", "- call 06 12 34 56 78"),
        ("+33 6 12345678", "- call 06 12 34 56 78"),
    ],
)
def test_the_line_with_a_date_or_number_was_not_shown(
    notes: Path, open_index, question: str, line: str
) -> None:
    hit = first(open_index, notes, question)
    assert (hit.path, hit.excerpt) == ("log.md", line)


@pytest.mark.parametrize("question", ["Kalt Miete", "Hanoi"])
def test_words_that_are_apart_or_together_elsewhere_were_not_found(
    notes: Path, open_index, question: str
) -> None:
    with open_index(notes) as index:
        index.build()
        (hit, *_) = index.search(question, mode="lexical")
    assert hit.path == "flat.md"


@pytest.mark.parametrize(
    ("question", "path"),
    [("リンゴ", "a.md"), ("りんご", "a.md"), ("めがね", "b.md"), ("メガネ", "b.md")],
)
def test_a_word_in_the_other_kana_was_not_found(
    tmp_path: Path, open_index, question: str, path: str
) -> None:
    (tmp_path / "a.md").write_text("青森からりんごが届いた。\n")
    (tmp_path / "b.md").write_text("新しいメガネを買う。\n")
    with open_index(tmp_path) as index:
        index.build()
        hits = index.search(question, mode="lexical")
    assert [hit.path for hit in hits] == [path]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("91122333", "Phone: +47 911 22 333"),
        ("+47 911 22 333", "91122333"),
        ("030 4455667", "+49 (30) 44 55-667"),
        ("1,234,567", "1234567 rows"),
        ("1234.56", "1.234,56 EUR"),
        ("DE12 3456 7890 1234", "DE12 34567890 1234"),
    ],
)
def test_the_groups_of_a_number_say_nothing(number: str, text: str) -> None:
    (found,) = spelled(number)
    assert isinstance(found, Number)
    assert found.is_in(text)
    assert not found.is_in(text.translate(str.maketrans("25", "88")))


@pytest.mark.parametrize("question", ["00000000", "+0000 0000", "00000012", "+00 00 01", "0" * 25])
def test_a_number_of_noughts_ended_the_search(notes: Path, open_index, question: str) -> None:
    assert first(open_index, notes, question).path
    for number in spelled(question):
        assert all(len(each.replace(" ", "")) > 4 for each in number.spellings())
        assert not number.is_in("March is cold. 5 eggs, 2024 nails, 12 bolts.")


def test_a_number_is_no_part_of_a_longer_one() -> None:
    assert not Number("12345").is_in("9123456")
    assert not Number("12345").is_in("912345")


def test_only_spellings_that_the_folder_may_hold_are_looked_for() -> None:
    held = {"030": 1, "4455": 2, "667": 1, "time": 3, "out": 5}

    def count(terms):
        return {term: held[term] for term in terms if term in held}

    def sought(question: str) -> list[list[str]]:
        return list(otherwise(question, dict.fromkeys(words.terms(question), 0), count))

    assert sought("0304455667") == [["030 4455 667"]]
    assert sought("timeout") == [["time out"]]
    assert sought("how is it locked") == []


def test_dates_and_long_numbers_of_a_pasted_log_are_few() -> None:
    log = "\n".join(f"2024-11-{day:02} 10:00:00,123 took 38411{day} ms" for day in range(1, 29))
    assert len(spelled(log * 100)) == 4
    assert sum(1 for _ in Number("3704004405320130001").spellings()) < 100
