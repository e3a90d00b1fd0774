"""Finds the text in a program that a message was made of: `no file {path}` of `no file a.txt`."""

import re
from collections.abc import Iterator

# What stands for a value, in the manner of many languages: `%d`, `%(name)s`, `{name}`, `${name}`,
# `#{name}`, `$name`, `\(name)`, `~p`.
_VALUE = re.compile(
    r"%[-+ #0-9.*]{0,8}(?:l{1,2}|h|z)?[a-z@]|%\(\w{1,40}\)[a-z]|[#$%]?\{\{?[^{}\n]{0,80}\}?\}"
    r"|\$\w{1,40}|\\\([^()\n]{0,80}\)|~[a-z]\b"
)

# A value between two parts of a text: `"no file " + path + " here"`.
_BESIDE = r"\s?(?:\+\+?|\.\.?|<<|<>|&|~|,)\s?"
_ADDED = re.compile(rf"([\"']){_BESIDE}[^\"'\n]{{1,80}}?{_BESIDE}\1")

# A text in quotation marks, or all that follows a key.
_TEXT = re.compile(
    r'"((?:[^"\\\n]|\\.){8,400})"|\'((?:[^\'\\\n]|\\.){8,400})\'|`([^`\n]{8,400})`'
    r"|^[\w.-]{1,80} ?[:=] ?([^\"'`\n]{8,400})$",
    re.MULTILINE,
)

_WORD = re.compile(r"\w+")

# Words of a text that are in the message as well, at least, one more without a value; and letters
# of the longest of them.
_FEWEST, _LONGEST = 3, 4


def part_made_of(message: str, text: str) -> float:
    """Tell how much of a message a text in a program may have made.

    Args:
        message: The words of the message, folded, with a blank before and after each.
        text: Of a chunk, folded.

    Returns:
        The greatest part from the first to the last word that one of its texts has, 0 to 1.
    """
    total = max(message.count(" ") - 1, 1)
    return max((_covered(message, parts) for parts in _templates(text)), default=0) / total


def _templates(text: str) -> Iterator[list[str]]:
    """Yield the texts with values left out: the words before, between and after them."""
    for found in _TEXT.finditer(_ADDED.sub("{}", text)):
        typed = found[found.lastindex or 0]
        parts = [_WORD.findall(part) for part in _VALUE.split(typed)]
        told = [word for part in parts for word in part]
        fewest = _FEWEST + (len(parts) == 1)
        if len(told) >= fewest and max(map(len, told)) >= _LONGEST:
            yield [f" {' '.join(part)} " for part in parts if part]


def _covered(message: str, parts: list[str]) -> int:
    """Count the words of a message from the first part to the last; 0 unless all follow in it."""
    start = end = message.find(parts[0])
    for part in parts:
        at = message.find(part, max(end, 0))
        if at < 0:
            return 0
        end = at + len(part) - 1
    return message.count(" ", start, end)
