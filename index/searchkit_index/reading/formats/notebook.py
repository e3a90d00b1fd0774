"""Reads the cells of notebooks, text and code, without outputs.

Each line of a cell has the line of the file that it is from, so that a hit can be opened.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading import text
from searchkit_index.reading.archive import number as number_of
from searchkit_index.reading.document import CELL, Block
from searchkit_index.reading.heading import clean_title

if TYPE_CHECKING:
    from tree_sitter import Node

_MAGIC = re.compile(r"(?:%%(?:script\s+)?|#!)(\w+)\b|%(\w+)\s*$")
# Where editors and kernels of several languages note that of a cell.
_NOTED = (
    ("dotnet_interactive", "language"),
    ("polyglot_notebook", "kernelName"),
    ("vscode", "languageId"),
)


def read(data: bytes) -> list[Block] | None:
    """Read the cells of a notebook, unless its JSON is damaged; None if nothing can parse it."""
    content = text.decode(data)
    found = cells(content)
    if found is None and content.strip() and not _is_json(content):
        raise text.Unsuitable("this is no readable notebook")
    return found


def cells(content: str) -> list[Block] | None:
    """List the cells of a notebook; code cells are titled `cell 3`, counted over all cells."""
    parser = LANGUAGES["json"].parser()
    # The parser may take very long to recover from errors, so it gets valid JSON only.
    if parser is None or not _is_json(content):
        return None
    root = parser.parse(content.encode("utf-8", "replace")).root_node.named_children[0]
    code = _language(root)
    sheets = _items(_member(root, "worksheets"))  # before the fourth version
    found = chain.from_iterable(_items(_member(each, "cells")) for each in (root, *sheets))
    numbered = enumerate(found, 1)
    return [block for number, cell in numbered if (block := _cell(number, cell, code))]


def _language(root: "Node") -> Language:
    """Find the language of the code cells."""
    metadata = _member(root, "metadata")
    name = _value(_member(_member(metadata, "kernelspec"), "language"))
    name = name or _value(_member(_member(metadata, "language_info"), "name"))
    return language_named(str(name)) or LANGUAGES["python"]


def _cell(number: int, cell: "Node", code: Language) -> Block | None:
    lines = list(_lines(_member(cell, "source") or _member(cell, "input")))
    if not lines:
        return None
    kind = _value(_member(cell, "cell_type"))
    rows, sources = [line for _, line in lines], [row for row, _ in lines]
    if kind == "code":
        code = _by_magic(rows) or _noted(_member(cell, "metadata")) or code
        return Block(rows, sources, CELL, f"cell {number}", code, f"cell {number}")
    if kind == "heading":  # before the fourth version
        title = clean_title(rows[0])
        return Block(rows, sources, _level(cell), title, place=f"cell {number}")
    markup = LANGUAGES["markdown"] if kind == "markdown" else None
    return Block(rows, sources, CELL, language=markup, place=f"cell {number}")


def _by_magic(rows: list[str]) -> Language | None:
    """Find the language that the first line of a cell names: `%%bash`, or `%sql` alone on it."""
    magic = _MAGIC.match(rows[0]) if len(rows) > 1 else None
    language = language_named(magic[1] or magic[2]) if magic else None
    return language if language and language.kind == "code" else None


def _noted(metadata: "Node | None") -> Language | None:
    """Find the language that the metadata of a cell name."""
    for holder, key in _NOTED:
        name = _value(_member(_member(metadata, holder), key))
        if name and (language := language_named(str(name))) and language.kind == "code":
            return language
    return None


def _level(cell: "Node") -> int:
    level = _member(cell, "level")
    text = level.text.decode() if level is not None and level.text else ""
    return min(6, number_of(text) or 1)


def _is_json(content: str) -> bool:
    try:
        json.loads(content)
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
    """Decode a JSON string; return None for any other node."""
    if node is None or node.type != "string" or node.text is None:
        return None
    try:
        return json.loads(node.text, strict=False)
    except ValueError:
        return None


def _lines(source: "Node | None") -> Iterator[tuple[int, str]]:
    """Yield the lines of a cell, which is one string or a list of strings, with their rows."""
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
