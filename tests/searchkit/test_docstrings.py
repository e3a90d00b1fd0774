"""Docstrings say what each field of a public record holds; pydoclint says the same of arguments."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SOURCES = [
    path
    for root in ("searchkit", "index/searchkit_index", "tui/searchkit_tui")
    for path in sorted((PROJECT / root).rglob("*.py"))
]


def classes(inside: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef]:
    """The classes of a module, and those within them."""
    for node in inside.body:
        if isinstance(node, ast.ClassDef):
            yield node
            yield from classes(node)


def records(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The public dataclasses and named tuples of a module."""
    for node in classes(tree):
        if not node.name.startswith("_"):
            marks = [ast.unparse(each) for each in (*node.decorator_list, *node.bases)]
            is_record = any("dataclass" in mark or mark == "NamedTuple" for mark in marks)
            if is_record and "OptionGroup" not in marks:  # options are described by their help
                yield node


def undocumented(record: ast.ClassDef) -> list[str]:
    """Fields that neither the docstring names nor a text below them describes."""
    docstring = ast.get_docstring(record) or ""
    described = [isinstance(each, ast.Expr) for each in record.body[1:]] + [False]
    return [
        field.target.id
        for field, has_text in zip(record.body, described, strict=True)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and not field.target.id.startswith("_")
        and not has_text
        and not re.search(rf"\b{field.target.id}\b", docstring)
    ]


def test_every_field_of_a_record_is_described() -> None:
    missing = {
        f"{path.relative_to(PROJECT)}: {record.name}": fields
        for path in SOURCES
        for record in records(ast.parse(path.read_text(encoding="utf-8")))
        if (fields := undocumented(record))
    }
    assert not missing
