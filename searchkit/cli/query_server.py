"""Has workers, which are loaded already, answer the queries of other processes of this user.

See `searchkit.forward` for what asks, and `searchkit.cli.query_worker` for what answers.
"""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from searchkit import forward
from searchkit.cli.query_worker import Main, work
from searchkit.printable import error_line
from searchkit_index.errors import ConfigError

_AT_ONCE = 16  # queries; a process that asks beyond that waits, and after a while answers itself
_QUEUE = 128  # processes that wait
_WAITING = 2  # workers that wait for a query, at most


def serve(main: Main, idle: float, announce: Callable[[str], None]) -> None:
    """Answer until nobody has asked for a while.

    Args:
        main: The program; run in workers, each a fork of this process.
        idle: For so many seconds.
        announce: Called with the path of the socket once it can be asked.

    Raises:
        ConfigError: Another one is serving, this system has no such sockets, or the folder for them
            cannot be trusted.
    """
    if not hasattr(os, "fork") or not hasattr(socket, "AF_UNIX"):
        raise ConfigError("this system has no Unix sockets and no forks to serve with")
    folder, path = forward.address()
    with _lock_folder(folder, path) as lock, _listening(path) as listening:

        def close_own() -> None:
            os.close(lock)  # else nobody else could serve until this worker has ended
            listening.close()

        with contextlib.closing(_Workers(main, close_own)) as workers:
            workers.make_ready()
            announce(path)
            _answer_all(listening, workers, idle)


@contextlib.contextmanager
def _lock_folder(folder: str, path: str) -> Iterator[int]:
    """Lock the folder of the socket, which must be private; yields the descriptor of the lock."""
    import fcntl

    with contextlib.suppress(FileExistsError):
        Path(folder).mkdir(mode=0o700, parents=True)
    if not forward.is_private(folder):
        raise ConfigError(f"`{folder}` is not yours alone", "remove it, or set `XDG_RUNTIME_DIR`")
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                "another `searchkit serve` is running", "it answers already"
            ) from None
        yield lock
    finally:
        os.close(lock)


@contextlib.contextmanager
def _listening(path: str) -> Iterator[socket.socket]:
    before = os.umask(0o177)
    try:
        Path(path).unlink(missing_ok=True)  # of one that was killed
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
    except OSError as error:
        raise ConfigError(
            f"the socket `{path}` cannot be made: {error_line(error)}",
            "set `XDG_RUNTIME_DIR` to a short path",
        ) from None
    finally:
        os.umask(before)
    try:
        listening.listen(_QUEUE)
        yield listening
    finally:
        listening.close()
        Path(path).unlink(missing_ok=True)


class _Workers:
    """The processes that answer, each one query at a time.

    Args:
        main: The program.
        close_own: Called first in each, to close what only the server uses.
    """

    def __init__(self, main: Main, close_own: Callable[[], None]) -> None:
        self._main, self._close_own = main, close_own
        self._processes: dict[socket.socket, int] = {}
        self._waiting: list[socket.socket] = []  # the one that answered last comes last
        self._ending: set[int] = set()

    @property
    def channels(self) -> list[socket.socket]:
        """What becomes readable when a worker has answered, or ended."""
        return list(self._processes)

    @property
    def are_busy(self) -> bool:
        """Whether a query is being answered."""
        return len(self._waiting) < len(self._processes)

    @property
    def are_all_busy(self) -> bool:
        """Whether no further query can be answered now."""
        return not self._waiting and len(self._processes) >= _AT_ONCE

    def make_ready(self) -> None:
        """Have a worker wait for a query, unless there are too many.

        Raises:
            OSError: There are too many files or processes.
        """
        if not self._waiting and len(self._processes) < _AT_ONCE:
            self._start()

    def hand_over(self, connection: socket.socket) -> None:
        """Give a query to a waiting worker; without one, the asking process answers itself."""
        while self._waiting:
            channel = self._waiting.pop()
            try:
                socket.send_fds(channel, [b"Q"], [connection.fileno()])
                return
            except OSError:
                self._end(channel)

    def receive(self, channel: socket.socket) -> None:
        """Receive what a worker reports: it has answered, or it has ended."""
        try:
            said = channel.recv(1)
        except OSError:
            said = b""
        if not said:
            self._end(channel)
            return
        self._waiting.append(channel)
        if len(self._waiting) > _WAITING:
            self._end(self._waiting[0])

    def reap(self) -> None:
        """Let the system forget the workers that have ended."""
        for process in list(self._ending):
            with contextlib.suppress(ChildProcessError):
                if not os.waitpid(process, os.WNOHANG)[0]:
                    continue
            self._ending.remove(process)

    def close(self) -> None:
        """End all workers; one that is answering finishes its answer."""
        for channel in self.channels:
            self._end(channel)

    def _end(self, channel: socket.socket) -> None:
        if channel in self._waiting:
            self._waiting.remove(channel)
        self._ending.add(self._processes.pop(channel))
        channel.close()

    def _start(self) -> None:
        here, there = socket.socketpair()
        # An exception that a signal handler raises during a fork is lost: signals have to wait.
        ends = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        try:
            process = os.fork()
            if process == 0:
                self._take_over(there, [here, *self._processes], ends)
            self._processes[here] = process
            self._waiting.append(here)
        except OSError:
            here.close()
            raise
        finally:
            there.close()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)

    def _take_over(
        self, channel: socket.socket, others: list[socket.socket], ends: set[signal.Signals]
    ) -> None:
        """Run as a worker, in a fork."""
        try:
            self._close_own()
            for other in others:
                other.close()  # else no worker would see the end of the server
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
            work(channel, self._main)
        finally:
            os._exit(0)


def _answer_all(listening: socket.socket, workers: _Workers, idle: float) -> None:
    last = time.monotonic()
    while workers.are_busy or time.monotonic() - last < idle:
        heard = [] if workers.are_all_busy else [listening]
        ready, _, _ = select.select([*heard, *workers.channels], [], [], min(1.0, idle))
        for channel in ready:
            if channel is not listening:
                workers.receive(channel)
        workers.reap()
        if listening in ready:
            last = time.monotonic()
            with contextlib.suppress(OSError):  # too many processes: the asking one answers
                workers.make_ready()
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    workers.hand_over(connection)
