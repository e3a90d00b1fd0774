"""Finds the marks of a test module in its text, so that it need not be imported to leave it out."""

import re

_WHOLE_MODULE = re.compile(
    r"^pytestmark = (?:\[\s*)?pytest\.mark\.(integration|slow)\b", re.MULTILINE
)


def whole_mark(text: str) -> str | None:
    """Return the mark, `integration` or `slow`, that all tests of a module have; None without."""
    found = _WHOLE_MODULE.search(text)
    return found[1] if found else None


def has_mark(text: str, mark: str) -> bool:
    """Tell whether a module, or a test in it, has a mark."""
    return f"mark.{mark}" in text
