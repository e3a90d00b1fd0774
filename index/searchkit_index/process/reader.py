"""Reads files through a separate process, and starts another when it ends.

If the process ends while it reads a file, that file is read once more alone, then without a
grammar, and skipped if that fails too. If the cause is the file (it took too long, it crashed a
parser), it stays skipped. If the cause is outside (the process was killed, there was too little
memory), it is skipped with `lasting` false, and a later run tries it again.
"""

import contextlib
import errno
import logging
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from threading import Timer
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from searchkit_index.chunking.chunk import Chunk, ChunkKind
from searchkit_index.closing import Closing
from searchkit_index.errors import SearchkitError
from searchkit_index.process.contents import Contents
from searchkit_index.process.worker import TOO_MUCH, receive, send
from searchkit_index.system import children

if TYPE_CHECKING:
    from subprocess import Popen

_log = logging.getLogger(__name__)

_REMEDIES = {
    errno.EAGAIN: "end other programs, or raise `ulimit -u`",
    errno.EMFILE: "raise `ulimit -n`",
}

# Address space of the process: of 11,000 real files none takes half of it.
MEMORY = 512 << 20

ENDED = "the process that reads it was ended"

# How often the process is started before that counts as a failure, and how long each may take.
_STARTS = 3
_PATIENCE = 60.0

