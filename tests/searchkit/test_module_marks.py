"""A test module is left out of a run by the marks that it has, not by those in its strings."""

import ast
from pathlib import Path

import pytest
from module_marks import has_mark, whole_mark

MARKS = ("integration", "slow")
MODULES = sorted(Path(__file__).parents[1].rglob("test_*.py"))


def marks_in(tree: ast.AST) -> list[str]:
    """List the marks `pytest.mark.NAME` of a syntax tree that decide which modules are imported."""
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    named = (node for node in attributes if node.attr in MARKS)
    return [node.attr for node in named if ast.unparse(node.value) == "pytest.mark"]


def mismatches(text: str) -> list[str]:
    """Compare what the text and the syntax tree of a module say of its marks."""
    tree = ast.parse(text)
    whole = [
        mark
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for mark in marks_in(node.value)
    ]
    found = [] if whole == ([whole_mark(text)] if whole_mark(text) else []) else ["whole module"]
    inside = marks_in(tree)
    return found + [mark for mark in MARKS if has_mark(text, mark) != (mark in inside)]


def test_no_module_is_left_out_or_imported_by_a_mark_that_it_does_not_have() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in MODULES if path != Path(__file__)}
    # A mark that a text does not name is not in its tree either.
    marked = {path: text for path, text in texts.items() if any(mark in text for mark in MARKS)}
    found = {path: mismatches(text) for path, text in marked.items()}
    assert {path.name: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('TEXT = """\npytestmark = pytest.mark.slow\n"""\n', ["whole module", "slow"]),
        ('"""See pytest.mark.integration."""\n', ["integration"]),
        ("pytestmark = [pytest.mark.skipif(True), pytest.mark.slow]\n", ["whole module"]),
        ("pytestmark = [\n    pytest.mark.slow,\n    pytest.mark.usefixtures('a'),\n]\n", []),
        ("pytestmark = [pytest.mark.slow, pytest.mark.usefixtures('a')]\n", []),
        ("@pytest.mark.slow\ndef test_a(): ...\n", []),
    ],
)
def test_a_mark_inside_a_string_is_noticed(text: str, wrong: list[str]) -> None:
    assert mismatches(text) == wrong
