"""Text as it may go to a terminal: no control sequence, no hidden direction, no wider than asked.

No path and no text of a file reaches the screen but through here.
"""

from rich.cells import cell_len, set_cell_size

from searchkit.printable import printable

TAB = 4
_LONGEST = 4_000  # characters of one line: beyond that nobody reads, and drawing grows slow


def line(text: str) -> str:
    """One line, with tabs as blanks and what is unsafe made visible."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return printable(cut.expandtabs(TAB).replace("\n", "\\x0a"))


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
