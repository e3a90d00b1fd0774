"""From the bytes of a file to its chunks, whatever the bytes are.

Decodes, leaves out what is not for searching, and cuts. Opens nothing and stores nothing. What
strangers wrote can make a parser crash or take all memory: `reader` runs this in a process of its
own.
"""

from dataclasses import dataclass, replace

from searchkit_index.chunking.chunk import Chunk, chunks
from searchkit_index.errors import SearchkitError
from searchkit_index.languages import language
from searchkit_index.languages.language import Language
from searchkit_index.reading import text
from searchkit_index.walk import secret


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its chunks, and the name of its language where it is known."""

    language: str | None
    chunks: list[Chunk]


def read(path: str, data: bytes, *, secrets: bool, grammar: bool = True) -> Reading:
    """The chunks of a file.

    Args:
        path: Relative to the root; tells the language.
        data: All that the file holds.
        secrets: Whether to take what looks like keys and tokens all the same.
        grammar: Whether to parse source code, or cut it by blank lines and indentation.

    Raises:
        text.Unsuitable: It is no text that a person would search, or holds secrets.
    """
    known = language.detect(path, data[:4096])
    content = _content(known, data)
    found = None if secrets else secret.held(content)
    if found:
        raise text.Unsuitable(found)
    if known and not grammar:
        known = replace(known, grammar=None)
    return Reading(known.name if known else None, chunks(content, known))


def _content(known: Language | None, data: bytes) -> str:
    if known is None or known.name != "pdf":
        return text.decode(data)
    from searchkit_index.reading.pdf import pdf_text

    try:
        return pdf_text(data)
    except SearchkitError as error:
        raise text.Unsuitable(error.message) from error
