"""Every kind of definition of each language has the name that it is found by."""

import tomllib
from pathlib import Path

import pytest

from searchkit_index.chunking import parsing, syntax
from searchkit_index.chunking.assembly import text_outline
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.languages.language import LANGUAGES

GOLDEN = tomllib.loads(Path(__file__).with_name("definitions.toml").read_text("utf-8"))
PARSED = tomllib.loads(Path(__file__).with_name("parsed.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", GOLDEN)
def test_definitions_have_their_real_names(name: str) -> None:
    rows = GOLDEN[name]["text"].split("\n")
    outline = text_outline(rows, LANGUAGES[name])
    assert [outline.titles[row] for row in sorted(outline.titles)] == GOLDEN[name]["names"]


def test_every_language_with_rules_of_its_own_is_in_the_table() -> None:
    ruled = {language.name for language in LANGUAGES.values() if language.definitions}
    assert ruled <= {*GOLDEN, *PARSED}


def test_every_grammar_of_a_language_is_in_the_table() -> None:
    parsed = {row.name for row in LANGUAGES.values() if row.grammar and row.kind == "code"}
    assert parsed <= set(PARSED)


PIECES = (
    "a",
    " ",
    "a ",
    "*",
    "<a",
    "(",
    "a.",
    "public ",
    "a*&",
    "[a]",
    "static a ",
    "::",
    '"',
    "=",
    "int ",
    "@a ",
    "a\t",
)


@pytest.mark.parametrize("name", [each.name for each in LANGUAGES.values() if each.definitions])
def test_no_line_of_death(name: str) -> None:
    rows = [(piece + other) * 70 for piece in PIECES for other in ("", *PIECES)]
    outline = code_outline(rows, LANGUAGES[name])
    assert len(outline.levels) == len(rows)


@pytest.mark.parametrize("name", PARSED)
def test_definitions_told_by_a_grammar_have_their_real_names(name: str) -> None:
    rows, language = PARSED[name]["text"].split("\n"), LANGUAGES[name]
    source, parser = PARSED[name]["text"].encode(), language.parser()
    assert parser is not None
    assert language.grammar is not None
    tree = parsing.parse(source, parser, Lines(rows))
    assert tree is not None
    found = syntax.definitions(tree, source, Lines(rows), language.grammar)
    assert [found[row] for row in sorted(found)] == PARSED[name]["names"]


@pytest.mark.parametrize("name", PARSED)
def test_definitions_have_names_where_a_grammar_makes_no_sense_of_the_file(name: str) -> None:
    golden = PARSED[name]
    outline = code_outline(golden["text"].split("\n"), LANGUAGES[name])
    found = [outline.titles[row] for row in sorted(outline.titles)]
    assert found == golden.get("by_line", golden["names"])


def test_a_name_below_its_type_is_that_of_the_function() -> None:
    rows = [
        "static int",
        "plug_open(VALUE self)",
        "{",
        "    if (self)",
        "        close(self);",
        "}",
    ]
    outline = code_outline(rows, LANGUAGES["c"])
    assert outline.titles == {1: "plug_open"}
