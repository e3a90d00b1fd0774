"""Gives a text without headings the name of its file for a title."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit_index.chunking.chunk import Chunk

# Digits, punctuation, and the bytes of a name that is in no encoding.
_NO_WORDS = re.compile(r"[\d_\s!-/:-@\[-`{-~\ud800-\udfff]+")


@lru_cache(maxsize=1 << 12)
def title_of(path: str) -> str:
    """Return the words of a file's name.

    Numbers are no words: `Bill (1).pdf` is another copy of `Bill.pdf`, and has its title.

    Args:
        path: Relative to the root, with slashes.

    Returns:
        The words; empty where none is more than one or two Latin letters.
    """
    stem = path.rpartition("/")[2].lstrip(".").partition(".")[0]
    found = [word for word in _NO_WORDS.split(stem) if word]
    return " ".join(found) if any(len(it) > 2 or not it.isascii() for it in found) else ""


def titled(chunks: "Iterable[Chunk]", path: str) -> "list[Chunk]":
    """Name prose that no heading stands above by its file: what a note is on stands there alone."""
    title = title_of(path)
    return [
        replace(chunk, symbol=title) if chunk.kind == "prose" and not chunk.symbol else chunk
        for chunk in chunks
    ]
