"""Notebooks as their cells: text and code, without outputs.

The lines are those of the cells, one after another; each keeps the row of the file that it comes
from, so that a hit can be opened. A file that is no notebook gives None.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchkit_index.chunking.indentation import levels
from searchkit_index.chunking.outline import Outline
from searchkit_index.chunking.prose import prose_outline
from searchkit_index.languages.language import LANGUAGES

if TYPE_CHECKING:
    from tree_sitter import Node

_CELL = 16  # weaker than headings, stronger than paragraphs
_LINE_OF_CODE = 40


@dataclass(slots=True)
class Cells:
    """The text of a notebook.

    Attributes:
        rows: The lines of its cells.
        sources: For each, the row of the file where it begins.
        outline: The headings of text cells; `cell 3` for code cells, counted from 1 over all cells.
    """

    rows: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    outline: Outline = field(default_factory=lambda: Outline([], sections=True))

    def add(self, number: int, kind: str, lines: list[tuple[int, str]]) -> None:
        """Adds a cell: its lines, each with its row in the file."""
        rows = [line for _, line in lines]
        outline = self.outline
        if kind == "code":
            outline.titles[len(self.rows)] = f"cell {number}"
            outline.levels += [_CELL, *levels(rows, _LINE_OF_CODE)[1:]]
        else:
            prose = prose_outline(rows, "markdown" if kind == "markdown" else "text")
            outline.titles |= {len(self.rows) + row: title for row, title in prose.titles.items()}
            first = min(prose.levels[0], _CELL)
            outline.levels += [first, *prose.levels[1:]]
        self.rows += rows
        self.sources += [row for row, _ in lines]


def cells(text: str) -> Cells | None:
    """Reads a notebook; None when it is none, or broken, or JSON cannot be parsed here."""
    parser = LANGUAGES["json"].parser()
    # A parser takes unbounded time to recover from errors, so it sees sound text only.
    if parser is None or not _is_sound(text):
        return None
    root = parser.parse(text.encode("utf-8", "replace")).root_node
    found = Cells()
    for number, cell in enumerate(_items(_member(root.named_children[0], "cells")), 1):
        lines = list(_lines(_member(cell, "source")))
        if lines:
            found.add(number, str(_value(_member(cell, "cell_type"))), lines)
    return found if found.rows else None


def _is_sound(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _member(node: "Node | None", key: str) -> "Node | None":
    for pair in _items(node):
        if pair.type == "pair" and _value(pair.child_by_field_name("key")) == key:
            return pair.child_by_field_name("value")
    return None


def _items(node: "Node | None") -> "list[Node]":
    return node.named_children if node else []


def _value(node: "Node | None") -> object:
    """A string of JSON as it reads; None for all else."""
    if node is None or node.type != "string" or node.text is None:
        return None
    try:
        return json.loads(node.text, strict=False)
    except ValueError:
        return None


def _lines(source: "Node | None") -> Iterator[tuple[int, str]]:
    """The lines of a cell, which stands in the file as one string or as a list of them."""
    strings = [source] if source and source.type == "string" else _items(source)
    rest, row = "", 0
    for node in strings:
        row = row if rest else node.start_point.row
        *whole, rest = (rest + str(_value(node) or "")).split("\n")
        for line in whole:
            yield row, line
            row = node.start_point.row
    if rest:
        yield row, rest
