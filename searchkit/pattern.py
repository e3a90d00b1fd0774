"""Defines patterns that a line of a chunk must match, as in grep.

A pattern matches within a line. RE2 runs it in time linear in the text, whatever the expression.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from searchkit_index.errors import QueryError

# No letter or its mark, no digit, no underscore: RE2's own `\b` knows those of ASCII alone.
_NO_WORD = r"[^\pL\pM\pN_]"

# In Turkish `ı` is the small `I`, and `İ` the capital `i`: RE2 knows neither.
_I = "(?:[iIıİ]\u0307?)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a line of a chunk must match.

    Args:
        text: A regular expression in RE2's syntax, or a text.
        fixed: Whether it is a literal text, which also matches with its accents composed otherwise.
        ignore_case: Whether upper and lower case are the same.
        whole_word: Whether no letter, digit or underscore may be right before or after a match.

    Raises:
        QueryError: It is empty, contains a line end or no UTF-8, or is not a regular expression.
    """

    text: str
    fixed: bool = False
    ignore_case: bool = False
    whole_word: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text:
            raise QueryError(f"the pattern is {self.text!r}", "give a text that is not empty")
        if "\n" in self.text or "\0" in self.text:
            raise QueryError(
                "a pattern holds a line end, or a NUL character",
                "patterns match within a line: give one for each",
            )
        if _encoded(self.text) != self.text.encode(errors="surrogatepass"):
            raise QueryError("a pattern holds bytes that are no UTF-8", "give it in UTF-8")
        if not self.plain:
            _compiled(self)

    @property
    def plain(self) -> bool:
        """Whether a line matches if and only if it contains the very text."""
        written_otherwise = self.ignore_case or self.whole_word or len(_forms(self.text)) > 1
        return self.fixed and not written_otherwise

    def matches(self, text: bytes) -> bool:
        """Tell whether any line of a text in UTF-8 matches."""
        if self.plain:
            return _encoded(self.text) in text
        return _compiled(self).search(text) is not None

    def spans(self, line: str) -> Iterator[tuple[int, int]]:
        """Find the matches in a line.

        Args:
            line: Without its line end.

        Yields:
            Offsets in characters, the end not included; empty matches are left out.
        """
        if self.plain:
            start = line.find(self.text)
            while start >= 0:
                yield start, start + len(self.text)
                start = line.find(self.text, start + len(self.text))
            return
        data, start = _encoded(line), 0
        while (match := _compiled(self).search(data, start)) is not None:
            first, last = match.span(1)
            if first < last:
                yield len(data[:first].decode(errors="replace")), len(data[:last].decode())
            start = max(last, match.start() + 1)
            while start < len(data) and data[start] & 0xC0 == 0x80:
                start += 1
            if start > len(data):
                return


def matching_lines(text: str, patterns: Sequence[Pattern]) -> list[int]:
    """List the lines of a text that match the most of some patterns.

    Args:
        text: The text of a chunk.
        patterns: One or more.

    Returns:
        Their offsets from the first line; none where no line matches any.
    """
    counts = [
        sum(pattern.matches(_encoded(line)) for pattern in patterns) for line in text.split("\n")
    ]
    most = max(counts)
    return [offset for offset, count in enumerate(counts) if count == most > 0]


def _forms(text: str) -> list[str]:
    """List the ways to write accents: in one letter, as keyboards do, and in parts, as macOS."""
    return sorted({text, normalize("NFC", text), normalize("NFD", text)})


def _alternatives(pattern: Pattern) -> str:
    """Write an expression that matches the very text, in any of its forms."""
    import re2

    def written(letter: str) -> str:
        return _I if pattern.ignore_case and letter in "iIıİ" else str(re2.escape(letter))

    return "|".join("".join(map(written, form)) for form in _forms(pattern.text))


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


@lru_cache(maxsize=64)
def _compiled(pattern: Pattern) -> Any:
    """Compile a pattern; its first group is what matches."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_nl = True  # else `\s` would go on in the next line
    text = _alternatives(pattern) if pattern.fixed else pattern.text
    try:
        re2.compile(text, options)  # by itself: what is put around it closes no bracket of its
        whole = f"({text})"
        if pattern.whole_word:
            whole = f"(?:^|{_NO_WORD}){whole}(?:{_NO_WORD}|$)"
        return re2.compile(f"(?m{'i' if pattern.ignore_case else ''}){whole}", options)
    except re2.error as error:
        raise _refused(pattern.text, error) from None


def _refused(text: str, error: Exception) -> QueryError:
    reason = error.args[0] if error.args else ""
    if isinstance(reason, bytes):
        reason = reason.decode(errors="replace")
    missing = reason.startswith(("invalid perl operator", "invalid escape sequence"))
    return QueryError(
        f"`{text}` is no regular expression of RE2: {reason}",
        "look-arounds and back-references are left out of it, as they take no linear time"
        if missing
        else "give a text that is no expression with `-F`",
    )
