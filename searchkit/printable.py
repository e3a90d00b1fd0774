"""Makes text of strangers safe for a terminal: nothing in it may steer the screen."""

# C0 and C1 control characters but tab and line feed, line ends that are none to an editor, and the
# marks that turn the direction of what follows.
_UNSAFE = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)
} | {
    code: f"\\u{code:04x}"
    for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
}

# The same in JSON, which escapes C0 itself and knows no `\x`.
_UNSAFE_IN_JSON = {
    code: f"\\u{code:04x}" for code in (*_UNSAFE, *range(0xD800, 0xE000)) if code > 31
}


def printable(text: str) -> str:
    """Make control characters, and bytes of no encoding, visible."""
    safe = text.translate(_UNSAFE)
    return safe if safe.isascii() else safe.encode(errors="backslashreplace").decode()


def escaped_json(text: str) -> str:
    """Escape the same characters in JSON, so that it stays JSON of the same value."""
    return text.translate(_UNSAFE_IN_JSON)
