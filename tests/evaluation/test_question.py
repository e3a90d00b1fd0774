"""A user's own questions over their own index, at the library and at the command line."""

import json
from pathlib import Path

import pytest

from searchkit.evaluation.chart import draw
from searchkit.evaluation.evaluate import Result
from searchkit.evaluation.question import ask, read_questions, unindexed
from searchkit_index.errors import SearchkitError

QUESTIONS = [
    {"query": "open a socket", "relevant": ["net/sockets.py"], "lang": "en"},
    {"query": "sopa de tomate", "relevant": "notes/receta.md", "lang": "es"},
    {"query": "ParseConfig", "relevant": ["gone.go"], "secondary": "parse.go", "lang": "en"},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(each) + "\n\n" for each in QUESTIONS))
    return path


def test_questions_are_measured_by_language_and_by_file_type(
    questions: Path, tree: Path, open_index
) -> None:
    with open_index(tree) as index:
        index.build()
        asked = read_questions(questions)
        result = ask(index, asked)
        assert unindexed(index, asked) == ["gone.go"]
    assert result.main == ("ndcg@10",)
    assert result.languages["es"] == 1.0
    assert 0 < result.languages["en"] < 1
    assert result.file_types["py"] == result.file_types["md"] == 1.0
    assert 0 < result.file_types["go"] < 1


@pytest.mark.parametrize(
    "line", ["{", "[" * 100_000, "[]", '{"query": "a"}', '{"query": "a", "relevant": []}']
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(QUESTIONS[0]) + "\n" + line)
    with pytest.raises(SearchkitError, match="line 2"):
        read_questions(path)


def test_an_empty_file_and_a_missing_one_are_told(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    with pytest.raises(SearchkitError, match="cannot be read"):
        read_questions(path)
    path.write_text("\n")
    with pytest.raises(SearchkitError, match="no question"):
        read_questions(path)


def test_bars_are_drawn_for_tasks_and_languages(tmp_path: Path) -> None:
    result = Result("task", ("mrr@10",), {"mrr@10": 0.5}, {"de": 0.25, "fr": 0.75})
    draw({"ours": [result], "other": [None]}, tmp_path / "bars.png")
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
