"""Files read in a process of their own, so that none can crash, stall or starve this one.

A file on which that process ends is read once more without a grammar, and passed over when that
fails too. Nothing here looks at what the files hold.
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from searchkit_index import children
from searchkit_index.chunking.chunk import Chunk
from searchkit_index.errors import SearchkitError
from searchkit_index.reading.extract import Reading
from searchkit_index.reading.text import Unsuitable
from searchkit_index.reading.worker import TOO_MUCH, receive, send

if TYPE_CHECKING:
    from subprocess import Popen

# Address space of the process: of 11,000 real files none takes half of it.
MEMORY = 512 << 20


class Source(NamedTuple):
    """A file: its path, relative to the root, and its bytes."""

    path: str
    data: bytes


class Reader:
    """Reads files one after another; to be closed, or used in a `with`.

    Args:
        secrets: Whether to take files that look like they hold keys or tokens.
        memory: How much address space the process may use, in bytes.
    """

    def __init__(self, *, secrets: bool = False, memory: int = MEMORY) -> None:
        self._secrets = secrets
        self._memory = memory
        self._process: Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            with contextlib.suppress(BrokenPipeError):  # of what was not written to its end
                process.communicate()

    def read(self, sources: Iterable[Source]) -> Iterator[Reading | Unsuitable]:
        """What each file holds, in order; the next one is read while the caller has the last.

        Raises:
            SearchkitError: No process can be started.
        """
        asked: Source | None = None
        for source in sources:
            answer = self._answer(asked) if asked else None
            self._ask(source)
            asked = source
            if answer:
                yield answer
        if asked:
            yield self._answer(asked)

    def _ask(self, source: Source, *, grammar: bool = True) -> None:
        head = {"path": source.path, "secrets": self._secrets, "grammar": grammar}
        process = self._started()
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended: the answer will be missing
            send(process.stdin, head, source.data)

    def _answer(self, source: Source) -> Reading | Unsuitable:
        answer = self._received()
        if answer is None:
            self._ask(source, grammar=False)
            answer = self._received()
        return _reading(answer) if answer else Unsuitable(TOO_MUCH)

    def _received(self) -> dict[str, Any] | None:
        """The answer to what was asked; None when the process ended on it."""
        process = self._started()
        assert process.stdout
        frame = receive(process.stdout)
        if frame is None:
            self.close()
            return None
        answer: dict[str, Any] = frame[0]
        return answer

    def _started(self) -> "Popen[bytes]":
        if self._process is None:
            import subprocess

            command = children.command("searchkit_index.reading.worker", str(self._memory))
            pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
            try:
                self._process = subprocess.Popen(
                    command, stdin=pipe, stdout=pipe, stderr=quiet, env=children.environment()
                )
            except OSError as error:
                raise SearchkitError(
                    f"cannot start `{sys.executable}` to read files in: {error.strerror}",
                    "free some memory, and try again",
                ) from error
        return self._process


def _reading(answer: dict[str, Any]) -> Reading | Unsuitable:
    if "skipped" in answer:
        return Unsuitable(answer["skipped"])
    return Reading(answer["language"], [Chunk(*row) for row in answer["chunks"]])
