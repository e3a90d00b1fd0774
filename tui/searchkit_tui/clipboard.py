"""Copies text to the clipboard with the programs that the desktop or tmux has for it.

The app also asks the terminal, by an escape sequence, which many terminals ignore: tmux as
installed, and those of GNOME and macOS.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence

_SECONDS = 2.0  # a program that takes longer hangs


def copy(text: str) -> None:
    """Pass a text to every clipboard program, in a thread: some take seconds to return."""
    commands = list(_commands(os.environ))
    if commands:
        threading.Thread(target=_run, args=(commands, text), daemon=True).start()


def _commands(environment: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Yield the installed programs that copy what they read from stdin."""
    candidates: list[Sequence[str]] = []
    if "TMUX" in environment:
        # With -w, tmux also passes the text to the terminal that it runs in.
        candidates.append(("tmux", "load-buffer", "-w", "-"))
    if sys.platform == "darwin":
        candidates.append(("pbcopy",))
    elif sys.platform == "win32":
        candidates.append(("clip",))
    elif "WAYLAND_DISPLAY" in environment:
        candidates.append(("wl-copy",))
    elif "DISPLAY" in environment:
        other = ("xsel", "--clipboard", "--input")
        xclip = ("xclip", "-selection", "clipboard")
        candidates.append(xclip if shutil.which("xclip") else other)
    yield from (command for command in candidates if shutil.which(command[0]))


def _run(commands: Sequence[Sequence[str]], text: str) -> None:
    for command in commands:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                command,
                input=text.encode(errors="surrogateescape"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
