"""Finds the time at which a program wrote a line: who pastes the line asks for what it says."""

import re
from collections.abc import Iterator

from searchkit_index import words

# At the beginning of a line, a date and a time to the second: `2024-03-05 12:00:01,123`,
# `[05/Mar/2024:12:00:01 +0100]`, `Mar  5 12:00:01`, or the time alone.
_STAMP = re.compile(
    r"^[ \t\[(<]{0,4}((?:\w[\w/.-]{0,20}[T :]|\w{3}  ?\d{1,2} (?:\d{4} )?)?\d\d:\d\d:\d\d)(?!\d)"
    r"(?:[.,]\d{1,9})?(?: ?(?:Z\b|[+-]\d\d:?\d\d))?[\])>]?",
    re.MULTILINE,
)

# Stamps of one question that are looked for: of a pasted log the first ones.
_MOST = 4


def without_stamps(text: str) -> str:
    """Leave the stamps out of a question that says more."""
    rest = _STAMP.sub("", text)
    return rest if rest.strip() else text


def stamp_phrases(text: str) -> Iterator[str]:
    """Yield the stamps of a question as phrases: terms with blanks between them."""
    stamps = dict.fromkeys(_STAMP.findall(text))
    return (" ".join(words.terms(stamp)) for stamp in list(stamps)[:_MOST])
