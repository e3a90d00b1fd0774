"""Text as it may go to a terminal: no control sequence, no hidden direction, no wider than asked.

No path and no text of a file reaches the screen but through here.
"""

from rich.cells import cell_len, set_cell_size

TAB = 4
_LONGEST = 4_000  # characters of one line: beyond that nobody reads, and drawing grows slow

# Control characters, line ends that are none to an editor, and marks that turn what follows.
_UNSAFE = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x09
} | {
    code: f"\\u{code:04x}"
    for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
}


def line(text: str) -> str:
    """One line, with tabs as blanks and what is unsafe made visible."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    safe = cut.expandtabs(TAB).translate(_UNSAFE)
    return safe if safe.isascii() else safe.encode(errors="backslashreplace").decode()


def clipped(text: str, width: int) -> str:
    """At most `width` cells, the end replaced by an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def clipped_left(text: str, width: int) -> str:
    """At most `width` cells, the beginning replaced by an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    kept = text[-width:]
    while cell_len(kept) > width - 1:
        kept = kept[1:]
    return "…" + kept


def amount(count: int, noun: str) -> str:
    """`1 file`, `1,204 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
