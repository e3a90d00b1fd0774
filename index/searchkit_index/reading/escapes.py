r"""Writes out the characters that a text holds as escapes, such as `\u0436` in JSON.

Programs that write ASCII only leave no word of most languages as people type it.
"""

import re
import unicodedata
from collections.abc import Callable

# A backslash with what it escapes, so that `\\u0436` is none; the group holds neighbours together,
# as the halves of a character beyond the first 65,536 are.
_ESCAPE = re.compile(r"\\[^u]|((?:\\u[0-9A-Fa-f]{4})+)")

# What has a meaning where it stands, or ends a line.
_KEPT = frozenset('"\\')
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def unescaped(text: str) -> str:
    r"""Replace escapes by what they mean, but for quotes, backslashes, and what ends a line.

    Some programs escape the bytes of UTF-8 one by one (`\u00c3\u00b6` for `ö`): where all
    escapes of a text that are beyond ASCII can be read so, they are.

    Args:
        text: In a language that has such escapes.

    Returns:
        The text; its lines stay what they were.
    """
    if "\\u" not in text:
        return text
    runs = [_characters(run[1]) for run in _ESCAPE.finditer(text) if run[1]]
    foreign = [run for run in runs if not run.isascii()]
    bytewise = bool(foreign) and all(map(_from_bytes, foreign))
    read = _from_bytes if bytewise else str
    return _ESCAPE.sub(lambda found: _written(found, read), text)


def _characters(run: str) -> str:
    return bytes.fromhex(run.replace("\\u", "")).decode("utf-16-be", "surrogatepass")


def _from_bytes(run: str) -> str:
    """Decode characters that are bytes of UTF-8; "" where they are none."""
    try:
        return run.encode("latin-1").decode()
    except UnicodeError:
        return ""


def _written(found: re.Match[str], read: Callable[[str], str]) -> str:
    if not found[1]:
        return found[0]
    return "".join(map(_shown, read(_characters(found[1]))))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) in _UNSEEN:
        return f"\\u{ord(character):04x}"
    return character
