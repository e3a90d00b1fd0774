"""Names the definitions of a few lines of code, which may stand in a text of another language."""

from searchkit_index.chunking import syntax
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.languages.row import Language


def by_grammar(rows: list[str], language: Language) -> dict[int, str] | None:
    """Find the names of definitions by row; None without a grammar that makes sense of them."""
    parser = language.parser()
    if parser is None or language.grammar is None:
        return None
    source = "\n".join(rows).encode("utf-8", "replace")
    tree = syntax.parsed(source, parser, Lines(rows))
    return syntax.definitions(tree, source, Lines(rows), language.grammar) if tree else None


def defines(rows: list[str], language: Language) -> bool:
    """Tell whether some rows define anything."""
    if language.kind != "code":
        return False
    found = by_grammar(rows, language)
    return bool(code_outline(rows, 0, language.definitions).titles if found is None else found)
