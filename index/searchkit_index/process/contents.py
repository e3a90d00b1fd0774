"""Reads and cuts a file, whatever its bytes are.

A file may make a parser crash or take all memory, so `worker` runs this in a process of its own.
"""

from dataclasses import dataclass, replace

from searchkit_index.chunking.chunk import Chunk, chunks, document_chunks
from searchkit_index.chunking.title import titled
from searchkit_index.reading import text
from searchkit_index.reading.extract import extract


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of a file.

    Attributes:
        language: The name of its language; None if it is unknown.
        chunks: Its chunks.
        lasting: Whether reading the file again would give the same. If not, something else, such as
            a process that was killed, interfered, and the file is worth another try.
    """

    language: str | None
    chunks: list[Chunk]
    lasting: bool = True


def read(path: str, data: bytes, *, secrets: bool, grammar: bool = True) -> Contents:
    """Read and cut a file.

    Args:
        path: Relative to the root; its last part tells the language.
        data: The whole content of the file.
        secrets: Whether to take files that seem to hold keys or tokens.
        grammar: Whether to parse source code; else it is cut by blank lines and indentation.

    Returns:
        Its language and chunks.

    Raises:
        Unsuitable: It is no text that a person would search, or holds secrets.
    """
    found = extract(path, data, secrets=secrets)
    known = found.language
    if known and found.blocks is not None:
        cut = document_chunks(found.blocks, known)
    else:
        cut = chunks(found.plain, known if grammar or not known else replace(known, grammar=None))
    if not cut:
        raise text.Unsuitable("empty" if not data.strip() else "holds no text")
    return Contents(known.name if known else None, titled(cut, path))
