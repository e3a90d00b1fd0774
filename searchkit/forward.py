"""Passes a query to `searchkit serve` if that runs, before anything large is imported.

A fork of the server takes over the standard files, folder, environment and arguments of this
process and runs the very same program: so the output is the same, to the byte.
Whatever fails before that, this process answers by itself.

What this module imports is most of what such a query costs: `socket` and `typing` would double it.
"""

import _socket
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMANDS = ("query", "similar")

# Messages of the server: it begins, it wants a text shown page by page, it has ended.
STARTED, PAGE, ENDED = b"S", b"P", b"E"

_SECONDS = 2.0  # for a server that is there to begin; it needs some milliseconds


def address() -> tuple[str, str]:
    """Return the folder of this user's sockets, and the socket of this very installation.

    Another version, or the same after an update, has another one.
    """
    named = (os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("TMPDIR", ""), "/tmp")
    base = next(place for place in named if place.startswith("/"))  # a relative one counts as unset
    folder = f"{base.rstrip('/')}/searchkit-{os.getuid()}"
    package = os.path.dirname(__file__)  # noqa: PTH120 -- pathlib is what must not be loaded
    state = os.stat(package)  # noqa: PTH116
    name = f"{state.st_dev:x}-{state.st_ino:x}-{state.st_mtime_ns:x}"
    return folder, f"{folder}/{name}"


def is_private(folder: str) -> bool:
    """Tell whether a folder, no link, is this user's and nobody else's."""
    try:
        state = os.lstat(folder)
    except OSError:
        return False
    is_folder = state.st_mode & 0o170000 == 0o040000
    return is_folder and state.st_uid == os.getuid() and not state.st_mode & 0o077


def is_own(connection: "_socket.socket") -> bool:
    """Tell whether the other end is this user's; true where only the private folder proves it."""
    if not hasattr(_socket, "SO_PEERCRED"):
        return True
    credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(credentials[4:8], sys.byteorder) == os.getuid()  # process, user, group


def forwarded() -> int | None:
    """Have the server answer what was typed.

    Returns:
        The exit code; None where there is no server, or nothing for it.
    """
    if sys.argv[1:2] == [] or sys.argv[1] not in _COMMANDS or not hasattr(os, "fork"):
        return None
    if os.environ.get("SEARCHKIT_SERVE") == "0" or sys.flags.dev_mode or sys.flags.isolated:
        return None
    try:
        folder, path = address()
        if not is_private(folder):
            return None
    except OSError:
        return None
    server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        process = _begin_query(server, path)
        return None if process is None else _wait_for(server, process)
    finally:
        server.close()


def _begin_query(server: "_socket.socket", path: str) -> int | None:
    """Ask the server to begin; returns the id of the process that answers, None for none."""
    try:
        server.settimeout(_SECONDS)
        server.connect(path)
        if not is_own(server):
            return None
        _send(server, b"\0".join(_request()))
        begun = _receive(server, 5)
        if len(begun) < 5 or begun[:1] != STARTED:
            return None
        server.settimeout(None)
        server.sendall(STARTED)  # before that it prints nothing
    except (OSError, ValueError):
        return None
    process = int.from_bytes(begun[1:], "little")
    return process if 1 < process < 1 << 31 else None


def _request() -> "Iterator[bytes]":
    """Yield what the program depends on: folder, umask, encodings, arguments and environment."""
    mask = os.umask(0o077)
    os.umask(mask)
    yield os.fsencode(os.getcwd())  # noqa: PTH109
    yield str(mask).encode()
    yield ",".join(getattr(sys, name).encoding for name in ("stdin", "stdout", "stderr")).encode()
    yield str(len(sys.argv)).encode()
    yield from map(os.fsencode, sys.argv)
    for name, value in os.environb.items():
        yield name + b"=" + value


def _send(server: "_socket.socket", request: bytes) -> None:
    message = len(request).to_bytes(4, "little") + request
    files = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)
    sent = server.sendmsg([message], [rights])
    server.sendall(message[sent:])


def _receive(server: "_socket.socket", count: int) -> bytes:
    """Receive so many bytes, or fewer where the server is gone."""
    parts = b""
    while len(parts) < count and (part := server.recv(count - len(parts))):
        parts += part
    return parts


def _wait_for(server: "_socket.socket", process: int) -> int:
    """Wait for the end of a query; Ctrl-C is passed on, and pages are shown by this process."""
    while True:
        try:
            said = _receive(server, 5)
            number = int.from_bytes(said[1:], "little")
            if said[:1] == PAGE:
                from searchkit.cli.pager import page

                pager, _, text = _receive(server, number).partition(b"\0")
                page(os.fsdecode(pager), text.decode(errors="surrogatepass"))
                server.sendall(PAGE)
                continue
        except KeyboardInterrupt:
            try:
                os.kill(process, 2)
            except OSError:
                return 130
            continue
        except OSError:
            said = b""
        if said[:1] == ENDED:
            return number
        sys.stderr.write(
            "searchkit: the server ended before it had answered; see `searchkit serve`\n"
        )
        return 2
