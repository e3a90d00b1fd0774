"""Pairs from source code: documentation comment and definition, name and body.

Where a whole comment asks, it is removed from the code, so that a model has to read the code
itself; where keywords of it ask, it stays. What a definition is stands in the index's table of
grammars; languages without one are cut by their indentation. Nothing here opens a file.
"""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import TYPE_CHECKING

from searchkit.training.mining.comment import sentences
from searchkit.training.mining.keyword import documented_pair
from searchkit.training.mining.prose import language_of
from searchkit.training.pair import Pair, cut, token_count
from searchkit_index.languages.grammar import Grammar
from searchkit_index.languages.language import Language

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MOST_TOKENS = 300
_FEWEST_TOKENS = 14
_FEWEST_BODY_TOKENS = 30
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_CALLED = re.compile(r"([A-Za-z_$][\w$]*[?!]?)\s*(?:<[^<>()]*>)?\s*\(")
_DEFINED = re.compile(r"\w+[ (]+(?:\"([^\"\n]+)\"|([A-Za-z_]\w*[?!]?))")
_BRACKETS = re.compile(r"\A\s*(?:\{|do\b)|(?:\}|\bend)\s*\Z")
_PARAMETERS = re.compile(r"\(([^()]{1,120})\)")
_DULL_NAMES = re.compile(
    "main|init|constructor|tostring|equals|hashcode|clone|setup|teardown|test|dispose|new|do"
    "|enum|struct|union|function|anonymous|callback|handler|wrapper|inner"
)
_FORMAT = re.compile(r"\s*@(?:module|type)?doc\b")
_SLASHES, _STARRED = r"///", r"/\*\*(?s:.*?)\*/"
_DOCUMENTATION = {  # how a line, or a whole comment, begins where there is no grammar
    "clojure": ";;",
    "d": f"{_SLASHES}|{_STARRED}",
    "dart": f"{_SLASHES}|{_STARRED}",
    "elm": r"--|\{-\|(?s:.*?)-\}",
    "erlang": "%%",
    "fsharp": _SLASHES,
    "gdscript": "##",
    "groovy": _STARRED,
    "julia": r'"""(?s:.*?)"""',
    "nim": "##",
    "objective-c": f"{_SLASHES}|{_STARRED}",
    "ocaml": r"\(\*\*(?s:.*?)\*\)",
    "perl": "#",
    "powershell": r"#|<#(?s:.*?)#>",
    "proto": f"//|{_STARRED}",
    "r": "#'",
    "solidity": f"{_SLASHES}|{_STARRED}",
    "terraform": "#",
    "vala": _STARRED,
    "vim": '"',
}
_KEYWORD = (
    r"sub|function!?|filter|func|def|let|val|struct|type|class|enum|message|rpc|service|module"
)
_DECLARES = {
    "perl": r"sub\b",
    "powershell": r"(?i:function)\b",
    "terraform": r"(?:resource|variable|module|data|output)\b",
    "vim": r"(?:function|command)\b",
    "clojure": r"\(def",
    "r": r"[\w.]+ *(?:<-|=) *function",
}
_ANY_DECLARATION = rf"(?:{_KEYWORD})\b|[@\w(\[<+-][^=\n;]*(?:[({{]|=>|->|=\s*$)|[\w:]+ .*="


def docstring_pairs(text: str, language: Language) -> Iterator[Pair]:
    """Yield `docstring` and `documented` pairs; `name-body` pairs where nothing is documented.

    The code of a pair is dedented and ends after 300 words and marks.
    """
    parser = language.grammar.parser() if language.grammar else None
    if language.grammar and parser:
        yield from _parsed(text, language.name, language.grammar, parser)
    elif language.name in _DOCUMENTATION:
        yield from _indented(text, language.name)


def words_of(name: str) -> str:
    """Split an identifier into words, in lower case: `getUserName` becomes `get user name`."""
    return " ".join(_WORD.findall(name)).lower()


def _parsed(text: str, name: str, grammar: Grammar, parser: "Parser") -> Iterator[Pair]:
    source = text.encode()
    for node in _units(parser.parse(source).root_node, grammar, parser):
        unit = _Unit(node, grammar, source)
        documentation = unit.documentation() if unit.is_named else ""
        code = unit.code()
        if documentation and token_count(code) >= _FEWEST_TOKENS:
            yield _pair(documentation, code, name)
            yield from _documented(documentation, unit.whole(), name)
        elif unit.is_named and node.type in grammar.units:
            question, body = unit.question(), unit.body()
            if question and token_count(body) >= _FEWEST_BODY_TOKENS:
                yield Pair(question, cut(body, _MOST_TOKENS), "name-body", "en", name)


