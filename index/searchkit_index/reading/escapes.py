r"""Replaces escapes in a text, such as `\u0436` in JSON, by the characters that they stand for.

Programs that write only ASCII escape most words of most languages, which could not be found then.
"""

import re
import unicodedata
from collections.abc import Callable

# A backslash and the next character, so that `\\u0436` is no escape; or (group 1) a run of escapes,
# since two may be the surrogates of one character.
_ESCAPE = re.compile(r"\\[^u]|((?:\\u[0-9A-Fa-f]{4})+)")

# The characters, and the categories of characters, that stay escaped: they would change the syntax,
# end a line, or be invisible.
_KEPT = frozenset('"\\')
_KEPT_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def unescaped(text: str) -> str:
    r"""Replace escapes by their characters, except quotes, backslashes and control characters.

    Some programs escape each byte of UTF-8 (`\u00c3\u00b6` for `ö`). Escapes are read so if all
    of those beyond ASCII in the text can be.

    Args:
        text: In a language that has such escapes.

    Returns:
        The text, with as many lines as before.
    """
    if "\\u" not in text:
        return text
    runs = [_characters(run[1]) for run in _ESCAPE.finditer(text) if run[1]]
    beyond_ascii = [run for run in runs if not run.isascii()]
    are_bytes = bool(beyond_ascii) and all(map(_from_bytes, beyond_ascii))
    decode = _from_bytes if are_bytes else str
    return _ESCAPE.sub(lambda found: _replacement(found, decode), text)


def _characters(run: str) -> str:
    return bytes.fromhex(run.replace("\\u", "")).decode("utf-16-be", "surrogatepass")


def _from_bytes(run: str) -> str:
    """Decode characters that stand for bytes of UTF-8; return "" if they do not."""
    try:
        return run.encode("latin-1").decode()
    except UnicodeError:
        return ""


def _replacement(found: re.Match[str], decode: Callable[[str], str]) -> str:
    if not found[1]:
        return found[0]
    return "".join(map(_escaped_again, decode(_characters(found[1]))))


def _escaped_again(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) in _KEPT_CATEGORIES:
        return f"\\u{ord(character):04x}"
    return character
