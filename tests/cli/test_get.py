"""`searchkit get`, and `--max-tokens`."""

import json
from pathlib import Path

import pytest

from searchkit.embedders import count_tokens, load_embedder

SOCKETS = "net/sockets.py"


def test_lines_are_printed_as_they_stand(searchkit, indexed: Path) -> None:
    text = (indexed / SOCKETS).read_text()
    lines = text.splitlines(keepends=True)
    for place, wanted in (
        (SOCKETS, text),
        (f"{SOCKETS}:4-6", "".join(lines[3:6])),
        (f"{SOCKETS}:4", lines[3]),
        (f"{SOCKETS}:4-", "".join(lines[3:])),
        (f"{SOCKETS}:4-999", "".join(lines[3:])),
    ):
        done = searchkit("get", place, cwd=indexed)
        assert (done.returncode, done.stdout) == (0, wanted), place
    told = json.loads(searchkit("get", f"{SOCKETS}:4-5", "--json", cwd=indexed).stdout)
    assert (told["start_line"], told["total_lines"], len(told["lines"])) == (4, 10, 2)


def test_a_file_whose_name_ends_like_lines_is_read(searchkit, indexed: Path) -> None:
    (indexed / "notes:7").write_text("a walrus\n")
    assert searchkit("get", "notes:7", cwd=indexed).stdout == "a walrus\n"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (f"{SOCKETS}:40", "has no line 40"),
        (f"{SOCKETS}:6-4", "has no lines 6-4"),
        (f"{SOCKETS}:0-4", "has no lines 0-4"),
        ("net", "is a folder"),
        ("nothing.py", "there is no file or folder"),
        (".env", "is not indexed"),
    ],
)
def test_what_cannot_be_read_is_said(searchkit, indexed: Path, place: str, said: str) -> None:
    (indexed / ".env").write_text("PASSWORD=hunter2hunter2\n")
    done = searchkit("get", place, cwd=indexed)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_budget_cuts_lines_and_says_how_to_go_on(searchkit, indexed: Path) -> None:
    (indexed / "long.md").write_text("".join(f"line {number}\n" for number in range(1, 400)))
    searchkit("index", "--quiet", indexed)
    done = searchkit("get", "long.md:5-", "--max-tokens", 120, cwd=indexed)
    shown = done.stdout.splitlines()
    assert shown[0] == "line 5"
    assert count_tokens(load_embedder(), [done.stdout])[0] <= 120
    assert f"searchkit get long.md:{5 + len(shown)}-399" in done.stderr


def test_an_answer_keeps_within_its_budget(searchkit, indexed: Path) -> None:
    body = "".join(f"    socket number {number} is opened here\n" for number in range(300))
    (indexed / "long.py").write_text(f"def open_many_sockets():\n{body}")
    searchkit("index", "--quiet", indexed)
    for form in ([], ["--json"], ["--jsonl"], ["-C", "1"], ["--explain"], ["--like", "-"]):
        asked = form if "--like" in form else ["open a socket", *form]
        given = {"cwd": indexed, "stdin": "open many sockets"}
        done = searchkit("query", *asked, "--max-tokens", 600, **given)
        assert done.returncode == 0, form
        assert 150 < count_tokens(load_embedder(), [done.stdout])[0] <= 600, form
        assert "to keep within `--max-tokens`" in done.stderr, form


def test_a_budget_prints_passages(searchkit, indexed: Path) -> None:
    done = searchkit("query", "open a socket", "--max-tokens", 2_000, cwd=indexed)
    assert done.stdout.startswith(f"{SOCKETS}:1-10")
    assert (indexed / SOCKETS).read_text() in done.stdout
    assert "left out" not in done.stderr
    assert "too few" in searchkit("query", "x", "--max-tokens", 5, cwd=indexed).stderr


def test_of_a_long_paragraph_the_end_alone_was_printed_and_of_a_notebook_nothing(
    searchkit, tree: Path
) -> None:
    said = " ".join(f"wombat{number} digs" for number in range(500))
    paragraphs = "".join(f"<text:p>{each}</text:p>" for each in ("First.", said, "Last."))
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text")
    )
    (tree / "a.fodt").write_text(
        f"<office:document {namespaces}><office:body><office:text>{paragraphs}"
        "</office:text></office:body></office:document>"
    )
    cells = [
        {"cell_type": "code", "outputs": [], "source": ["import os\n", "depth = 1"]},
        {"cell_type": "code", "outputs": [], "source": "length = 2\nwidth = 3"},
    ]
    notebook = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    (tree / "a.ipynb").write_text(notebook)
    searchkit("index", tree)
    assert searchkit("get", f"{tree / 'a.fodt'}:2").stdout == f"{said}\n"
    line = notebook.split("\n").index('    "depth = 1"') + 1
    assert searchkit("get", f"{tree / 'a.ipynb'}:{line}").stdout == "depth = 1\n"
    assert "length = 2\nwidth = 3\n" in searchkit("get", tree / "a.ipynb").stdout


@pytest.mark.parametrize("lines", ["4-6", "4:1", "4:1:"])
def test_a_place_as_answers_and_compilers_print_it_was_no_place(
    searchkit, indexed: Path, lines: str
) -> None:
    place = f"{indexed}/net/sockets.py:{lines}"
    assert searchkit("get", place).stdout.startswith("def open_socket(host, port):\n")
    done = searchkit("similar", place, "--min-confidence", "0")
    assert done.returncode == 0, done.stderr
    assert "net/sockets.py" not in done.stdout


def test_a_name_that_ends_as_a_place_does_is_a_name(searchkit, indexed: Path) -> None:
    (indexed / "notes:3").write_text("one\ntwo\n")
    assert searchkit("query", "two", indexed).returncode == 0
    assert searchkit("get", f"{indexed}/notes:3:2").stdout == "two\n"


def test_lines_of_a_large_file_took_as_long_as_all_of_it(
    searchkit, tmp_path: Path, home: Path
) -> None:
    (home / "config.toml").write_text("max_file_bytes = 20_000\n")  # a tenth of it is embedded
    rows = [f"row {number} of a wombat's diary\n" for number in range(1, 60_000)]
    (tmp_path / "all.log").write_text("".join(rows))
    searchkit("index", "--quiet", tmp_path)
    for place, wanted, total in (
        ("2-3", rows[1:3], None),
        ("50000-50001", rows[49_999:50_001], 59_999),
    ):
        told = json.loads(searchkit("get", f"all.log:{place}", "--json", cwd=tmp_path).stdout)
        assert (told["lines"], told["total_lines"]) == ([row[:-1] for row in wanted], total)
    done = searchkit("get", "all.log:3-2", cwd=tmp_path)
    assert "it has 59,999" in done.stderr
