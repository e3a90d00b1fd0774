"""Makes text safe and short for a terminal: no control sequence, no hidden direction, no overflow.

Every path and every text of a file passes through here on its way to the screen.
"""

from pathlib import Path

from rich.cells import cell_len, set_cell_size

from searchkit.printable import printable

_TAB = 4
_LONGEST = 4_000  # characters of one line: more than anyone reads, and drawing grows slow


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return one line of at most `longest` characters, unsafe ones made visible, without tabs."""
    cut = text if len(text) <= longest else text[:longest] + "…"
    return printable(cut.expandtabs(_TAB).replace("\n", "\\n"))


def truncate(text: str, width: int) -> str:
    """Cut a text to `width` cells, the end replaced by an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def truncate_path(path: str, width: int, separator: str = "/") -> str:
    """Cut a path to `width` cells: drop parts from its middle, then its first part.

    The last part, its name, is cut last, at its beginning.
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


def truncate_around(text: str, at: int, width: int) -> str:
    """Cut a text to `width` cells, so that the character at an offset is in sight.

    What is to the right of it tells more: the beginning is cut no further than needed for a quarter
    of the line to stand before it.
    """
    if cell_len(text) <= width or cell_len(text[:at]) <= width * 2 // 3:
        return truncate(text, width)
    rest = text[max(0, at - width // 4) :]
    return truncate_start(text, width) if cell_len(rest) < width else truncate(f"…{rest}", width)


def short_path(path: Path) -> str:
    """Shorten a path, with the home folder as `~`; write the address of a bucket as one."""
    scheme, bucket, rest = str(path).partition(":/")
    if bucket and not path.is_absolute():
        return f"{scheme}://{rest}"
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def bar(share: float, width: int) -> str:
    """Draw a bar of `width` cells, filled by a share from 0 to 1, to half a cell; never empty."""
    full, half = divmod(max(1, round(min(1.0, share) * width * 2)), 2)
    return ("━" * full + "╸" * half).ljust(width)
