"""Parses JSON that programs export, also where its end is missing."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from searchkit_index.reading import text

# A string, which may lack its end, or a bracket.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}


def parsed(data: bytes) -> Any:
    """Parse JSON; where its end is missing, up to the last object or list that is whole.

    Args:
        data: The content of a file, or the beginning of it.

    Returns:
        What `json.loads` gives; None for what is no JSON.
    """
    content = text.decode_as(data, "utf-8")
    for whole in (content, _closed(content)):
        try:
            return json.loads(whole)
        except ValueError:
            continue
        except RecursionError:
            break
    return None


def _closed(content: str) -> str:
    """Cut JSON behind the last bracket that closes, and close those that are open there."""
    opened: list[str] = []
    end = depth = 0
    for token in _TOKEN.finditer(content):
        if token[0] in _CLOSING:
            opened.append(_CLOSING[token[0]])
        elif token[0] in ("]", "}"):
            if not opened or opened.pop() != token[0]:
                return ""
            end, depth = token.end(), len(opened)
    return content[:end] + "".join(reversed(opened[:depth]))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a list; none if the value is no list."""
    return (each for each in listed(value) if isinstance(each, dict))


def listed(value: Any) -> list[Any]:
    """Return a value that is a list; an empty one for any other."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """Return a value that is a string; "" for any other."""
    return value if isinstance(value, str) else ""


def minute(value: Any) -> str:
    """Format a moment as `2024-01-02 10:00`.

    Args:
        value: As ISO 8601 writes it, taken as it stands, or seconds since 1970, taken as UTC.

    Returns:
        The moment; "" for what is none.
    """
    if isinstance(value, str) and "-" in value:
        return value[:16].replace("T", " ")
    try:
        return datetime.fromtimestamp(float(value), UTC).strftime("%Y-%m-%d %H:%M")
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def unmixed(said: str) -> str:
    """Decode UTF-8 whose bytes Facebook wrote as letters."""
    try:
        return said.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return said
