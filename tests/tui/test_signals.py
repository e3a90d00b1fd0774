"""The interface gives the terminal back when it is told to end, and when it is stopped."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

_FULL_SCREEN, _NORMAL_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A terminal in which `searchkit tui` runs over a folder."""

    def __init__(self, folder: Path) -> None:
        program = Path(sys.executable).with_name("searchkit")
        self.pid, self._terminal = pty.fork()
        if not self.pid:
            os.execve(program, [program, "tui", folder], os.environ | {"TERM": "xterm"})
        self._shown = b""

    def shows(self, text: bytes) -> bool:
        """Wait until it shows a text that it did not show before this was last asked."""
        deadline = time.monotonic() + 60
        while text not in self._shown and time.monotonic() < deadline:
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self._shown += os.read(self._terminal, 65_536)
                except OSError:  # the program has ended
                    break
        found = text in self._shown
        self._shown = self._shown.partition(text)[2]
        return found

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def close(self) -> None:
        os.close(self._terminal)


@pytest.fixture
def terminal(indexed: Path) -> Iterator[Terminal]:
    opened = Terminal(indexed)
    yield opened
    opened.close()


def test_ended_by_a_signal_it_left_the_full_screen_and_the_mouse_to_the_shell(
    terminal: Terminal,
) -> None:
    assert terminal.shows(_FULL_SCREEN)
    assert terminal.shows(b"Commands")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.shows(_NORMAL_SCREEN)
    assert os.WTERMSIG(os.waitpid(terminal.pid, 0)[1]) == signal.SIGTERM


def test_back_from_the_shell_the_screen_was_blank_until_the_next_key(terminal: Terminal) -> None:
    assert terminal.shows(b"Commands")
    terminal.type(b"\x1a")
    assert terminal.shows(_NORMAL_SCREEN)
    assert os.WIFSTOPPED(os.waitpid(terminal.pid, os.WUNTRACED)[1])
    os.kill(terminal.pid, signal.SIGCONT)
    assert terminal.shows(_FULL_SCREEN)
    assert terminal.shows(b"Commands")
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