def _pair(documentation: str, code: str, name: str) -> Pair:
    natural = language_of(documentation)
    return Pair(documentation, cut(code, _MOST_TOKENS), "docstring", natural, name)


def _documented(documentation: str, code: str, name: str) -> list[Pair]:
    pair = documented_pair(documentation, code, language_of(documentation), name)
    return [pair] if pair else []


def _units(root: "Node", grammar: Grammar, parser: "Parser") -> list["Node"]:
    """List every definition below `root`, in the order of the source."""
    from tree_sitter import Query, QueryCursor

    assert parser.language is not None
    wanted = sorted(grammar.units | grammar.scopes)
    query = Query(parser.language, " ".join(f"({kind}) @unit" for kind in wanted))
    found = QueryCursor(query).captures(root).get("unit", [])
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


class _Unit:
    """One definition with what belongs to it: wrappers, comments above, clauses below."""

    def __init__(self, node: "Node", grammar: Grammar, source: bytes) -> None:
        self._node, self._grammar, self._source = node, grammar, source
        self._outer = node
        while (parent := self._outer.parent) and parent.type in grammar.wrappers:
            self._outer = parent
        self._above = _adjacent_above(self._outer, grammar)
        self._inner = _inner_documentation(node, source)
        self.is_named = self._counts()

    def _counts(self) -> bool:
        if self._node.type == "call":
            keyword = self._text(self._node).partition(" ")[0]
            if keyword not in self._grammar.keywords:
                return False
        if self._node.type in self._grammar.lambdas and self._outer == self._node:
            return False
        before = self._outer.prev_named_sibling
        if before and before.type == self._node.type and self._name_of(before) == self.name() != "":
            return False  # a further clause of the definition above
        parent = self._node.parent
        return not (parent and parent.type in self._grammar.units and parent != self._outer)

    def _text(self, node: "Node") -> str:
        return self._source[node.start_byte : node.end_byte].decode(errors="replace")

    def comment(self) -> str:
        """Return the documentation inside the definition, or else the comments right above it."""
        if self._inner:
            return self._text(self._inner)
        return "\n".join(
            self._text(node).rstrip("\n") for node in self._above if self._documents(node)
        )

    def documentation(self) -> str:
        """Return the comment as sentences, without the name that some languages begin it with."""
        said = sentences(self.comment())
        rest = said.removeprefix(f"{self.name()} ") if self.name() else said
        return said if rest is said else rest[:1].upper() + rest[1:]

    def _documents(self, node: "Node") -> bool:
        if node.type == "unary_operator":
            return bool(_FORMAT.match(self._text(node)))
        return "comment" in node.type or node.type in {"haddock", "marginalia"}

    def code(self) -> str:
        """Return the definition without its documentation, dedented."""
        start = self._outer.start_byte - self._outer.start_point.column
        text = self._source[start : self._end()]
        if self._inner:
            first, last = self._inner.start_byte - start, self._inner.end_byte - start
            text = text[:first].rstrip(b" \t") + text[last:].lstrip(b" \t;").removeprefix(b"\n")
        kept = [self._text(node) for node in self._above if not self._documents(node)]
        return "\n".join([*map(str.strip, kept), dedent(_detabbed(text)).strip()])

    def whole(self) -> str:
        """Return the definition with its documentation, dedented."""
        first = self._above[0] if self._above else self._outer
        start = first.start_byte - first.start_point.column
        return dedent(_detabbed(self._source[start : self._end()])).strip()

    def _end(self) -> int:
        """Find where the last clause of the same name ends: equations, heads of one function."""
        last, name = self._outer, self.name()
        while name and (following := last.next_named_sibling):
            if following.type != self._node.type or self._name_of(following) != name:
                break
            last = following
        return last.end_byte

    def name(self) -> str:
        """Return the identifier; empty where none is found."""
        return self._name_of(self._node) or self._name_of(self._outer)

    def _name_of(self, node: "Node") -> str:
        if node.type == "call":
            called = _DEFINED.match(self._text(node))
            return (called.group(1) or called.group(2)) if called else ""
        for field in self._grammar.naming:
            if named := node.child_by_field_name(field):
                return self._text(named).rpartition(".")[2].strip("\"'")[:80]
        called = _CALLED.search(self._text(node).partition("{")[0][:400])
        return called.group(1) if called else ""

    def question(self) -> str:
        """Return the words of the name, with the parameters where these words alone say little."""
        name = self.name()
        words = words_of(name)
        if len(words) < 3 or _DULL_NAMES.fullmatch(words.replace(" ", "")):
            return ""
        if len(words.split()) >= 3:
            return words
        parameters = _PARAMETERS.search(self._text(self._node)[:400].partition("\n")[0])
        signature = words_of(parameters.group(1)).removeprefix("self").strip() if parameters else ""
        return f"{words} ({signature})" if signature else words if " " in words else ""

    def body(self) -> str:
        """Return what the name stands for, without the name."""
        body = self._node.child_by_field_name("body")
        if self._node.type == "call":
            blocks = (child for child in self._node.named_children if child.type == "do_block")
            body = next(blocks, None)
            if body is None:
                return ""
        if body is None:
            return self.code().partition("\n")[2]
        line = body.start_byte - body.start_point.column
        blank = not self._source[line : body.start_byte].strip()
        text = self._source[line if blank else body.start_byte : body.end_byte]
        return dedent(_BRACKETS.sub("", _detabbed(text))).strip("\n").rstrip()


