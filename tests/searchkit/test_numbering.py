"""Lines of pages and notebooks have the numbers that they have in their files."""

import json
from pathlib import Path

import pytest

from searchkit.hits.numbering import numbers
from searchkit_index.process.contents import read

PAGE = """<!doctype html>
<title>Harbour Kitchen</title>
<ul>
  <li><a href="/">Home</a></li>
  <li><a href="/menu">Menu</a></li>
</ul>

<h1>Menu</h1>
<p>
  Thick, with <b>nutmeg</b> and
  a slice of rye bread.
</p>

<p>Ask the kitchen if you cannot eat
   nuts; the pesto has cashews.</p>
<table><tr><td>Tea</td><td>2.50</td></tr></table>
"""


def numbered(root: Path, name: str, content: str) -> dict[str, str]:
    """Give for each line of what is indexed the line of the file that it is said to begin on."""
    (root / name).write_text(content)
    rows = content.split("\n")
    return {
        line: rows[number - 1]
        for chunk in read(name, content.encode(), secrets=False).chunks
        for number, line in zip(
            numbers(root, name, chunk.text, chunk.start_line, chunk.end_line),
            chunk.text.split("\n"),
            strict=True,
        )
    }


def test_lines_of_a_page_were_numbered_as_if_none_was_left_out(tmp_path: Path) -> None:
    found = numbered(tmp_path, "menu.html", PAGE)
    assert (
        found["Thick, with nutmeg and a slice of rye bread."] == "  Thick, with <b>nutmeg</b> and"
    )
    asked = "Ask the kitchen if you cannot eat nuts; the pesto has cashews."
    assert found[asked] == "<p>Ask the kitchen if you cannot eat"
    assert "<td>Tea</td>" in found["2.50"]


def test_cells_of_a_notebook_were_numbered_as_if_nothing_stood_between(tmp_path: Path) -> None:
    output = {"output_type": "stream", "text": ["1\n"] * 20}
    cells = [
        {"cell_type": "code", "outputs": [output], "source": ["import os\n", "\n", "x = 1\n"]},
        {
            "cell_type": "code",
            "outputs": [],
            "source": ["def größe(x):\n", "    return os.stat(x)"],
        },
    ]
    content = json.dumps({"cells": cells, "nbformat": 4}, indent=1, ensure_ascii=False)
    found = numbered(tmp_path, "a.ipynb", content)
    assert '"    return os.stat(x)"' in found["    return os.stat(x)"]
    assert '"def größe(x):' in found["def größe(x):"]
    assert found[""].strip() == '"\\n",'


@pytest.mark.parametrize("content", ["", "other\n" * 3])
def test_a_file_that_is_another_by_now_still_gives_lines_of_the_chunk(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "a.html").write_text(content)
    for path in ("a.html", "gone.html"):
        assert set(numbers(tmp_path, path, "one\ntwo\nthree", 2, 30)) <= set(range(2, 31))
