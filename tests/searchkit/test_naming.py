"""Names as people type them: misspelt, begun, in a sentence of another language."""

import time
from pathlib import Path

import pytest

from searchkit.ranking.naming import Question, spelled_alike
from searchkit.search.cited_lines import CitedLines
from searchkit.search.literals import literals
from searchkit.search.quotation import Quotation


@pytest.mark.parametrize(
    "typed", ["flodoGate", "floodGat", "open_floodgate", "where is flodoGate defined", "FLOODGTAE"]
)
def test_a_misspelt_name_found_what_has_its_parts(tmp_path: Path, open_index, typed: str) -> None:
    (tmp_path / "water.py").write_text(
        "def openFloodGate():\n    return 1\n\n\ndef floodGate(): ...\n"
    )
    (tmp_path / "gate.py").write_text(
        "def gate():\n    return open('flood')\n\n\ndef flood(): ...\n"
    )
    (tmp_path / "flood.md").write_text("# Where the flood is\n\nOpen the gate. The gate is open.\n")
    with open_index(tmp_path) as index:
        index.build()
        assert index.search(typed)[0].path == "water.py"


@pytest.mark.parametrize(
    ("typed", "name", "share"),
    [("floodgat", "FloodGate", 0.9), ("flodogate", "flood_gate", 0.89), ("flood", "blood", 0.8)],
)
def test_names_that_are_spelled_alike(typed: str, name: str, share: float) -> None:
    assert spelled_alike(typed, name) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("name", ["gate", "open", "", "_", "洪水", "flo"])
def test_other_names_are_not_spelled_alike(name: str) -> None:
    assert spelled_alike("floodgate", name) == 0


def test_a_method_of_another_class_came_before_the_class_that_was_asked_for() -> None:
    question = Question({"burrowmap": 2.0, "digdeep": 2.0}, ["burrowmap"], "BurrowMap.digDeep")
    other, own = (question.names("digDeep", [scope]) for scope in ("TunnelMap", "BurrowMap"))
    assert other < question.names("BurrowMap") < own == 1


def test_a_name_that_is_somewhere_is_not_misspelt() -> None:
    question = Question({"floodgate": 3.0}, ["floodgate"], "floodgate")
    assert question.names("floodgates") == 0


@pytest.mark.parametrize(
    "text",
    [
        "floodgate 在哪里定义的？",
        "floodgate 是做什么的",
        "floodgate はどこで定義されていますか",
        "floodgateは何をしますか",
        "floodgate는 어디에 정의되어 있나요?",
    ],
)
def test_a_question_in_a_script_without_spaces_hid_the_name_in_it(text: str) -> None:
    from searchkit.search.lexical import asked_terms

    question = Question(dict.fromkeys(asked_terms(text), 2.0), ["floodgate"], text)
    assert question.names("floodgate") == 1


@pytest.mark.parametrize(
    "unit", ["a_", "/a", "-", ".", "“", '"a ', "`", "\\", "a.b/", "A1", "_", "a.b:1 "]
)
def test_a_pasted_page_takes_time_by_its_length(unit: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        question = Question({"a": 1.0}, [], text)
        Quotation(text, question).parts_in({((0, "a"), 1): text})
        literals(text)
        CitedLines(text)
        return time.process_time() - start

    assert seconds(unit * (60_000 // len(unit))) < 1
