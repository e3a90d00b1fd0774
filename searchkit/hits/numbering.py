"""Finds the line of the file that each line of a hit begins on.

Readers of pages and notebooks join lines of the file and leave others out. Of a chunk the index
holds the first and the last line in the file; those between are looked for here.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

# No more of a file is read for it, in bytes, and in longer parts nothing is looked for, in
# characters: the lines of hits there are counted from the first.
_READ, _LONGEST = 4_000_000, 400_000

_WORD = re.compile(r"\w+")
# What may stand between two words of a page: marks, and tags.
_BETWEEN = r"[^\w<]{1,80}(?:<[^<>]{0,200}>[^\w<]{0,80}){0,4}"


@lru_cache(maxsize=256)
def numbers(root: Path, path: str, text: str, start: int, end: int) -> tuple[int, ...]:
    """Give the lines of a chunk the numbers that they have in the file.

    Args:
        root: The folder that `path` is relative to.
        path: The path of the file.
        text: The chunk.
        start: Its first line in the file, from 1.
        end: Its last one, included.

    Returns:
        A number for each line of the text, none less than the one before.
    """
    rows = text.split("\n")
    counted = tuple(min(number, end) for number in range(start, start + len(rows)))
    if len(rows) in (1, end - start + 1):
        return counted
    from searchkit_index.reading.extract import lines_of
    from searchkit_index.reading.text import Unsuitable

    try:
        _, lines = lines_of(root, path, _READ, _READ)
    except Unsuitable:
        return counted
    part = "\n".join(lines[start - 1 : end])
    if not 0 < len(part) <= _LONGEST:
        return counted
    return tuple(_filled([*_found(rows, part, start)], start, end))


def _found(rows: Sequence[str], part: str, start: int) -> Iterator[int | None]:
    """Look for the first words of each line, behind those of the line before.

    The first place where they stand is at or before the right one: what is found too early leaves
    all others where they are. None for a line without words, or whose words are not found.
    """
    number, at = start, 0
    for row in rows:
        begins = _BETWEEN.join(_WORD.findall(row)[:3])
        if begins and (found := re.compile(begins).search(part, at)):
            number += part.count("\n", at, found.start())
            at = found.start()
            yield number
            number, at = number + part.count("\n", at, found.end()), found.end()
        else:
            yield None


def _filled(found: Sequence[int | None], start: int, end: int) -> Iterator[int]:
    """Give what was not found the number below the one before, as far as those behind allow."""
    number = start - 1
    for at, known in enumerate(found):
        if known is None:
            behind = next((each for each in found[at:] if each is not None), end)
            number = min(number + 1, behind)
        else:
            number = known
        yield max(number, start)
