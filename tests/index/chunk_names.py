"""The names that chunks bear."""

from textwrap import dedent

from searchkit_index.chunking.chunk import LIMIT, chunks
from searchkit_index.languages.language import LANGUAGES


def symbols(source: str, name: str, limit: int = LIMIT) -> list[str]:
    """The symbol of each chunk of a source in a language."""
    return [chunk.symbol for chunk in chunks(dedent(source), LANGUAGES[name], limit)]
