"""`searchkit eval`."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    rows = [("open a socket", "net/sockets.py", "en"), ("рецепт супа", "notes/receta.md", "ru")]
    path.write_text(
        "".join(json.dumps({"query": q, "relevant": [p], "lang": x}) + "\n" for q, p, x in rows)
    )
    return path


def test_own_questions_give_a_table_a_picture_and_json(
    indexed: Path, searchkit, questions: Path, tmp_path: Path
) -> None:
    chart = tmp_path / "bars.svg"
    done = searchkit("eval", "--repo", indexed, "--questions", questions, "--chart", chart)
    assert done.returncode == 0, done.stderr
    assert "| tree | mrr@10 |" in done.stdout
    assert "| tree | ru |" in done.stdout
    assert "| tree | py | 100.0 |" in done.stdout
    assert chart.read_text().lstrip().startswith("<?xml")
    as_json = searchkit("eval", "--repo", indexed, "--questions", questions, "--json").stdout
    assert json.loads(as_json)["results"]["nano"][0]["file_types"]["py"] == 1.0


@pytest.mark.slow
def test_a_task_folder_is_measured_by_a_prefix_of_the_model_too(searchkit, tmp_path: Path) -> None:
    folder = tmp_path / "alike"
    folder.mkdir()
    (folder / "task.json").write_text('{"type": "sts"}')
    rows = [
        ("a cat sits", "a cat is sitting", 5),
        ("a cat sits", "one animal", 3),
        ("dog", "tax", 0),
    ]
    (folder / "pairs.jsonl").write_text(
        "".join(json.dumps({"a": a, "b": b, "score": s, "lang": "en"}) + "\n" for a, b, s in rows)
    )
    done = searchkit("eval", folder, "--model", "nano", "--model", "nano@64", "--by-language")
    assert done.returncode == 0, done.stderr
    assert "| task | figure | nano | nano@64 |" in done.stdout
    assert "| alike | en |" in done.stdout


def test_tasks_and_questions_are_told_apart(searchkit, indexed: Path) -> None:
    assert "--questions" in searchkit("eval").stderr
    assert searchkit("eval", "--repo", indexed).returncode == 2
    mine = ("--repo", indexed, "--questions", "mine.jsonl")
    for option in (("--baselines",), ("--device", "cpu")):
        assert "go with task folders" in searchkit("eval", *mine, *option).stderr


@pytest.mark.parametrize("name", ["bars.xyz", "no/bars.png"])
def test_a_picture_that_cannot_be_drawn_failed_after_all_was_measured(
    indexed: Path, searchkit, questions: Path, tmp_path: Path, name: str
) -> None:
    done = searchkit(
        "eval", "--repo", indexed, "--questions", questions, "--chart", tmp_path / name
    )
    assert done.returncode == 2
    assert "invalid value for `--chart`" in done.stderr
    assert done.stdout == ""


def test_questions_with_a_byte_order_mark_or_a_separator_of_lines_were_refused(
    indexed: Path, searchkit, tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    row = {"query": "open\u2028a socket", "relevant": ["net/sockets.py"]}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\r\n", encoding="utf-8-sig")
    done = searchkit("eval", "--repo", indexed, "--questions", path)
    assert (done.returncode, "1 question: nano" in done.stderr) == (0, True), done.stderr