def _detabbed(text: bytes) -> str:
    return text.decode(errors="replace").replace("\t", "    ")


def _adjacent_above(outer: "Node", grammar: Grammar) -> list["Node"]:
    """List comments, attributes and signatures right above a definition, from the top down."""
    found: list[Node] = []
    below = outer
    while above := _sibling_above(below, grammar):
        last = above.end_point.row - (above.end_point.column == 0)
        if below.start_point.row - last > 1 or _trails(above):
            break
        found.append(above)
        below = above
    return found[::-1]


def _sibling_above(below: "Node", grammar: Grammar) -> "Node | None":
    """Find what is above a node and belongs to it, also outside of a list that it opens."""
    above = below.prev_sibling
    parent = below.parent
    if above is None and parent and parent.type not in grammar.units | grammar.scopes:
        above = parent.prev_sibling
    return above if above and above.type in grammar.leading else None


def _trails(comment: "Node") -> bool:
    """Tell whether a comment ends a line of code rather than standing on its own."""
    before = comment.prev_sibling
    return (
        before is not None
        and before.is_named
        and (before.end_point.row == comment.start_point.row and before.end_point.column > 0)
    )


def _inner_documentation(node: "Node", source: bytes) -> "Node | None":
    """Find the documentation string inside a definition (Python), or a module's `@moduledoc`."""
    body = node.child_by_field_name("body") or (
        node.named_children[-1] if node.named_children else None
    )
    first = body.named_children[0] if body and body.named_children else None
    if first is None:
        return None
    if first.type == "expression_statement" and node.type.endswith("_definition"):
        string = first.named_children[0] if first.named_children else None
        return first if string and string.type == "string" else None
    documents = first.type == "unary_operator" and source[first.start_byte :].startswith(
        b"@moduledoc"
    )
    return first if documents else None


def _indented(text: str, name: str) -> Iterator[Pair]:
    """Cut a language without grammar: a comment, then code until the indentation returns."""
    opening = _DOCUMENTATION[name]
    declares = _DECLARES.get(name, _ANY_DECLARATION)
    found = re.compile(
        rf"^(?P<comment>(?:(?P<depth>[ ]*)(?:{opening}).*\n)+)"
        rf"(?=(?P<code>(?:(?P=depth)@.*\n)*(?P=depth)(?:{declares}).*"
        rf"(?:\n(?:[ ]*$|(?P=depth)[ ]+\S.*))*(?:\n(?P=depth)(?:[)\]}}]|end\b).*)?))?",
        re.MULTILINE,
    )
    for match in found.finditer(text.replace("\t", "    ")):
        code = dedent(match["code"] or "").strip()
        documentation = sentences(dedent(match["comment"]))
        if documentation and token_count(code) >= _FEWEST_TOKENS:
            yield _pair(documentation, code, name)
