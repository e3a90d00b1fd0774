"""A word that a folder lacks is searched by the words that mean the same there."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchkit import Index, Workspace, load_embedder
from searchkit.config import Settings
from searchkit.hits.excerpt import as_written, by_typed_word, terms_to_mark
from searchkit.ranking.naming import Question
from searchkit.search import lexical, near_words
from searchkit.search.near_words import NearWords
from searchkit.search.query_vector import QueryVector
from searchkit_index import words
from searchkit_index.catalog.records import Model

NOTES = {
    "teeth.txt": "Saw the dentist on Tuesday, the crown is loose.",
    "bike.txt": "The bicycle needs a new chain before spring.",
    "bread.txt": "Bake the bread in a very hot oven with steam.",
    "garden.txt": "Pruned the apple tree, and sowed the carrots.",
    "taxes.txt": "The tax office wants the form by the end of May.",
    "boat.txt": "Painted the hull, the mast comes next week.",
}


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of English notes with the shipped model."""
    home = tmp_path_factory.mktemp("notes")
    root = home / "notes"
    root.mkdir()
    for name, text in NOTES.items():
        (root / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_HOME", str(home / "home"))
        with Index(root, load_embedder("nano"), Settings()) as index:
            index.build()
            yield index


@pytest.mark.parametrize(
    ("question", "path", "word"),
    [
        ("Zahnarzt", "teeth.txt", "dentist"),
        ("bicicleta", "bike.txt", "bicycle"),
        ("четверг хлеб", "bread.txt", "bread"),
        ("велосипед", "bike.txt", "bicycle"),
    ],
)
def test_a_word_of_another_language_is_found_and_marked(
    notes: Index, question: str, path: str, word: str
) -> None:
    hit = notes.search(question, limit=1)[0]
    assert hit.path == path
    assert "lexical" in hit.shares
    assert word in hit.terms


def test_no_answer_said_for_which_word_a_marked_one_stands(notes: Index) -> None:
    found = {hit.path: hit for hit in notes.search("das Velo, ZAHNARZT", limit=6)}
    assert found["teeth.txt"].near == {"ZAHNARZT": ["dentist"]}
    assert found["bike.txt"].near == {"Velo": ["bike", "bicycle"]}
    assert found["bike.txt"].record()["near"] == found["bike.txt"].near
    assert found["garden.txt"].near == {}


def test_a_word_of_a_name_or_of_two_terms_is_told_as_it_is_written() -> None:
    terms = {"retry": 1, "retrycount": 1, "自転": 1, "転车": 1, "zahnarzte": 1, "absent": 1}
    written = as_written("RetryCount of 自転車, Zahnärzte", terms)
    assert written == {
        "retry": "Retry",
        "retrycount": "retrycount",
        "自転": "自転車",
        "転车": "自転車",
        "zahnarzte": "Zahnärzte",
    }
    near = {"自転": ["bike", "bicycle"], "fahrrad": ["bike"], "zahnarzte": ["dentist"]}
    assert by_typed_word("自転車, Zahnärzte", near) == {
        "自転車": ["bike", "bicycle"],
        "fahrrad": ["bike"],
        "Zahnärzte": ["dentist"],
    }


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("リクエストの再試行はどこ", {"リク": "リクエスト", "再试": "再試行"}),
        ("구성 파일을", {"구성": "구성", "파일": "파일을"}),
        ("解析命令行参数", {t: t for t in ("解析", "析命", "命令", "令行", "行参", "参数")}),
        ("retry的次数", {"retry": "retry", "的次": "的次数"}),
        ("予約の検索は", {"予约": "予约", "検索": "検索"}),
        ("ไฟล์การตั้งค่า", {}),
    ],
)
def test_parts_of_japanese_and_korean_words_were_compared(
    question: str, asked: dict[str, str]
) -> None:
    assert dict(near_words._words(question, words.terms(question))) == asked


def test_a_word_of_which_the_folder_has_a_part_is_not_replaced() -> None:
    missing = [term for term in words.terms("リクエスト") if term != "エス"]
    assert not dict(near_words._words("リクエスト", missing))


