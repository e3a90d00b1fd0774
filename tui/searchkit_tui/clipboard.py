"""Puts text on the clipboard by the programs that the surroundings have for it.

The terminal is asked besides, by an escape sequence, which many do not heed: tmux as it comes,
those of GNOME and of macOS.
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
    """Hand a text to every program that takes it; in a thread, for some answer late.

    Args:
        text: What to copy.
    """
    commands = list(_commands(os.environ))
    if commands:
        threading.Thread(target=_hand_over, args=(commands, text), daemon=True).start()


def _commands(environment: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Yield what takes a text on stdin, of what is here."""
    candidates: list[Sequence[str]] = []
    if "TMUX" in environment:
        # With -w tmux gives it to the terminal that it runs in, too.
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


def _hand_over(commands: Sequence[Sequence[str]], text: str) -> None:
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
