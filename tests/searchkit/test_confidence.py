"""When a match is weak: what is read of a hit, and with which constants."""

from pathlib import Path

import pytest

from searchkit import Index, load_embedder
from searchkit.config import Settings
from searchkit.ranking.confidence import Calibration, Field, confidence, evidence
from searchkit.ranking.naming import Question
from searchkit.ranking.ranked import Part, Ranked
from searchkit.search.lexical import asked_terms

QUESTION = Question({"soup": 3.0, "onion": 1.0}, ["soup"], "onion soup")
FITTED = Calibration(0.6, (-5.0, 10.0, 1.0, 2.0))
FIELD = Field([], 0)


def hit(kind: str = "prose", **parts: Part) -> Ranked:
    return Ranked(1, "soup.md", kind=kind, parts=parts)


def test_evidence_is_what_both_sides_say_and_what_a_hit_stands_among() -> None:
    first = hit(semantic=Part(5, 0.5), lexical=Part(2, 0.3))
    told = evidence(first, QUESTION, Field([first], 9))
    expected = (0.5, 0.3, 1.0, 1.0986, 0.0, -0.1915, 0.0)
    assert told == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("rule", ["definition", "quoted"])
def test_what_was_asked_for_by_its_name_was_called_weak(rule: str) -> None:
    named, other = (Ranked(1, "a.py", parts={"semantic": Part(1, 0.1)}) for _ in range(2))
    named.shares, other.shares = {rule: 0.5}, {"name": 0.5}
    named.quoted, other.quoted = (0.3, 0.2) if rule == "quoted" else (0.0, 0.0)
    sure, unsure = (confidence(each, QUESTION, FITTED, FIELD) for each in (named, other))
    assert sure is not None
    assert unsure is not None
    assert sure > 0.8 > 0.1 > unsure
    assert confidence(named, QUESTION, None, FIELD) is None


def test_a_hit_leads_by_what_no_other_file_reaches() -> None:
    first, beside, other = (
        Ranked(number, path, shares={"file": score})
        for number, (path, score) in enumerate([("a.md", 0.8), ("a.md", 0.7), ("b.md", 0.6)])
    )
    field = Field([first, beside, other], 3)
    assert field.lead(first) == pytest.approx(0.25)
    assert field.lead(beside) == pytest.approx(1 - 0.6 / 0.7)
    assert field.lead(other) == 0
    assert Field([], 0).lead(hit()) == 0


def test_less_is_asked_of_a_match_among_a_few_chunks() -> None:
    few, more, many, most = (Field([], chunks).chance() for chunks in (3, 30, 3_000, 30_000))
    assert more - few > 1.5 * (most - many) > 0
    assert most - many == pytest.approx(2.303, abs=0.05)
    assert Field([], 0).chance() <= Field([], 1).chance()


def test_a_pasted_page_is_no_surer_than_a_long_sentence() -> None:
    sentence, page = (
        Question({f"word{at}": 1.0 for at in range(count)}, []) for count in (15, 1_500)
    )
    first = hit(semantic=Part(1, 0.2))
    told = [evidence(first, asked, Field([first], 98)) for asked in (QUESTION, sentence, page)]
    assert told[0] < told[1] == told[2]


@pytest.mark.parametrize(
    ("question", "kind", "told"),
    [
        ("how are requests sent", "code", 1.0),
        ("how are requests sent", "prose", 0.0),
        ("wie werden Anfragen verschickt", "code", 0.0),
        ("リクエストの送り方", "definition", 0.0),
    ],
)
def test_more_is_asked_of_code_where_the_question_is_in_its_language(
    question: str, kind: str, told: float
) -> None:
    first = hit(kind, semantic=Part(1, 0.5))
    assert evidence(first, Question({}, [], question), FIELD)[-1] == told


def test_weights_that_a_card_does_not_give_are_none() -> None:
    code, prose = hit("code", semantic=Part(1, 0.5)), hit("prose", semantic=Part(1, 0.5))
    assert confidence(code, QUESTION, FITTED, FIELD) == pytest.approx(0.5)
    assert confidence(prose, QUESTION, FITTED, FIELD) == pytest.approx(0.8808, abs=1e-4)


def test_a_cosine_without_constants_says_nothing_and_words_alone_something() -> None:
    assert confidence(hit(semantic=Part(1, 0.9)), QUESTION, None, FIELD) is None
    assert confidence(hit(semantic=Part(1, 0.9)), QUESTION, Calibration(0.6, ()), FIELD) is None
    weak, sure = (
        confidence(hit(lexical=Part(1, score)), QUESTION, None, FIELD) for score in (0.05, 0.8)
    )
    assert weak is not None
    assert sure is not None
    assert weak < 0.5 < sure


@pytest.mark.parametrize("question", ["before", "quick"])
def test_a_word_that_a_note_has_was_called_weak(tmp_path: Path, question: str) -> None:
    for number in range(40):
        text = f"The tax form {number} is due on Monday, so ask the office for the paper.\n"
        (tmp_path / f"{number}.md").write_text(text * 4)
    note = "Take the scarf before the frost; the train is quick, and the lake is far away.\n"
    (tmp_path / "walk.md").write_text(note)
    with Index(tmp_path, load_embedder("nano"), Settings()) as index:
        index.build()
        first, *_ = index.search(question)
        other, *_ = index.search(f"{question} okapi")
    assert first.path == "walk.md"
    assert first.confidence is not None
    assert other.confidence is not None
    assert first.confidence >= 0.9 > 0.5 > other.confidence


@pytest.mark.parametrize(
    ("text", "keywords"),
    [
        ("onion soup", {"onion", "soup"}),
        ("how is the soup", set()),
        ("onion soup with leeks", set()),
        ("one two three four", set()),
        ("学習率", {"学习", "习率"}),
    ],
)
def test_keywords_are_all_that_a_short_question_says(text: str, keywords: set[str]) -> None:
    weights = dict.fromkeys(asked_terms(text), 1.0)
    assert Question(weights, weights, text).keywords == keywords
