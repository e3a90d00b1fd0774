"""Finds the tokens of source code that a screen or a terminal colours."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from searchkit_index.languages.language import LANGUAGES


def tokens(lines: Sequence[str], language: str | None) -> list[list[tuple[int, int, Any]]]:
    """Find the tokens of lines that follow each other.

    Args:
        lines: The lines, without line ends.
        language: Their language; None if it is not known.

    Returns:
        For each line where its tokens begin and end, and their kinds as Pygments names them; none
        where it does not know the language.
    """
    found: list[list[tuple[int, int, Any]]] = [[] for _ in lines]
    lexer = _lexer(language or "text")
    row = column = 0
    for kind, token in lexer.get_tokens("\n".join(lines)) if lexer else ():
        for number, piece in enumerate(token.split("\n")):
            row, column = (row + 1, 0) if number else (row, column)
            if piece and row < len(lines):
                found[row].append((column, column + len(piece), kind))
            column += len(piece)
    return found


@cache
def _lexer(language: str) -> Any:
    """Return the lexer of a language; None where there is none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    known = LANGUAGES.get(language)
    try:
        return get_lexer_by_name((known and known.lexer) or language, stripnl=False)
    except ClassNotFound:
        return None
