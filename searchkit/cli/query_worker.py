"""Answers queries of other processes, one after the other, in a process that is loaded already.

See `searchkit.forward` for what asks, and `searchkit.cli.query_server` for what starts it.
"""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from searchkit import forward
from searchkit.cli import opened, pager, trail

_LARGEST = 8_000_000  # bytes of a request: arguments and an environment; Linux allows 6 MB
_SECONDS = 1.0  # for the rest of a request to come, and for an answered process to end
_MOST = 1_000  # queries that one process answers, which bounds what it leaks

Main = Callable[[], int]


@dataclass(frozen=True, slots=True)
class _Request:
    """A query of another process.

    Attributes:
        files: Its standard files, as descriptors of this process.
        folder: Its current folder.
        mask: Which permissions new files do not get.
        encodings: Encodings of its standard files.
        arguments: What was typed.
        environment: Its variables.
    """

    files: tuple[int, int, int]
    folder: bytes
    mask: int
    encodings: list[str]
    arguments: list[str]
    environment: dict[bytes, bytes]


def work(channel: socket.socket, main: Main) -> None:
    """Answer queries until the server closes the channel, or one fails in this process.

    Args:
        channel: To the server: it sends a connection for each query, and gets a byte when the
            answer is given.
        main: The program.
    """
    opened.keep()
    with contextlib.suppress(KeyboardInterrupt, OSError):
        for _ in range(_MOST):
            _, files, _, _ = socket.recv_fds(channel, 1, 1)
            if not files:
                return
            with socket.socket(fileno=files[0]) as connection:
                if not _answered(connection, main):
                    return
            channel.sendall(b"F")


def _answered(connection: socket.socket, main: Main) -> bool:
    """Answer one query; returns whether this process can answer another."""
    request = _read(connection)
    if request is None:
        return True
    code = _run(connection, request, main)
    with contextlib.suppress(OSError):
        _close_files()
        if code is None:
            return False
        connection.sendall(forward.ENDED + code.to_bytes(4, "little"))
        # It may still pass on an interrupt, which must not meet the next query.
        connection.settimeout(_SECONDS)
        gone = connection.recv(1) == b""
        return gone and code in (0, 1) and not trail.is_on()
    return False


def _run(connection: socket.socket, request: _Request, main: Main) -> int | None:
    """Run the program as the asking process would; None if that no longer waits for it."""
    try:
        connection.settimeout(None)
        _take_over(request)
        connection.sendall(forward.STARTED + os.getpid().to_bytes(4, "little"))
        if connection.recv(1) != forward.STARTED:
            return None  # it answers by itself
        pager.set_pager(lambda pager, text: _page(connection, pager, text))
        return main()
    except KeyboardInterrupt:
        return 130
    except OSError:
        return None


def _read(connection: socket.socket) -> _Request | None:
    """Read a request of this user; None if it is malformed, or of another user."""
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


def _take_over(request: _Request) -> None:
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


def _close_files() -> None:
    """Close the files that were taken over: whoever reads the answer waits for its end."""
    with Path(os.devnull).open("r+b", buffering=0) as nothing:
        for number in range(3):
            os.dup2(nothing.fileno(), number)
    os.chdir("/")


def _page(connection: socket.socket, pager: str, text: str) -> None:
    """Have the asking process show a text in its pager: the terminal is its own."""
    message = os.fsencode(pager) + b"\0" + text.encode(errors="surrogatepass")
    connection.sendall(forward.PAGE + len(message).to_bytes(4, "little") + message)
    connection.recv(1)
