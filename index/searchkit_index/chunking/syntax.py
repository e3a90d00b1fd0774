"""Cuts source code along its syntax tree.

A definition with its comments and decorators stays whole where it fits; a larger one is cut at its
children, level by level, only as deep as needed. In the spirit of cAST (Zhang et al., 2025, arXiv
2506.15655). The tree is walked with an explicit stack: nesting may be as deep as the text is long.
"""

import re
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.segment import Segment, Size, inside
from searchkit_index.languages.grammar import Grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

# A parser that recovers from errors can take time and memory by the square of how deep an
# unfinished text nests, or of how long a line is. What looks like that is no source, and is not
# parsed: a line longer than this many characters, or
_LONGEST_LINE = 5_000
# a window of so many bytes that shrinks by more than this factor (of 11,000 real files, 2 do so).
_WINDOW = 4096
_REPETITION = 20
# What is left is stopped by processor time: seconds, and seconds for each byte.
_PATIENCE = 0.5
_PATIENCE_PER_BYTE = 3e-6

_LONGEST_NAME = 60
_HEADER = re.compile(r"[^({\n]*")
_RECEIVER = re.compile(r"(\w+)(?:\[[^\]]*\])?\s*\)$")


def parsed(source: bytes, parser: "Parser", lines: Lines) -> "Tree | None":
    """Parse a source; None where the parser makes no sense of it."""
    if max(map(len, lines.rows)) > _LONGEST_LINE or _repeats(source):
        return None
    deadline = time.thread_time() + _PATIENCE + _PATIENCE_PER_BYTE * len(source)
    # The binding never lets go of what a read gave it (py-tree-sitter 0.26): the one read that is
    # not at the very end gets a view, which is emptied here, and the others a shared object.
    with memoryview(source) as view:
        try:
            tree = parser.parse(
                lambda start, _: bytes(view[start:]) if start else view,
                encoding="utf8",
                progress_callback=lambda _, __: time.thread_time() > deadline,
            )
        except ValueError:  # stopped
            return None
    return None if _is_mostly_errors(tree.root_node) else tree


def _repeats(source: bytes) -> bool:
    windows = (source[start : start + _WINDOW] for start in range(0, len(source), _WINDOW))
    return any(len(window) > _REPETITION * len(zlib.compress(window, 1)) for window in windows)


def _is_mostly_errors(root: "Node") -> bool:
    if not root.has_error:
        return False
    errors = sum(node.end_byte - node.start_byte for node in root.children if node.is_error)
    return root.is_error or 2 * errors > root.end_byte - root.start_byte


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    row: int  # of the name: its type may stand above
    scope: bool
    nodes: tuple[int, ...]  # its node and its wrappers, by id


