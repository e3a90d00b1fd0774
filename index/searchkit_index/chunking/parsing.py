"""Parses source code, within limits of time and memory."""

import re
import time
import zlib
from typing import TYPE_CHECKING

from searchkit_index.chunking.lines import Lines

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

# A parser that recovers from errors can take time and memory quadratic in the depth of unclosed
# brackets, or in the length of a line. So a text is not parsed if it has a longer line, in
# characters, or a window of so many bytes that compresses by more than this factor, as nested
# brackets do (2 of 11,000 real files do).
_LONGEST_LINE = 5_000
_WINDOW = 4096
_MOST_COMPRESSION = 20
# Parsing is stopped after so much processor time: in seconds, and in seconds for each byte.
_TIME_LIMIT = 0.5
_TIME_PER_BYTE = 3e-6
# A macro between `class` and a name, as `class Q_CORE_EXPORT QObject : Base {`, or alone between
# two declarations, as `FMT_BEGIN_NAMESPACE`. The parser takes it for the name, or for the type of
# what follows, and that for a function or a variable.
_MACRO = rb"([A-Z][A-Z0-9]*_[A-Z0-9_]*)"
_MACROS = (
    re.compile(
        rb"(\b(?:class|struct)\s+)" + _MACRO + rb"(?=\s+\w+(?:<[^<>{};]*>)?(?:\s+final)?\s*[:{])"
    ),
    re.compile(rb"([{};>\"/]\s*\n[ \t]*)" + _MACRO + rb"(?=[ \t]*\n)"),
    # What a module exports: the parser takes the word for a type.
    re.compile(rb"(^[ \t]*)(export)(?=[ \t]+(?!module\b|import\b)\w)", re.MULTILINE),
)
# Modifiers after an annotation, as `@Composable` above `private fun`: the parser takes them for an
# expression with this annotation, and what they modify for a call.
_MODIFIERS = re.compile(
    rb"(@[\w.:]+(?:\([^()\n]*\))?[ \t]*\n?[ \t]*)"
    rb"((?:(?:private|internal|public|protected|inline|actual|expect|abstract|open|sealed|final"
    rb"|annotation)[ \t]+)+)(?=\w)"
)
# By the name of a language, words that its parser reads wrongly, each the second group.
_MISREAD = {"cpp": _MACROS, "kotlin": (_MODIFIERS,)}
# By the name of a language, what shows that its parser makes little of a text: templates of dbt,
# queries that a comment names, packages of Oracle, batches and procedures of SQL Server and MySQL;
# rules of Snakemake.
_UNPARSED = {
    "python": re.compile(rb"^(?:rule|checkpoint)[ \t]+\w+[ \t]*:[ \t]*$", re.MULTILINE),
    "sql": re.compile(
        rb"\{%|^--[ \t]*:?name:?[ \t]|^[ \t]*create[ \t]+(?:[a-z]+[ \t]+){0,3}package\b"
        rb"|^GO[ \t]*$|^DELIMITER[ \t]|^[ \t]*(?:create|alter)[ \t]+or[ \t]+alter\b"
        rb"|^[ \t]*(?:create|alter)[ \t]+proc(?:edure)?[ \t][^\n]{0,200}[@\[]",
        re.MULTILINE | re.IGNORECASE,
    ),
}


def without_misread(source: bytes, name: str) -> bytes:
    """Put blanks in place of words that a parser reads wrongly.

    Args:
        source: The text; every byte of it keeps its place.
        name: The name of its language.

    Returns:
        The text to parse.
    """
    for words in _MISREAD.get(name, ()):
        source = words.sub(lambda found: found[1] + b" " * len(found[2]), source)
    return source


def is_parsed(source: bytes, name: str) -> bool:
    """Tell whether a parser makes sense of a text in the language of a name."""
    return name not in _UNPARSED or not _UNPARSED[name].search(source)


def parse(source: bytes, parser: "Parser", lines: Lines) -> "Tree | None":
    """Parse source code.

    Args:
        source: The text in UTF-8.
        parser: For its language.
        lines: The same text.

    Returns:
        The syntax tree; None if parsing would take too long, or most of the text has errors.
    """
    if max(map(len, lines.rows)) > _LONGEST_LINE or _is_repetitive(source):
        return None
    deadline = time.thread_time() + _TIME_LIMIT + _TIME_PER_BYTE * len(source)
    # The binding (py-tree-sitter 0.26) never frees the object that a read returned. So the first
    # read returns a view, which is released here; the others are at the very end, where the bytes
    # are empty and shared.
    with memoryview(source) as view:
        try:
            tree = parser.parse(
                lambda start, _: bytes(view[start:]) if start else view,
                encoding="utf8",
                progress_callback=lambda _, __: time.thread_time() > deadline,
            )
        except ValueError:  # stopped by the callback
            return None
    return None if _is_mostly_errors(tree.root_node) else tree


def _is_repetitive(source: bytes) -> bool:
    windows = (source[start : start + _WINDOW] for start in range(0, len(source), _WINDOW))
    return any(
        len(window) > _MOST_COMPRESSION * len(zlib.compress(window, 1)) for window in windows
    )


def _is_mostly_errors(root: "Node") -> bool:
    if not root.has_error:
        return False
    errors = sum(node.end_byte - node.start_byte for node in root.children if node.is_error)
    return root.is_error or 2 * errors > root.end_byte - root.start_byte