# Signals that a file causes in the process that reads it: its time is over, or a parser crashes.
_CAUSED_BY_FILE = {
    getattr(signal, name, None)
    for name in ("SIGPROF", "SIGXCPU", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")
}


class Source(NamedTuple):
    """A file to read.

    Attributes:
        path: Relative to the root.
        data: All that it holds.
    """

    path: str
    data: bytes


class PassedOver(NamedTuple):
    """A file without chunks.

    Attributes:
        reason: Why, in a short phrase.
        lasting: Whether the same file would be passed over again.
    """

    reason: str
    lasting: bool = True


class Reader(Closing):
    """Reads files one after another; close it, or use it in a `with`.

    Args:
        secrets: Whether to take files that look like they hold keys or tokens.
        memory: How much address space the process may use, in bytes.
    """

    def __init__(self, *, secrets: bool = False, memory: int = MEMORY) -> None:
        self._secrets = secrets
        self._memory = memory
        self._deadline: float | None = None
        self._starved = False
        self._process: Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None

    def close(self) -> None:
        """End the process, if there is one."""
        self._end()

    def read(
        self, sources: Iterable[Source], deadline: float | None = None
    ) -> Iterator[Contents | PassedOver]:
        """Read files, in order; the next one is read while the caller has the last.

        Args:
            sources: The files.
            deadline: On `time.monotonic`'s clock. When it passes, the process is ended in the
                middle of its work, and no more files are taken.

        Yields:
            What each file holds, or why it was passed over.

        Raises:
            SearchkitError: No process can be started.
        """
        self._deadline = deadline
        timer = self._timer(deadline)
        try:
            yield from self._answers(sources)
        finally:
            if timer:
                timer.cancel()

    def _answers(self, sources: Iterable[Source]) -> Iterator[Contents | PassedOver]:
        asked: Source | None = None
        for source in sources:
            answer = self._answer(asked) if asked else None
            if not self._late():
                self._ask(source)
            if answer:
                yield answer
            if self._late():
                return
            asked = source
        if asked and (answer := self._answer(asked)):
            yield answer

    def _timer(self, deadline: float | None) -> Timer | None:
        """Make a timer that ends the process at that moment; None without a deadline."""
        if deadline is None:
            return None
        timer = Timer(max(0.0, deadline - time.monotonic()), self._kill)
        timer.daemon = True
        timer.start()
        return timer

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _ask(self, source: Source, *, grammar: bool = True) -> None:
        head = {"path": source.path, "secrets": self._secrets, "grammar": grammar}
        process = self._running()
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended: the answer will be missing
            send(process.stdin, head, source.data)

    def _answer(self, source: Source) -> Contents | PassedOver | None:
        """Return the answer to what was asked last; None when the time is over."""
        grammar, lasting, deaths = True, True, 0
        while (answer := self._receive()) is None:
            code = self._end(patience=2.0)
            if self._late():
                return None
            deaths += 1
            _log.debug("the reader ended with code %s on `%s`", code, source.path)
            by_file = code > 0 or -code in _CAUSED_BY_FILE
            lasting = lasting and by_file and (not self._starved or code == -signal.SIGPROF)
            if not grammar or deaths > 2:
                return PassedOver(TOO_MUCH if by_file else ENDED, lasting)
            grammar = not by_file and deaths < 2
            self._ask(source, grammar=grammar)
        return self._parse(answer, lasting or grammar)

    def _receive(self) -> dict[str, Any] | None:
        """Receive an answer; None when the process ended on what was asked."""
        if self._process is None:
            return None
        assert self._process.stdout
        frame = receive(self._process.stdout)
        answer: dict[str, Any] | None = frame[0] if frame else None
        return answer

    def _parse(self, answer: dict[str, Any], lasting: bool) -> Contents | PassedOver:
        if "skipped" in answer:
            return PassedOver(answer["skipped"], not (answer.get("memory") and self._starved))
        return Contents(answer["language"], [_chunk(*row) for row in answer["chunks"]], lasting)

    def _running(self) -> "Popen[bytes]":
        """Return the process; start it if there is none."""
        for attempt in range(_STARTS):
            if self._process:
                break
            process = self._spawn()
            try:
                memory = _readiness(process)
            except BaseException:  # no thread for its timer, or Ctrl-C
                self._startup_error(process)
                raise
            if memory is not None:
                self._process, self._starved = process, 0 < memory < MEMORY
                break
            why = self._startup_error(process)
            if attempt == _STARTS - 1:
                raise SearchkitError(
                    f"the process that reads files does not start: {why}",
                    f"see that `{sys.executable} -m searchkit_index.process.worker 0` runs,"
                    " and free some memory",
                )
        assert self._process
        return self._process

    def _spawn(self) -> "Popen[bytes]":
        import subprocess
        import tempfile

        command = children.command("searchkit_index.process.worker", str(self._memory))
        pipe, inherited = subprocess.PIPE, children.environment()
        try:
            if not sys.executable:
                raise FileNotFoundError(2, "no Python is known")
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process
            return subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=self._stderr, env=inherited
            )
        except OSError as error:
            if self._stderr:
                self._stderr.close()
            raise SearchkitError(
                f"cannot start `{sys.executable}` to read files in: {error.strerror}",
                _REMEDIES.get(error.errno or 0, "free some memory, and try again"),
            ) from error

    def _startup_error(self, process: "Popen[bytes]") -> str:
        """End a process that is not ready, and return the last line of its standard error."""
        process.kill()
        process.communicate()
        written = self._read_stderr(process.returncode)
        return written.splitlines()[-1][:200] if written else "it ended at once"

    def _read_stderr(self, code: int) -> str:
        """Return what the ended process wrote to its standard error, and log it."""
        stream, self._stderr = self._stderr, None
        written = ""
        if stream:
            stream.seek(0)
            written = stream.read(100_000).decode("utf-8", "replace").strip()
            stream.close()
        _log.debug("the reader ended with code %s: %s", code, written or "nothing on stderr")
        return written

    def _kill(self) -> None:
        if process := self._process:
            process.kill()

    def _end(self, patience: float = 0.0) -> int:
        """End the process, if there is one.

        Args:
            patience: Seconds that it may take to end by itself.

        Returns:
            Its exit code, negative for a signal.
        """
        process, self._process = self._process, None
        if process is None:
            return -signal.SIGTERM
        if patience:
            with contextlib.suppress(Exception):
                process.wait(patience)
        process.kill()
        with contextlib.suppress(BrokenPipeError):  # of what was not written to its end
            process.communicate()
        self._read_stderr(process.returncode)
        return process.returncode


def _readiness(process: "Popen[bytes]") -> int | None:
    """Read how much memory a new process says it has, 0 for any; None when it is not ready."""
    timer = Timer(_PATIENCE, process.kill)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdout
        frame = receive(process.stdout)
        return int(frame[0]["ready"]) if frame else None
    except (ValueError, TypeError, KeyError, MemoryError):
        return None
    finally:
        timer.cancel()


def _chunk(first: int, last: int, symbol: str, kind: ChunkKind, text: str, *where: Any) -> Chunk:
    place, language, parts = where
    return Chunk(first, last, symbol, kind, text, None, place, language, tuple(parts))
