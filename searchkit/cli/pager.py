"""Shows results that are longer than the terminal in a pager."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from searchkit.cli.terminal import flush, held, is_held, on_terminal, say_rendered

_show_pages: Callable[[str, str], None] | None = None  # None for `page`


@contextlib.contextmanager
def paged() -> Iterator[None]:
    """Show what is said meanwhile in `PAGER` when it is longer than the terminal.

    In a pipe, and with `PAGER=cat` or an empty one, it is written as it comes.
    """
    pager = _pager()
    if not pager or is_held():
        yield
        return
    with contextlib.ExitStack() as after, held() as results:
        after.callback(lambda: _show(pager, "".join(results)))
        yield


def _pager() -> str:
    import shutil

    if not (on_terminal() and sys.stdin is not None and sys.stdin.isatty()):
        return ""
    pager = os.environ.get("PAGER")
    if pager is None:
        pager = "less" if shutil.which("less") else ""
    return "" if pager.strip() == "cat" or os.environ.get("TERM") == "dumb" else pager.strip()


def set_pager(show: Callable[[str, str], None]) -> None:
    """Have another process show long texts; it calls `page`."""
    global _show_pages
    _show_pages = show


def _show(pager: str, text: str) -> None:
    import shutil

    size = shutil.get_terminal_size()
    rows = sum(1 + len(line) // size.columns for line in text.split("\n"))
    if rows < size.lines:
        say_rendered(text)
        return
    flush()
    (_show_pages or page)(pager, text)


def page(pager: str, text: str) -> None:
    """Show a text in a pager.

    Args:
        pager: What the shell runs.
        text: With its styles and line ends.

    Raises:
        OutputError: The shell runs no such program, and stdout is closed, or its disk is full.
        ReaderGoneError: Its reader has gone.
    """
    import subprocess

    # As git sets it: colours pass, and a page that fits ends at once.
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    with subprocess.Popen(pager, shell=True, stdin=subprocess.PIPE, env=environment) as process:
        # Leaving the pager early is no error; Ctrl-C is the pager's while it runs.
        with contextlib.suppress(OSError, KeyboardInterrupt):
            process.communicate(text.encode(errors="replace"))
        while process.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):
                process.wait()
    if process.returncode in (126, 127):  # the shell may not run it, or knows no such program
        say_rendered(text)
