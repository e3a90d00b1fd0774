"""Writes to stdout and stderr, for all other modules.

Results go to stdout, all else to stderr. Control characters in texts never reach the terminal: only
`styled` and `linked` write escape sequences.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TextIO

from searchkit.printable import error_line, escaped_json, printable
from searchkit_index.errors import SearchkitError

When = Literal["auto", "always", "never"]

SCHEMA = 1
"""The form of all JSON that the commands print; it changes when a name or a meaning does."""

_CODES = {
    **{"bold": "1", "dim": "2", "red": "31", "green": "32"},
    **{"yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"},
}

_wish: When = "auto"
_held: list[str] | None = None  # results that are held back, see `held`
_muted = False  # whether stderr is not to be written to


class OutputError(SearchkitError):
    """A result cannot be written."""


class ReaderGoneError(Exception):
    """The reader of stdout has read enough, as `head` does."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A text with styles; where there is no terminal, the text alone is written.

    Attributes:
        text: The text.
        styles: `bold`, `dim`, or colours.
        link: The file, or the address on the web, that a click opens; None for none.
    """

    text: str
    styles: tuple[str, ...] = ()
    link: Path | str | None = None


Part = str | Styled


def styled(text: str, *styles: str) -> Styled:
    """Mark a text as `bold`, `dim`, or of a colour, if colours are on."""
    return Styled(text, styles)


def linked(part: Styled, path: Path | str) -> Styled:
    """Make a part that opens `path` when it is clicked, on a terminal that knows how."""
    return replace(part, link=path)


def set_colour(when: When) -> None:
    """Follow `--color`."""
    global _wish
    _wish = when


def colours() -> bool:
    """Tell whether stdout gets colour: `--color`, `NO_COLOR`, `FORCE_COLOR`, then the terminal."""
    if _wish != "auto":
        return _wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return on_terminal() and os.environ.get("TERM") != "dumb"


def _links() -> bool:
    """Tell whether stdout gets hyperlinks: by `FORCE_HYPERLINK`, else on a terminal."""
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    return on_terminal() and os.environ.get("TERM") != "dumb"


def on_terminal() -> bool:
    """Tell whether results go to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def say(*parts: Part) -> None:
    """Print a result line.

    Args:
        *parts: Texts, plain or styled, without a line end.

    Raises:
        OutputError: stdout is closed, or its disk is full.
        ReaderGoneError: Its reader has gone.
    """
    _write_out("".join(map(_shown, parts)) + "\n")


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON, in readable UTF-8; nothing in it steers the terminal.

    Args:
        value: What JSON can hold.
        indent: Blanks for each level; None for one line.

    Raises:
        OutputError: stdout is closed, or its disk is full.
        ReaderGoneError: Its reader has gone.
    """
    import json

    _write_out(
        escaped_json(json.dumps(value, ensure_ascii=False, indent=indent, default=str)) + "\n"
    )


def say_record(values: Mapping[str, Any]) -> None:
    """Print what a command found as one JSON object, which begins with the number of its form."""
    say_json({"schema": SCHEMA, **values}, indent=2)


def say_rendered(text: str) -> None:
    """Print a text of this program's own as it is, with its styles and line ends."""
    _write_out(text)


def say_path(path: str, rest: str = "") -> None:
    """Print a path as it is, whatever its name holds, then a NUL, for a program to read."""
    flush()
    with _stdout() as stream:
        stream.buffer.write(os.fsencode(path) + b"\0" + printable(rest).encode())
        stream.buffer.flush()


def note(text: str) -> None:
    """Say something about the run, on one line of stderr."""
    _err(one_line(text) + "\n")


def hint(text: str) -> None:
    """Say what to type, on stderr."""
    note(f"hint: {text}")


def complain(message: str, advice: str = "") -> None:
    """Say on stderr what went wrong, in one line, and what to do about it."""
    note(f"searchkit: {message}")
    if advice:
        note("")
        hint(advice)


def confirmed(question: str) -> bool:
    """Ask a person a question on the terminal; false where there is none to ask.

    Args:
        question: It is answered by yes or no.

    Returns:
        Whether the answer was yes.
    """
    streams = (sys.stdin, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return False
    _err(f"{printable(question)} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def one_line(text: str) -> str:
    """Make one printable line of a text."""
    return printable(text.replace("\n", "\\n"))


def flush() -> None:
    """Write out what is buffered.

    Raises:
        OutputError: The disk of stdout is full.
        ReaderGoneError: Its reader has gone.
    """
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.flush()
    if sys.stdout is not None:
        with _stdout() as stream:
            stream.flush()


def reader_is_gone() -> bool:
    """Tell whether stdout is a pipe that nobody reads any more; Typer then replaces the stream."""
    return type(sys.stdout).__name__ == "PacifyFlushWrapper"


@contextlib.contextmanager
def held() -> Iterator[list[str]]:
    """Hold back the results that are written meanwhile, in a list."""
    global _held
    before, _held = _held, []
    try:
        yield _held
    finally:
        _held = before


def is_held() -> bool:
    """Tell whether results are held back."""
    return _held is not None


@contextlib.contextmanager
def captured() -> Iterator[list[str]]:
    """Capture what is written meanwhile: results in a list; all else is dropped."""
    global _muted
    before, _muted = _muted, True
    try:
        with held() as results:
            yield results
    finally:
        _muted = before


def _shown(part: Part) -> str:
    if isinstance(part, str):
        return printable(part)
    text = printable(part.text)
    if part.styles and colours():
        text = f"\x1b[{';'.join(_CODES[style] for style in part.styles)}m{text}\x1b[0m"
    if part.link is not None and _links():
        text = f"\x1b]8;;{_target(part.link)}\x1b\\{text}\x1b]8;;\x1b\\"
    return text


def _target(link: Path | str) -> str:
    if isinstance(link, str):
        return printable(link)
    from urllib.parse import quote

    return f"file://{quote(os.fsencode(link))}"


def _write_out(text: str) -> None:
    if _held is not None:
        _held.append(text)
        return
    with _stdout() as stream:
        stream.write(text)


def _err(text: str) -> None:
    stream: TextIO | None = None if _muted else sys.stderr
    # Without a working stderr the work and its exit code stay as they are.
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            stream.write(text)
            stream.flush()


@contextlib.contextmanager
def _stdout() -> Iterator[TextIO]:
    """Yield stdout, and turn its errors into ours."""
    if sys.stdout is None:
        raise OutputError("the results cannot be written: stdout is closed")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise ReaderGoneError from None
    except (OSError, ValueError) as error:
        raise OutputError(f"the results cannot be written: {error_line(error)}") from error
