"""Notebooks are cut at their cells and headings, without outputs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import LIMIT, Chunk, document_chunks, measure
from searchkit_index.chunking.chunk import chunks as text_chunks
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading.formats import notebook

WORDS = "some words that stand here to fill a paragraph with nothing but words and more words\n"


def chunks(text: str, limit: int = LIMIT) -> list[Chunk]:
    """The chunks of a notebook, or of a text that is called one and is none."""
    cells = notebook.cells(text)
    if cells is None:
        return text_chunks(text, LANGUAGES["notebook"], limit)
    return document_chunks(cells, LANGUAGES["notebook"], limit)


def a_notebook(*cells: tuple[str, object], indent: int | None = 1) -> str:
    entries = [
        {"cell_type": kind, "outputs": [{"text": ["an output\n"]}], "source": source}
        for kind, source in cells
    ]
    return json.dumps({"cells": entries, "nbformat": 4}, indent=indent)


def test_a_notebook_of_an_older_version_gives_its_cells() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Dig"},
        {"cell_type": "code", "input": ["def deep():\n", "    pass"], "outputs": []},
    ]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}, indent=1)
    heading, code = notebook.read(text.encode()) or []
    assert (heading.depth, heading.title, heading.place) == (2, "Dig", "cell 1")
    assert code.rows == ["def deep():", "    pass"]


@pytest.mark.parametrize("indent", [1, None])
def test_a_notebook_gives_its_cells_without_outputs(indent: int | None) -> None:
    text = a_notebook(
        ("markdown", ["# Fit\n", "\n", WORDS]),
        ("code", ["import os\n", "model = fit(data)"]),
        ("code", "plot(model)\nshow()"),
        indent=indent,
    )
    found = chunks(text)
    assert [chunk.symbol for chunk in found] == ["Fit"]
    assert "import os\nmodel = fit(data)\nplot(model)\nshow()" in found[0].text
    assert "output" not in found[0].text


def test_a_cell_is_named_and_found_in_the_file() -> None:
    text = a_notebook(("markdown", "# Fit\n" + WORDS), ("code", [WORDS, WORDS, "show()"]))
    found = chunks(text, 32)
    assert found[-1].symbol == "Fit > cell 2"
    assert "show()" in text.split("\n")[found[-1].end_line - 1]


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text()), max_size=6))
def test_any_cells_are_covered(cells: list[tuple[str, str]]) -> None:
    text = a_notebook(*cells)
    found = chunks(text, 16)
    shown = [line for chunk in found for line in chunk.text.split("\n")]
    written = [line for _, source in cells for line in source.split("\n")]
    if any(line.strip() for line in written):
        assert "".join("".join(shown).split()) == "".join("".join(written).split())
    assert all(measure(chunk.text) <= 16 for chunk in found)


def test_ten_thousand_nested_brackets_are_read() -> None:
    assert chunks("[" * 10_000)
