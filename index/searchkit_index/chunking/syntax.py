"""Cuts source code along its syntax tree.

A definition with its comments and decorators stays whole if it fits; a larger one is cut at its
children, level by level, only as deep as needed, as in cAST (Zhang et al., 2025, arXiv 2506.15655).
The tree is walked with an explicit stack, since it may be as deep as the text is long.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from searchkit_index.chunking.lines import Lines
from searchkit_index.chunking.segment import Segment, Size, inside
from searchkit_index.languages.grammar import Grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_LONGEST_NAME = 60  # characters
_HEADER = re.compile(r"[^({\n]*")
_RECEIVER = re.compile(r"(\w+)(?:\[[^\]]*\])?\s*\)$")
# Nodes whose types begin so only hold others: keys of data, and namespaces, which have many heads.
_HOLDERS = ("namespace", "pair", "table")


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition.

    Attributes:
        name: Its name, or how it begins.
        row: The row of the name, which may be below its first row.
        scope: Whether it may contain definitions.
        holder: Whether its name only tells where others are, as that of a namespace.
        nodes: The ids of its node and of the wrappers around that.
    """

    name: str
    row: int
    scope: bool
    holder: bool
    nodes: tuple[int, ...]


@dataclass(slots=True)
class _Block:
    """Rows `start` to `end`, exclusive, on the way to a segment.

    Attributes:
        nodes: The nodes in it that take several rows, at which it may be cut.
        definitions: The definitions that begin in it, at its own level.
        closing, path, group: As of a `Segment`.
        name_row: In the head of a definition, the row of its name; -1 in other blocks.
        heads: How many definitions at the end of the path begin in it, 0 or 1.
        body: Whether it holds the definitions of a scope, without the head of that.
    """

    start: int
    end: int
    nodes: list["Node"] = field(default_factory=list)
    definitions: list[_Definition] = field(default_factory=list)
    closing: bool = False
    path: tuple[str, ...] = ()
    group: int = 0
    name_row: int = -1
    heads: int = 0
    body: bool = False

    @property
    def head(self) -> bool:
        return self.name_row >= 0

    @property
    def scope(self) -> bool:
        return self.body or any(definition.scope for definition in self.definitions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(definition.name for definition in self.definitions)

    def bound(self, size: Size) -> int:
        """Return the most tokens of the block; without a name it leaves room for a small head."""
        if self.scope:
            return size.target
        return size.limit if self.definitions else size.limit - size.fragment


def tree_segments(
    tree: "Tree", source: bytes, lines: Lines, grammar: Grammar, size: Size
) -> Iterator[Segment]:
    """Cut source code into segments.

    Args:
        tree: Its syntax tree.
        source: The text in UTF-8.
        lines: The same text.
        grammar: The grammar of the tree.
        size: How large chunks become.

    Yields:
        The segments, in order; each fits the limit or is a single row.
    """
    root = _Block(0, len(lines), [tree.root_node])
    cutter = _Cutter(grammar, source, lines)
    stack = list(reversed(cutter.parts(root)))
    while stack:
        block = stack.pop()
        small = lines.cost(block.start, block.end) <= block.bound(size)
        if small or block.end - block.start == 1:
            names, closing = block.names or cutter.names_within(block), block.closing
            defines = block.head or bool(names)
            yield Segment(
                *(block.start, block.end, block.path, names, block.group, defines, closing),
                heads=block.heads,
            )
        else:
            stack += reversed(cutter.parts(block))


def definitions(tree: "Tree", source: bytes, lines: Lines, grammar: Grammar) -> dict[int, str]:
    """Find the names of all definitions of source code, by the row where each begins."""
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
    """Cuts blocks at the nodes in them.

    Args:
        grammar: The grammar of the nodes.
        source: The text in UTF-8.
        lines: The same text.

    Attributes:
        opened: The ids of nodes whose definitions were found already: wrappers would give the same
            definition again.
    """

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
        name_row = max((found.row for found in block.definitions), default=block.name_row)
        heads = any(not found.holder for found in block.definitions) or block.heads
        for part in parts:
            part.name_row = name_row if part.start <= name_row else -1
            part.heads = int(heads) if part.head else 0
        return parts

    def _holds_definitions(self, part: _Block) -> bool:
        kinds = self._kinds | self._grammar.wrappers
        return any(child.type in kinds for node in part.nodes for child in node.children)

    def _paragraphs(self, block: _Block) -> list[_Block]:
        """Cut a long comment or string at its blank rows, or at every row if it has none."""
        rows = range(block.start, block.end)
        starts = [row for row in rows[1:] if self._lines.blank(row - 1)] or rows[1:]
        ends = [*starts, block.end]
        return [_Block(start, end) for start, end in zip([block.start, *starts], ends, strict=True)]

    def _parts(self, nodes: Iterable["Node"], block: _Block) -> list[_Block]:
        """Group nodes, in order: those that share a row, and comments with what they precede."""
        parts: list[_Block] = []
        is_leading = False  # the last part holds nothing but comments and decorators
        last_row = -1
        local = bool(block.path or block.definitions)
        for node in nodes:
            first, last = node.start_point.row, _last_row(node)
            if not parts or first > last_row + is_leading:
                parts.append(_Block(first, first, closing=bool(parts)))
                is_leading = True
            last_row = max(last_row, last)
            is_leading = is_leading and node.type in self._grammar.leading
            self._add(node, first < last, parts[-1], local)
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
        """List the outermost definitions in a block that is none itself, such as a condition.

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

        Args:
            node: The node.
            local: Whether it is inside a definition. There, a value made by a call with a function,
                `const all = map(x => ...)`, is no definition.

        Returns:
            The definition; None if there is none, or it was found before.
        """
        chain = self._chain(node)
        kinds = {link.type for link in chain}
        units = (link for link in reversed(chain) if link.is_named and link.type in self._kinds)
        unit = next(filter(self._is_definition, units), None)
        if unit is None or unit.id in self.opened:
            return None
        if local and "variable_declarator" in kinds and "call_expression" in kinds:
            return None
        names = ((self._name(link, part), part) for link in chain if (part := self._naming(link)))
        name, name_node = next(((name, part) for name, part in names if name), ("", unit))
        if not name and unit.type not in self._grammar.lambdas:
            name = self._header(unit)
        if not name:
            return None
        scope = unit.type in self._grammar.scopes and unit.type not in self._grammar.units
        holder, nodes = unit.type.startswith(_HOLDERS), tuple(link.id for link in chain)
        return _Definition(name, name_node.start_point.row, scope, holder, nodes)

    def _chain(self, node: "Node") -> list["Node"]:
        """List a node and, while it is a wrapper, the single unit or wrapper inside."""
        chain = [node]
        kinds = self._kinds | self._grammar.wrappers
        while chain[-1].type in self._grammar.wrappers:
            inner = [child for child in chain[-1].named_children if child.type in kinds]
            if len(inner) != 1:
                break
            chain += inner
        return chain

    def _is_definition(self, unit: "Node") -> bool:
        if unit.type == "call":
            target = unit.child_by_field_name("target") or unit.child_by_field_name("method")
            return target is not None and self._text(target) in self._grammar.keywords
        # `struct name` without a body only mentions the struct.
        return not unit.type.endswith("_specifier") or bool(unit.child_by_field_name("body"))

    def _naming(self, node: "Node") -> "Node | None":
        """Find the node that holds the name of another one; a call holds its own."""
        if node.type == "call":
            return node
        if node.type == "function_call":  # its name is that of the function called
            return None
        for key in self._grammar.naming:
            found = node.child_by_field_name(key) or _child_of_type(node, key)
            if found:
                while inner := _declared(found):
                    found = inner
                return found
        return None

    def _name(self, node: "Node", naming: "Node") -> str:
        if node.type == "call":
            return self._first_argument(node)
        return _clean(self._receiver(node) + self._text(naming))

    def _first_argument(self, call: "Node") -> str:
        """Return the name in `def name(...)`, or the string in `describe "string"`."""
        arguments = call.child_by_field_name("arguments") or _child_of_type(call, "arguments")
        first = _first(arguments) if arguments else None
        text = self._text(first) if first else ""
        return _clean(text if first and first.type == "string" else text.partition("(")[0])

    def _receiver(self, node: "Node") -> str:
        """Return the type of a Go method's receiver with a dot, `Type.`; "" for other nodes."""
        receiver = node.child_by_field_name("receiver")
        found = _RECEIVER.search(self._text(receiver)) if receiver else None
        return f"{found[1]}." if found else ""

    def _header(self, node: "Node") -> str:
        """Return the header of a definition without a name: `impl Display for Size`."""
        found = _HEADER.match(self._text(node))
        return _clean(found[0]) if found else ""

    def _text(self, node: "Node") -> str:
        # Only names are read from it, and a node may be megabytes long.
        end = min(node.end_byte, node.start_byte + 8 * _LONGEST_NAME)
        return self._source[node.start_byte : end].decode("utf-8", "ignore")


def _children(node: "Node") -> Iterator["Node"]:
    """Yield the children that are not empty: a parser inserts empty nodes for what is missing."""
    return (child for child in node.children if child.end_byte > child.start_byte)


def _last_row(node: "Node") -> int:
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def _declared(declarator: "Node") -> "Node | None":
    """Return what is inside a declarator of C, such as `name` in `(*name)(int)`."""
    if declarator.type == "parenthesized_declarator":
        return _first(declarator)
    inner = declarator.child_by_field_name("declarator")
    # A function never returns a function, so the parser took a type for a name in
    # `API int (name)(...)`.
    if inner and inner.type == declarator.type == "function_declarator":
        names = inner.child_by_field_name("parameters")
        return _first(names) if names else None
    return inner or declarator.child_by_field_name("operator")


def _first(node: "Node") -> "Node | None":
    return node.named_child(0) if node.named_child_count else None


def _child_of_type(node: "Node", kind: str) -> "Node | None":
    return next((child for child in node.named_children[:8] if child.type == kind), None)


def _clean(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME].strip("\"'`&* ")
