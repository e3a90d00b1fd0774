"""Reads files whose lines are pairs, or the sides of pairs."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from searchkit.training.gathering.sources import Group
from searchkit.training.mining.prose import split_sentences
from searchkit.training.pair import Pair

# What tokenizers of English texts leave: spaces before marks, doubled apostrophes for quotes, and
# the mark that splits a rephrased sentence in two.
_TOKENIZED = (
    (re.compile(r" <::::>"), ""),
    (re.compile(r" ([.,;:!?)%](?=\s|$)|'s\b|n't\b)"), r"\1"),
    (re.compile(r"''"), '"'),
)


def parallel_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield the lines of each file beside those of `original` with the same numbers.

    Files are named `anything.LANGUAGE.txt` unless the group gives a language.
    """
    original = _lines(folder / group.original)
    for path in group.paths(folder):
        language = group.languages[0] or path.name.split(".")[-2]
        for a, b in zip(_lines(path), original, strict=True):
            yield Pair(a.strip(), b.strip(), group.kind, language, group.languages[1])


def table_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    r"""Yield two columns of tables, or each sentence of one column with the next one.

    Fields are separated by tabs, and not quoted; `\n` in them ends a line.
    """
    for path in group.paths(folder):
        for line in filter(None, _lines(path)):
            fields = line.split("\t")
            texts = [_plain(fields[column]) for column in group.columns]
            sides = [tuple(texts)] if len(texts) > 1 else pairwise(split_sentences(texts[0]))
            for a, b in sides:
                yield Pair(a, b, group.kind, *group.languages)


def _lines(path: Path) -> list[str]:
    """Split at newlines alone: sentences may hold other ends of lines."""
    return path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")


def _plain(text: str) -> str:
    text = text.replace("\\n", "\n")
    for pattern, replacement in _TOKENIZED:
        text = pattern.sub(replacement, text)
    return text.strip()
