"""How soon the interface stands on the terminal, beside an empty Textual app in the same run.

Run: python tests/bench/interface.py TREE [--times 11]

Each is started on a pseudo-terminal of 120 x 40, in turn. A question is typed at once, before the
interface can have drawn anything, as an impatient person would.
"""

import argparse
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from statistics import median

from measure import machine, table

EMPTY = "from textual.app import App\nclass Empty(App):\n    TITLE = 'x'\n" + (
    "    def compose(self):\n        from textual.widgets import Label\n"
    "        yield Label('standing')\nEmpty().run()"
)
QUESTION = "read the configuration"


def seen(command: Sequence[str], marks: Sequence[bytes], typed: str = "") -> list[float]:
    """Seconds from the start of a command until each mark was first drawn, in this order."""
    mine, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.write(mine, typed.encode())
    drawn, times = b"", []
    try:
        while len(times) < len(marks):
            if not select.select([mine], [], [], 60)[0]:
                raise TimeoutError(f"{command} never drew {marks[len(times)]!r}")
            drawn += os.read(mine, 1 << 16)
            while len(times) < len(marks) and marks[len(times)] in drawn:
                times.append(time.perf_counter() - start)
    finally:
        process.kill()
        process.wait()
        os.close(mine)
        os.close(its)
    return times


def main() -> None:
    """Start each in turn, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--times", type=int, default=11)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"SEARCHKIT_HOME": home, "TERM": "xterm-256color"}
        ours = [sys.executable, "-m", "searchkit"]
        subprocess.run([*ours, "index", str(given.tree), "-q"], check=True)
        rows = []
        for _ in range(given.times):
            (empty,) = seen([sys.executable, "-c", EMPTY], [b"standing"])
            marks = [b"hybrid", b"answers in"]
            screen, answer = seen([*ours, "tui", str(given.tree)], marks, QUESTION)
            rows.append((empty, screen, answer))
    names = "an empty Textual app", "the interface", "the answer to what was typed at once"
    medians = [median(column) for column in zip(*rows, strict=True)]
    lines = [
        (name, f"{seconds:.2f} s", f"{seconds - medians[0]:+.2f} s")
        for name, seconds in zip(names, medians, strict=True)
    ]
    print(table(("on the screen", "after", "than the empty one"), lines))
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
