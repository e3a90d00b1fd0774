"""Reads and cuts a file, whatever its bytes are.

What strangers wrote can make a parser crash or take all memory: `worker` runs this in a process of
its own.
"""

from dataclasses import dataclass, replace

from searchkit_index.chunking.chunk import Chunk, chunks, document_chunks
from searchkit_index.chunking.title import titled
from searchkit_index.reading import text
from searchkit_index.reading.extract import extract


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        language: The name of its language, where it is known.
        chunks: Its chunks.
        lasting: The same file gives the same again; otherwise something around it, such as a
            process that was ended, left it half understood, and it is worth another try.
    """

    language: str | None
    chunks: list[Chunk]
    lasting: bool = True


def read(path: str, data: bytes, *, secrets: bool, grammar: bool = True) -> Contents:
    """Read and cut a file.

    Args:
        path: Relative to the root; names the language.
        data: All that the file holds.
        secrets: Whether to take what looks like keys and tokens all the same.
        grammar: Whether to parse source code, or cut it by blank lines and indentation.

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
