"""Holds a text as numbered lines, and estimates their tokens.

One regular expression estimates the tokens; running sums make the cost of any range of lines one
subtraction. Lines end at line feeds only, as parsers count them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate, takewhile
from unicodedata import category

# One match is about one token of a byte-level BPE tokenizer of 49 thousand entries over 150
# languages: identifiers are split at case and underscores, digits in threes, spaces are free. Its
# count is 1.0 to 1.3 of such a tokenizer's on 70 programming and markup languages, 0.87 to 1.2 on
# the larger natural languages, and 0.63 at worst (Old Church Slavonic, Chuvash).
_TOKEN = re.compile(
    r"[A-Z]?[a-z]{1,5}|[A-Z]{1,4}|[0-9]{1,3}|[!-/:-@\[-^`{-~]{1,2}|_{3,16}"
    r"|[\u00c0-\u05ff]{1,3}|[\u0600-\u10ff\u1780-\u17ff\u3040-\u30ff]{1,2}|[^\s_]"
)

# Where a line that is too long is cut: after a sentence, else between words. The first alternative
# has the full stops of Latin, Devanagari, Arabic, Urdu and Armenian, the second those of scripts
# that are written without spaces.
_SENTENCE_END = re.compile(r"[.!?…।॥؟۔։][\"')\]”’»]*\s+|[。！？｡។៕။።།༎]+[」』”’）]*\s*|[;}]\s*")
_WORD_END = re.compile(r"[\s,|/]+")


def measure(text: str) -> int:
    """Estimate the tokens of a text for the embedder, rather too many than too few.

    Args:
        text: Any text.

    Returns:
        The number of tokens; that of a text is the sum over its lines.
    """
    return len(_TOKEN.findall(text))


class Lines:
    """The lines of a text, from row 0, with their costs as `measure` gives them.

    Args:
        rows: The lines, without their line feeds.
    """

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        find = _TOKEN.findall
        self._sums = list(accumulate((len(find(row)) for row in rows), initial=0))

    def __len__(self) -> int:
        return len(self.rows)

    def cost(self, start: int, end: int) -> int:
        """Return the number of tokens in rows `start` to `end`, exclusive."""
        return self._sums[end] - self._sums[start]

    def blank(self, row: int) -> bool:
        """Tell whether a row holds nothing but white space."""
        return self._sums[row + 1] == self._sums[row] and not self.rows[row].strip()

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Return the range without blank rows at either end; an empty one if all are blank."""
        while start < end and self.blank(start):
            start += 1
        while start < end and self.blank(end - 1):
            end -= 1
        return start, end

    def text(self, start: int, end: int) -> str:
        """Return rows `start` to `end`, exclusive, joined by line feeds."""
        return "\n".join(self.rows[start:end])


def cut(line: str, limit: int) -> Iterator[str]:
    """Cut one line into pieces of at most `limit` tokens, which concatenate to the line.

    A piece ends after a sentence, or else between words, if its second half has such a place.
    """
    tokens = [match.start() for match in _TOKEN.finditer(line)]
    start = first = 0
    # A piece may begin inside a token, which then counts twice: one token is kept in reserve.
    while len(tokens) - first >= limit:
        middle, last = tokens[first + limit // 2], tokens[first + limit - 1]
        end = (
            _last_end(_SENTENCE_END, line, middle, last)
            or _last_end(_WORD_END, line, middle, last)
            or _before_marks(line, middle, last)
        )
        yield line[start:end]
        start = end
        first = bisect_left(tokens, start)
    yield line[start:]


def _last_end(pattern: re.Pattern[str], line: str, start: int, end: int) -> int:
    """Find where the last match ends, 0 without one."""
    return max((match.end() for match in pattern.finditer(line, start, end)), default=0)


def _before_marks(line: str, start: int, end: int) -> int:
    """Move a cut back, to `start` at most, so that it cuts no combining marks off their letter."""
    marks = takewhile(lambda at: category(line[at])[0] == "M", range(end, start, -1))
    return end - sum(1 for _ in marks)
