"""Makes titles from the names of files, for texts without headings."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit_index.chunking.chunk import Chunk

# What separates the words of a name: digits, punctuation, surrogate escapes of undecodable bytes.
_SEPARATORS = re.compile(r"[\d_\s!-/:-@\[-`{-~\ud800-\udfff]+")


@lru_cache(maxsize=1 << 12)
def title_of(path: str) -> str:
    """Return the words of a file's name.

    Numbers are left out: `Bill (1).pdf` is a copy of `Bill.pdf` and has the same title.

    Args:
        path: Relative to the root, with slashes.

    Returns:
        The words, joined by spaces; "" if all are of one or two ASCII letters.
    """
    stem = path.rpartition("/")[2].lstrip(".").partition(".")[0]
    words = [word for word in _SEPARATORS.split(stem) if word]
    return " ".join(words) if any(len(word) > 2 or not word.isascii() for word in words) else ""


def titled(chunks: "Iterable[Chunk]", path: str) -> "list[Chunk]":
    """Give prose without a heading the title of its file, which may be all that names its topic."""
    title = title_of(path)
    return [
        replace(chunk, symbol=title) if chunk.kind == "prose" and not chunk.symbol else chunk
        for chunk in chunks
    ]
