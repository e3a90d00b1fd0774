"""Makes untrusted text safe for a terminal: nothing in it may control the screen."""

import os
import re

# C0 and C1 control characters except tab and line feed, line ends that editors do not know, and
# marks that change the direction of the text after them. A mark that only stands for a letter of
# its direction (U+200E, U+200F, U+061C) does what such a letter would, and is as harmless.
_UNSAFE = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)
} | {code: f"\\u{code:04x}" for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A))}

# What a program put between two marks of direction, as chats do with numbers and names. Without the
# marks it stands in the order in which it was written; the others stay visible.
_PAIR = re.compile("[\u202a\u202b\u2066-\u2068]([^\u202a-\u202e\u2066-\u2069\n]*)[\u202c\u2069]")

# The same in JSON, which escapes C0 itself and knows no `\x`.
_UNSAFE_IN_JSON = {
    code: f"\\u{code:04x}" for code in (*_UNSAFE, *range(0xD800, 0xE000)) if code > 31
}


# Undecodable bytes, as Python represents them in file names.
_BYTES = {code: f"\\x{code - 0xDC00:02x}" for code in range(0xDC80, 0xDD00)}

# What stands for one character of a name that is shown.
_SHOWN = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\n")


def error_line(error: BaseException) -> str:
    """Return the message of an error on one line, of at most 300 characters.

    Of an error of the system that is its reason, without number and path: messages name the path.
    """
    said = error.strerror if isinstance(error, OSError) else None
    return " ".join((said or str(error)).split())[:300]


def encodable(text: str) -> str:
    r"""Make undecodable bytes visible, as `\xff`."""
    if text.isascii():
        return text
    return text.translate(_BYTES).encode(errors="backslashreplace").decode()


def printable(text: str) -> str:
    """Make control characters and undecodable bytes visible."""
    return encodable(text.translate(_UNSAFE))


def as_written(text: str) -> str:
    """Drop pairs of marks of direction from a text, which is no name that may be typed again."""
    return text if text.isascii() else _PAIR.sub(r"\1", text)


def as_named(shown: str) -> str:
    """Return the name of a file that is shown with its bytes and characters made visible."""
    return _SHOWN.sub(_character, shown)


def _character(found: re.Match[str]) -> str:
    if found[0] == r"\n":
        return "\n"
    code = int(found[1] or found[2], 16)
    return chr(code + 0xDC00 if found[1] and code > 0x7F else code)


def shell_word(path: object) -> str:
    """Quote a path for a line that people paste into a shell, whatever its name holds.

    Args:
        path: The path.

    Returns:
        It in quotes where it needs them; as `$'...'`, which all but the plainest shells read, where
        it holds what cannot be shown.
    """
    import shlex

    text = str(path)
    if printable(text) == text and "\n" not in text:
        return shlex.quote(text)
    return f"$'{''.join(map(_in_shell, text))}'"


def _in_shell(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable() and printable(character) == character:
        return character
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))


def escaped_json(text: str) -> str:
    """Escape the same characters in JSON, so that it stays JSON of the same value."""
    return text.translate(_UNSAFE_IN_JSON)