def test_by_words_alone_a_word_stands_for_itself(notes: Index) -> None:
    assert not notes.search("bicicleta", mode="lexical")


def test_a_word_that_the_folder_has_is_searched_as_it_is(notes: Index) -> None:
    hit = notes.search("bicycle", limit=1)[0]
    assert hit.terms == {"bicycle"}


def test_a_question_of_dots_between_kana_was_an_unexpected_error(notes: Index) -> None:
    assert notes.search("zahnarzt ・・・", limit=1)[0].path == "teeth.txt"


def test_words_whose_pieces_no_model_knows_all_seemed_the_same() -> None:
    class Lexicon:
        def read(self, *_: int) -> tuple[list[str], np.ndarray]:
            return list("abcde"), np.tile(np.eye(1, 4, dtype=np.int8), (5, 1))

    class Store:
        lexicon = Lexicon()

        def get(self, _: str) -> list[int]:
            return [1]

    def encode(texts: list[str]) -> np.ndarray:
        return np.tile(np.eye(1, 4, dtype=np.float32), (len(texts), 1))

    assert NearWords(Store(), Model(1, "", "", 4), 0.65).of("", ["unknown"], encode) == {}


def test_a_pasted_page_was_embedded_word_by_word(
    notes: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    of_words = QueryVector.of_words

    def counted(self: QueryVector, embedder: Any, words: list[str]) -> np.ndarray:
        asked.extend(words)
        return of_words(self, embedder, words)

    monkeypatch.setattr(QueryVector, "of_words", counted)
    letters = "bcdfghjklmnpqrstvwxyz"
    notes.search(" ".join(f"{a}{b}o{a}" for a in letters for b in letters), limit=1)
    assert len(asked) == 32


def test_a_missing_word_was_embedded_for_each_folder(
    tmp_path: Path, open_index: Callable[..., Index], new_embedder: Callable[[], Any]
) -> None:
    embedder = new_embedder()
    embedder.calibration = replace(embedder.calibration, near=0.65)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(f"A {name} socket in a box of folder {name}.")
        with open_index(tmp_path / name, embedder) as index:
            index.build()
    embedder.words.clear()
    with Workspace(open_index=lambda root: open_index(root, embedder)) as workspace:
        workspace.search("xylophone socket trumpet xylophone")
    assert embedder.words == ["xylophone", "trumpet"]


def test_words_that_stand_for_one_weigh_as_one() -> None:
    frequencies = {"agua": 0, "filter": 40}
    near = {"agua": {"water": lexical.Near(30, 0.9), "waters": lexical.Near(10, 0.8)}}
    terms, factors = lexical.sought_terms(frequencies, near, 10_000)
    assert factors is not None
    weights = dict(zip(terms, factors, strict=True))
    # As one word that 40 chunks hold, as many as the other.
    assert weights["filter"] == pytest.approx(1)
    rarer = {
        word: math.log(lexical.odds(10_000, held)) for word, held in (("water", 30), ("waters", 10))
    }
    together = math.log(lexical.odds(10_000, 40))
    assert weights["water"] == pytest.approx(0.9 * together / rarer["water"])
    assert weights["waters"] == pytest.approx(0.8 * together / rarer["waters"])
    assert lexical.sought_terms(frequencies, {}, 10_000) == (["filter"], None)


def test_a_file_is_named_by_a_word_of_another_language() -> None:
    near = {"wiederholung": {"retry": 0.8, "repeat": 0.7}}
    weights = {"wiederholung": 5.0, "server": 2.0}
    question = Question(weights, ["server"], near=near)
    shares = question.shares(["src/retry.go", "src/retries.go", "src/server.go", "src/other.go"])
    assert shares["src/retry.go"] > shares["src/retries.go"] > 0
    assert "src/other.go" not in shares
    assert Question(weights, ["server"]).shares(["src/retry.go"]) == {}


def test_a_stop_word_of_the_text_was_marked_for_a_near_word() -> None:
    near = {"dentist": ["zahnarzt", "der"], "where": ["wo"]}
    assert terms_to_mark("where is the dentist", "de", near) == {"dentist", "zahnarzt"}
