"""Finds what programs write in front of lines, their times and numbers: it is not asked for."""

import re
from collections.abc import Iterator
from itertools import pairwise

from searchkit_index import words

# At the beginning of a line, a date and a time to the second: `2024-03-05 12:00:01,123`,
# `[05/Mar/2024:12:00:01 +0100]`, `Mar  5 12:00:01`, or the time alone.
_STAMP = re.compile(
    r"^[ \t\[(<]{0,4}((?:\w[\w/.-]{0,20}[T :]|\w{3}  ?\d{1,2} (?:\d{4} )?)?\d\d:\d\d:\d\d)(?!\d)"
    r"(?:[.,]\d{1,9})?(?: ?(?:Z\b|[+-]\d\d:?\d\d))?[\])>]?",
    re.MULTILINE,
)

# The number of a line, as pagers, compilers and viewers write it: `  12 | code`, `12: code`.
_NUMBERED = re.compile(r"[ \t>]{0,8}(\d{1,6})(?:[ \t]?[|:\u2502\u2503][ \t]?|[ \t]|$)")

# Lines that are read for their numbers.
_LINES = 10_000

# Stamps of one question that are looked for: of a pasted log the first ones.
_MOST = 4


def without_prefixes(text: str) -> str:
    """Leave times in front of lines, and numbers of lines, out of a question that says more."""
    rest = _without_numbers(_STAMP.sub("", text))
    return rest if rest.strip() else text


def stamp_phrases(text: str) -> Iterator[str]:
    """Yield the stamps of a question as phrases: terms with blanks between them."""
    stamps = dict.fromkeys(_STAMP.findall(text))
    return (" ".join(words.terms(stamp)) for stamp in list(stamps)[:_MOST])


def _without_numbers(text: str) -> str:
    """Leave out the numbers of several lines, if each has the one after that of the line above."""
    lines = text.strip("\n").split("\n", _LINES)
    numbered = [_NUMBERED.match(line) for line in lines] if len(lines) > 1 else [None]
    found = [each for each in numbered if each]
    numbers = [int(each[1]) for each in found]
    if len(found) < len(lines) or any(after - before != 1 for before, after in pairwise(numbers)):
        return text
    return "\n".join(line[each.end() :] for line, each in zip(lines, found, strict=True))
