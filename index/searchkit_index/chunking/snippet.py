"""Finds the definitions in a snippet of code, which may be a part of a text in another language."""

from searchkit_index.chunking import parsing, syntax
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.languages.row import Language


def parsed_definitions(rows: list[str], language: Language) -> dict[int, str] | None:
    """Find the definitions of a snippet with its grammar.

    Args:
        rows: The lines of the snippet.
        language: The language of the snippet.

    Returns:
        The names of the definitions by the row where each begins, from 0; None if there is no
        grammar or the parser fails.
    """
    parser = language.parser()
    if parser is None or language.grammar is None:
        return None
    source, lines = "\n".join(rows).encode("utf-8", "replace"), Lines(rows)
    tree = parsing.parse(source, parser, lines)
    return syntax.definitions(tree, source, lines, language.grammar) if tree else None


def has_definition(rows: list[str], language: Language) -> bool:
    """Tell whether a snippet defines anything, by its grammar or else by how its lines look."""
    if language.kind != "code":
        return False
    found = parsed_definitions(rows, language)
    return bool(code_outline(rows, language).titles if found is None else found)
