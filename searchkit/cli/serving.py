"""Runs queries for other processes of the same user, each in a fork that has all loaded already.

See `searchkit.forward` for what asks it.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from searchkit import forward
from searchkit.cli import terminal
from searchkit_index.errors import ConfigError

_LARGEST = 8_000_000  # bytes of a request: arguments and an environment; Linux allows 6 MB
_AT_ONCE = 16  # queries; what comes beyond answers itself
_SECONDS = 1.0  # for a request that was begun to be sent

Main = Callable[[], int]


@dataclass(frozen=True, slots=True)
class _Request:
    """What a process wants answered.

    Attributes:
        files: Its standard files, as descriptors of this process.
        folder: Its current folder.
        mask: Which permissions new files do not get.
        encodings: Of its standard files.
        arguments: What was typed.
        environment: Its variables.
    """

    files: tuple[int, int, int]
    folder: bytes
    mask: int
    encodings: list[str]
    arguments: list[str]
    environment: dict[bytes, bytes]


def serve(main: Main, idle: float, announce: Callable[[str], None]) -> None:
    """Answer until nobody has asked for a while.

    Args:
        main: The program; run in a fork for each query.
        idle: For so many seconds.
        announce: Called with the path of the socket once it can be asked.

    Raises:
        ConfigError: Another one is serving, this system has no such sockets, or the folder for them
            cannot be trusted.
    """
    if not hasattr(os, "fork") or not hasattr(socket, "AF_UNIX"):
        raise ConfigError("this system has no Unix sockets and no forks to serve with")
    folder, path = forward.address()
    with _alone(folder, path) as lock, _listening(path) as listening:
        announce(path)

        def let_go() -> None:
            os.close(lock)  # else nobody could serve until this query has ended
            listening.close()

        _answer_all(listening, main, idle, let_go)


@contextlib.contextmanager
def _alone(folder: str, path: str) -> Iterator[int]:
    """Make sure that nobody else serves here, or could; gives the descriptor of the lock."""
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
            f"the socket `{path}` cannot be made: {error}", "set `XDG_RUNTIME_DIR` to a short path"
        ) from None
    finally:
        os.umask(before)
    try:
        listening.listen(_AT_ONCE)
        yield listening
    finally:
        listening.close()
        Path(path).unlink(missing_ok=True)


def _answer_all(
    listening: socket.socket, main: Main, idle: float, let_go: Callable[[], None]
) -> None:
    running: set[int] = set()
    last = time.monotonic()
    while running or time.monotonic() - last < idle:
        ready, _, _ = select.select([listening], [], [], min(1.0, idle))
        running -= set(_ended(running))
        if not ready:
            continue
        last = time.monotonic()
        with contextlib.suppress(OSError):  # too many files or processes: who asks does it alone
            connection, _ = listening.accept()
            with connection:
                request = _read(connection) if len(running) < _AT_ONCE else None
                if request:
                    running.add(_forked(connection, request, main, let_go))


def _forked(
    connection: socket.socket, request: _Request, main: Main, let_go: Callable[[], None]
) -> int:
    """Start the process that answers, and let go of what is its; returns its number."""
    # What a handler raises within a fork is lost: a signal that comes then has to wait.
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        try:
            process = os.fork()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
        if process == 0:
            let_go()
            _become(connection, request, main)
        return process
    finally:
        for number in request.files:
            os.close(number)


def _ended(running: set[int]) -> Iterator[int]:
    for process in running:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(process, os.WNOHANG)[0]:
                yield process


def _read(connection: socket.socket) -> _Request | None:
    """Read a request of this user; None for what is none, or of another user."""
    files: list[int] = []
    try:
        if not forward.is_own(connection):
            return None
        connection.settimeout(_SECONDS)
        head, files, _, _ = socket.recv_fds(connection, 1 << 16, 3)
        size = int.from_bytes(head[:4], "little") if len(head) >= 4 else -1
        parts, left = [head[4:]], size - len(head[4:])
        while 0 < left <= _LARGEST and (part := connection.recv(1 << 16)):
            parts.append(part)
            left -= len(part)
        request = _parsed(b"".join(parts), files) if left == 0 else None
    except (OSError, ValueError, LookupError):
        request = None
    if request is None:
        for number in files:
            os.close(number)
    return request


def _parsed(text: bytes, files: list[int]) -> _Request:
    folder, mask, encodings, count, *rest = text.split(b"\0")
    number = int(count)
    one, two, three = files
    return _Request(
        (one, two, three),
        folder,
        int(mask),
        encodings.decode().split(","),
        [os.fsdecode(each) for each in rest[:number]],
        dict(each.split(b"=", 1) for each in rest[number:]),
    )


def _become(connection: socket.socket, request: _Request, main: Main) -> NoReturn:
    """Run the program as the process that asks would; never returns."""
    code = 2
    try:
        connection.settimeout(None)
        _take_over(request)
        connection.sendall(forward.STARTED + os.getpid().to_bytes(4, "little"))
        if connection.recv(1) != forward.STARTED:
            os._exit(code)  # it answers by itself
        terminal.set_pager(lambda pager, text: _page(connection, pager, text))
        code = main()
        connection.sendall(forward.ENDED + code.to_bytes(4, "little"))
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            connection.sendall(forward.ENDED + (130).to_bytes(4, "little"))
    finally:
        os._exit(code)


def _take_over(request: _Request) -> None:
    for name in ("SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, file in enumerate(request.files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request.folder)
    os.umask(request.mask)
    os.environb.clear()
    os.environb.update(request.environment)
    time.tzset()
    sys.argv = request.arguments
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        errors = "strict" if name == "stdin" else "backslashreplace"
        stream = open(  # noqa: SIM115 -- a descriptor, which stays open
            number,
            "w" if number else "r",
            buffering=1 if number == 2 or os.isatty(number) else -1,
            encoding=request.encodings[number],
            errors=errors,
            closefd=False,
        )
        setattr(sys, name, stream)


def _page(connection: socket.socket, pager: str, text: str) -> None:
    """Have the asking process show a text in its pager: the terminal is its own."""
    message = os.fsencode(pager) + b"\0" + text.encode(errors="surrogatepass")
    connection.sendall(forward.PAGE + len(message).to_bytes(4, "little") + message)
    connection.recv(1)
