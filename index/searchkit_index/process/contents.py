"""From the bytes of a file to its chunks, whatever the bytes are.

What strangers wrote can make a parser crash or take all memory: `worker` runs this in a process of
its own.
"""

from dataclasses import dataclass, replace

from searchkit_index.chunking.chunk import Chunk, chunks, document_chunks
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
        path: Relative to the root; tells the language.
        data: All that the file holds.
        secrets: Whether to take what looks like keys and tokens all the same.
        grammar: Whether to parse source code, or cut it by blank lines and indentation.

    Raises:
        Unsuitable: It is no text that a person would search, or holds secrets.
    """
    text = extract(path, data, secrets=secrets)
    known = text.language
    name = known.name if known else None
    if known and text.blocks:
        return Contents(name, document_chunks(text.blocks, known))
    if known and not grammar:
        known = replace(known, grammar=None)
    return Contents(name, chunks(text.plain, known))