@dataclass(slots=True)
class _Block:
    """Rows `start` to `end`, the last not included, and the nodes that may be cut further."""

    start: int
    end: int
    nodes: list["Node"] = field(default_factory=list)
    definitions: list[_Definition] = field(default_factory=list)
    closing: bool = False  # it is made of brackets and words like `end`
    path: tuple[str, ...] = ()
    group: int = 0
    named: int = -1  # the row of the name, in the head of a definition and not below
    body: bool = False  # it holds the definitions of a scope, without its head

    @property
    def head(self) -> bool:
        return self.named >= 0

    @property
    def scope(self) -> bool:
        return self.body or any(definition.scope for definition in self.definitions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(definition.name for definition in self.definitions)

    def bound(self, size: Size) -> int:
        """Return how large a part may be; without a name it leaves room for a small head."""
        if self.scope:
            return size.target
        return size.limit if self.definitions else size.limit - size.crumb


def along_tree(
    tree: "Tree", source: bytes, lines: Lines, grammar: Grammar, size: Size
) -> Iterator[Segment]:
    """Yield the segments of a whole file; each fits the limit or is a single row."""
    root = _Block(0, len(lines), [tree.root_node])
    cutter = _Cutter(grammar, source, lines)
    stack = list(reversed(cutter.parts(root)))
    while stack:
        block = stack.pop()
        small = lines.cost(block.start, block.end) <= block.bound(size)
        if small or block.end - block.start == 1:
            names, closing = block.names or cutter.names_within(block), block.closing
            defines = block.head or bool(names)
            yield Segment(block.start, block.end, block.path, names, block.group, defines, closing)
        else:
            stack += reversed(cutter.parts(block))


def definitions(tree: "Tree", source: bytes, lines: Lines, grammar: Grammar) -> dict[int, str]:
    """Find the names of all definitions, by the row where each begins."""
    cutter = _Cutter(grammar, source, lines)
    found: dict[int, str] = {}
    stack = [(tree.root_node, False)]
    while stack:
        node, local = stack.pop()
        if definition := cutter.definition(node, local):
            found.setdefault(node.start_point.row, definition.name)
            cutter.opened.update(definition.nodes)
            local = local or not definition.scope
        if node.type not in grammar.leading:
            stack += [(child, local) for child in node.named_children]
    return found


class _Cutter:
    """Cuts blocks; remembers which definitions are open, so that none is entered twice."""

    def __init__(self, grammar: Grammar, source: bytes, lines: Lines) -> None:
        self._grammar = grammar
        self._source = source
        self._lines = lines
        self._kinds = grammar.units | grammar.scopes
        self.opened: set[int] = set()
        self._groups = count(1)

    def parts(self, block: _Block) -> list[_Block]:
        """Cut a block at the first level of its nodes that begins more than one row."""
        self.opened.update(node for found in block.definitions for node in found.nodes)
        nodes = block.nodes
        while nodes:
            nodes = [child for node in nodes for child in _children(node)]
            parts = self._parts(nodes, block)
            if len(parts) > 1 or (parts and parts[0].definitions):
                return self._placed(parts, block)
            nodes = parts[0].nodes if parts else []
        return self._placed(self._paragraphs(block), block)

    def _placed(self, parts: list[_Block], block: _Block) -> list[_Block]:
        path, group = block.path, block.group
        if block.definitions:
            path, group = inside(path, ", ".join(block.names[:3])), next(self._groups)
        for part in parts:
            part.path, part.group = path, group
            part.body = block.scope and not part.definitions and self._holds_definitions(part)
        named = max((found.row for found in block.definitions), default=block.named)
        for part in parts:
            part.named = named if part.start <= named else -1
        return parts

    def _holds_definitions(self, part: _Block) -> bool:
        kinds = self._kinds | self._grammar.wrappers
        return any(child.type in kinds for node in part.nodes for child in node.children)

    def _paragraphs(self, block: _Block) -> list[_Block]:
        """Cut a long comment or string at blank rows, or without these at every row."""
        rows = range(block.start, block.end)
        starts = [row for row in rows[1:] if self._lines.blank(row - 1)] or rows[1:]
        ends = [*starts, block.end]
        return [_Block(start, end) for start, end in zip([block.start, *starts], ends, strict=True)]

    def _parts(self, nodes: Iterable["Node"], block: _Block) -> list[_Block]:
        """Group nodes in order: those that share a row, and comments with what follows them."""
        parts: list[_Block] = []
        leads = False  # the last part holds nothing but comments and decorators
        last = -1
        for node in nodes:
            first, end = node.start_point.row, _last_row(node)
            if not parts or first > last + leads:
                parts.append(_Block(first, first, closing=bool(parts)))
                leads = True
            last = max(last, end)
            leads = leads and node.type in self._grammar.leading
            self._add(node, first < end, parts[-1], local=bool(block.path or block.definitions))
        if parts:
            parts[0].start = block.start
        for part, end in zip(parts, [*(part.start for part in parts[1:]), block.end], strict=False):
            part.end = end
        return parts

    def _add(self, node: "Node", divisible: bool, part: _Block, local: bool) -> None:
        part.closing = part.closing and not node.is_named
        if divisible:
            part.nodes.append(node)
        if node.id not in self.opened and (found := self.definition(node, local)):
            part.definitions.append(found)

    def names_within(self, block: _Block) -> tuple[str, ...]:
        """List the outermost definitions in a block that is not one itself, as below a condition.

        Definitions inside a function count as a part of it.
        """
        if block.head or (block.path and not block.body):
            return ()
        found: list[str] = []
        stack = [*reversed(block.nodes)]
        while stack:
            node = stack.pop()
            if definition := self.definition(node, local=False):
                found.append(definition.name)
            elif node.type not in self._grammar.leading:
                stack += reversed(node.named_children)
        return tuple(dict.fromkeys(found))

    def definition(self, node: "Node", local: bool) -> _Definition | None:
        """Find what a node defines, through its wrappers.

        A value made by a call with a function, `const all = map(x => ...)`, counts only at top
        level.
        """
        chain = [node]
        while chain[-1].type in self._grammar.wrappers:
            inner = [
                child
                for child in chain[-1].named_children
                if child.type in self._kinds or child.type in self._grammar.wrappers
            ]
            if len(inner) != 1:
                break
            chain += inner
        kinds = {link.type for link in chain}
        units = (link for link in reversed(chain) if link.type in self._kinds)
        unit = next(filter(self._defines, units), None)
        if unit is None or unit.id in self.opened:
            return None
        if local and "variable_declarator" in kinds and "call_expression" in kinds:
            return None
        names = ((self._name(link, named), named) for link in chain for named in self._naming(link))
        name, at = next(((name, at) for name, at in names if name), ("", unit))
        if not name and unit.type not in self._grammar.lambdas:
            name = self._header(unit)
        if not name:
            return None
        scope = unit.type in self._grammar.scopes and unit.type not in self._grammar.units
        return _Definition(name, at.start_point.row, scope, tuple(link.id for link in chain))

    def _defines(self, unit: "Node") -> bool:
        if unit.type == "call":
            target = unit.child_by_field_name("target") or unit.child_by_field_name("method")
            return target is not None and self._text(target) in self._grammar.keywords
        # `struct name` without a body only mentions it.
        return not unit.type.endswith("_specifier") or bool(unit.child_by_field_name("body"))

    def _naming(self, node: "Node") -> Iterator["Node"]:
        """Yield what names a node, where anything does."""
        if node.type == "call":
            yield node
            return
        if node.type == "function_call":  # its name is the function's
            return
        for key in self._grammar.naming:
            named = node.child_by_field_name(key) or _child_of_type(node, key)
            if named:
                while inner := _declared(named):
                    named = inner
                yield named
                return

    def _name(self, node: "Node", named: "Node") -> str:
        if node.type == "call":
            return self._first_argument(node)
        return _clean(self._owner(node) + self._text(named))

    def _first_argument(self, call: "Node") -> str:
        """Return what `def name(...)` or `describe "this"` is about."""
        arguments = call.child_by_field_name("arguments") or _child_of_type(call, "arguments")
        named = arguments.named_child(0) if arguments and arguments.named_child_count else None
        text = self._text(named) if named else ""
        return _clean(text if named and named.type == "string" else text.partition("(")[0])

    def _owner(self, node: "Node") -> str:
        """Return `Type.` of a Go method's receiver."""
        receiver = node.child_by_field_name("receiver")
        found = _RECEIVER.search(self._text(receiver)) if receiver else None
        return f"{found[1]}." if found else ""

    def _header(self, node: "Node") -> str:
        """Return what opens a definition that has no name of its own: `impl Display for Size`."""
        found = _HEADER.match(self._text(node))
        return _clean(found[0]) if found else ""

    def _text(self, node: "Node") -> str:
        # Only names are read of it; the node itself may be megabytes long.
        end = min(node.end_byte, node.start_byte + 8 * _LONGEST_NAME)
        return self._source[node.start_byte : end].decode("utf-8", "ignore")


def _children(node: "Node") -> Iterator["Node"]:
    """Yield the children that hold text: a parser also inserts what it misses."""
    return (child for child in node.children if child.end_byte > child.start_byte)


def _last_row(node: "Node") -> int:
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def _declared(declarator: "Node") -> "Node | None":
    """Return what a declarator of C is around, as `name` of `(*name)(int)`."""
    if declarator.type == "parenthesized_declarator":
        return declarator.named_child(0)
    inner = declarator.child_by_field_name("declarator")
    # No function returns one: `API int (name)(...)`, with the type taken for a name.
    if inner and inner.type == declarator.type == "function_declarator":
        names = inner.child_by_field_name("parameters")
        return names.named_child(0) if names else None
    return inner or declarator.child_by_field_name("operator")


def _child_of_type(node: "Node", kind: str) -> "Node | None":
    return next((child for child in node.named_children[:8] if child.type == kind), None)


def _clean(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME].strip("\"'`&* ")
