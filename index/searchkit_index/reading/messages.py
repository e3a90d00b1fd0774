"""Reads translations in JSON: texts by the names that programs give them, also below others."""

import json
import re
from collections.abc import Iterator

from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title

_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
# A text with its key, a key with what it opens, any other string, or a bracket.
_TOKEN = re.compile(rf"({_STRING})\s*+:\s*+(?:({_STRING})|(\{{))|{_STRING}|([{{}}])", re.DOTALL)
_MOST_KEYS = 6  # of a name, the last of those around it
_LEAST_LETTERS = 2  # of a text: others are numbers and marks


def read(content: str) -> Iterator[Block]:
    """Yield a section for each text, by its keys, which dots join as in a program."""
    rows = Rows(content)
    keys: list[str] = []
    for token in _TOKEN.finditer(content):
        key, said, opened, bracket = token.groups()
        if opened or bracket == "{":
            keys.append(_words(key or '""'))
        elif bracket:
            del keys[-1:]
        elif said and sum(map(str.isalpha, words := _words(said))) >= _LEAST_LETTERS:
            name = ".".join(filter(None, [*keys[-_MOST_KEYS:], _words(key)]))
            row = rows.of(token.start(2))
            yield Block([f"{name}: {words}"], [row], 1, clean_title(name))


def _words(quoted: str) -> str:
    """Read a string of JSON in one row; one that is malformed stays as it is."""
    try:
        said = str(json.loads(quoted, strict=False))
    except ValueError:
        said = quoted[1:-1]
    return " ".join(said.split())
