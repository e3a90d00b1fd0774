"""The process under test, seen from outside: orders in, answers out."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

# Passages that are embedded between two commits, in the process under test.
BATCH = 8


class Subject:
    """The process under test; one order at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        script = Path(__file__).with_name("subject.py")
        if threading.current_thread() is threading.main_thread():
            # A shell has those that it starts in the background ignore it, and theirs.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, **order: Any) -> dict[str, Any]:
        """Have a child do something; how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
