"""Makes text safe and short for a terminal: no control sequence, no hidden direction, no overflow.

No path and no text of a file reaches the screen but through here.
"""

from rich.cells import cell_len, set_cell_size

from searchkit.printable import printable

TAB = 4
_LONGEST = 4_000  # characters of one line: beyond that nobody reads, and drawing grows slow


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return one line of so many characters, tabs as blanks and what is unsafe made visible."""
    cut = text if len(text) <= longest else text[:longest] + "…"
    return printable(cut.expandtabs(TAB).replace("\n", "\\x0a"))


def truncate(text: str, width: int) -> str:
    """Cut a text to `width` cells, the end replaced by an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def truncate_path(path: str, width: int, separator: str = "/") -> str:
    """Cut a path to `width` cells: folders, or other parts, go from its middle, then its first one.

    Its name is cut last, at the beginning.
    """
    first, *others = path.split(separator)
    name = others[-1] if others else path
    others = others[-max(width, 1) :]  # each takes a cell at least: more never fit
    ends = [separator.join(["…", *others[dropped:]]) for dropped in range(len(others))]
    shorter = [path, *(first + separator + end for end in ends[1:]), *ends]
    return next((each for each in shorter if cell_len(each) <= width), truncate_start(name, width))


def truncate_start(text: str, width: int) -> str:
    """Cut a text to `width` cells, the beginning replaced by an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    kept = text[-width:]
    while cell_len(kept) > width - 1:
        kept = kept[1:]
    return "…" + kept
