"""`searchkit serve` and who asks it: forged requests and replies, foreign sockets, kills."""

import contextlib
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from stage import Done, Stage

from searchkit import forward
from searchkit.cli import query_worker

_ASKED = ("query", "quokka token", "--mode", "lexical")
_REPLIES = (
    *(
        b"",
        b"S",
        b"SSSSS",
        b"X" * 5,
        b"S\xff\xff\xff\xff",
        b"S\0\0\0\0",
        b"S\1\0\0\0",
        b"E\0\0\0\0",
    ),
    *(b"S\5\0\0\0", b"S\5\0\0\0X", b"S\5\0\0\0XXXXX", b"S\5\0\0\0P\xff\xff\xff\xff", b"\0" * 9_000),
)


def request_forged(stage: Stage) -> None:
    """What no client sends is refused, and no descriptor that came with it stays open."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(20):
        here, there = socket.socketpair()
        with here, there, Path(os.devnull).open() as file:
            message = _request(stage)
            files = [file.fileno()] * stage.random.randint(0, 5)
            socket.send_fds(there, [message[: stage.random.choice([1, 3, 900])]], files)
            with contextlib.suppress(OSError):
                there.sendall(message)
            there.shutdown(socket.SHUT_WR)
            request = query_worker._read(here)
            for number in request.files if request else ():
                os.close(number)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def _request(stage: Stage) -> bytes:
    """A request, some bytes of which are others, with a size that may be another."""
    parts = [b"/tmp", b"18", b"utf-8,utf-8,utf-8", b"2", b"searchkit", b"query", b"A=b", b"C=d=e"]
    text = bytearray(b"\0".join(stage.random.sample(parts, stage.random.randint(3, 8))))
    for _ in range(stage.random.randint(0, 4)):
        text[stage.random.randrange(len(text))] = stage.random.randrange(256)
    size = stage.random.choice([len(text), len(text), 0, 2**32 - 1, 7_999_999, 1])
    return size.to_bytes(4, "little") + text


def reply_forged(stage: Stage) -> None:
    """Whatever a server says, the client ends, by itself where it was not answered."""
    stage.command("index", "-q", ".")
    alone = stage.command(*_ASKED)
    for _ in range(4):
        reply = stage.random.choice(_REPLIES)
        with _runtime() as (runtime, path), _forger(path, reply):
            done = stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime)
        assert done == alone or (done.code == 2 and b"server ended" in done.stderr), (reply, done)


def socket_foreign(stage: Stage) -> None:
    """Something else stands where the socket or its folder would: nobody needs the server."""
    stage.command("index", "-q", ".")
    alone = stage.command(*_ASKED)
    for _ in range(3):
        with _runtime() as (runtime, path):
            what = stage.random.choice(_PLACED)
            what(path)
            assert stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime) == alone, what
            lock = Path(f"{path}.lock")
            if stage.random.random() < 0.5 and lock.parent.is_dir():
                lock.symlink_to(stage.root / "made")
            with stage.going_on("serve", XDG_RUNTIME_DIR=runtime) as server:
                server.says(b"`")  # it starts, or ends with a line that says why it does not
                assert stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime) == alone, what
            assert not (stage.root / "made").exists()


def server_killed(stage: Stage) -> None:
    """A server that is killed or stopped is done without; the next one takes its place."""
    stage.command("index", "-q", ".")
    alone = stage.command(*_ASKED)
    with _runtime() as (runtime, _):
        for _ in range(2):
            with stage.going_on("serve", "--idle", "5", XDG_RUNTIME_DIR=runtime) as server:
                server.says(b"answering")
                answers: list[Done] = []
                ask = threading.Thread(target=_ask, args=(stage, runtime, answers))
                ask.start()
                if stage.random.random() < 0.5:
                    ask.join()
                    second = stage.command("serve", XDG_RUNTIME_DIR=runtime)
                    assert second.code == 2
                    assert b"is running" in second.stderr
                server.end(stage.random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
                ask.join()
            (done,) = answers
            assert done == alone or b"server ended" in done.stderr, done
            assert stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime) == alone


def worker_killed(stage: Stage) -> None:
    """A process of the server is killed while it waits or answers: nobody else is harmed."""
    stage.command("index", "-q", ".")
    alone = stage.command(*_ASKED)
    with _runtime() as (runtime, _):
        with stage.going_on("serve", XDG_RUNTIME_DIR=runtime) as server:
            server.says(b"answering")
            for _ in range(4):
                answers: list[Done] = []
                ask = threading.Thread(target=_ask, args=(stage, runtime, answers))
                ask.start()
                for worker in _children(server.process):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, stage.random.choice([signal.SIGKILL, signal.SIGTERM]))
                ask.join()
                (done,) = answers
                assert done == alone or b"server ended" in done.stderr, done
                assert stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime) == alone
            assert server.is_alive()
            left = _children(server.process)
        end = time.monotonic() + 30
        while any(Path(f"/proc/{worker}").exists() for worker in left):  # they end with it
            assert time.monotonic() < end, left
            time.sleep(0.05)


def _children(process: int) -> list[int]:
    return [
        int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def _ask(stage: Stage, runtime: str, answers: list[Done]) -> None:
    answers.append(stage.command(*_ASKED, XDG_RUNTIME_DIR=runtime))


@contextlib.contextmanager
def _runtime() -> Iterator[tuple[str, Path]]:
    """A folder for sockets, and the place of the socket in it."""
    # Not below the stage's own: the path of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="searchkit-") as runtime:
        with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=runtime):
            folder, path = forward.address()
        Path(folder).mkdir(mode=0o700)
        yield runtime, Path(path)


@contextlib.contextmanager
def _forger(path: Path, reply: bytes) -> Iterator[None]:
    """Say the same to whoever connects, and hang up."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(1 << 20)
                        connection.sendall(reply)

        threading.Thread(target=answer, daemon=True).start()
        yield
        listening.shutdown(socket.SHUT_RDWR)


def _link_to_nothing(path: Path) -> None:
    path.symlink_to("/nowhere/socket")


def _link_to_a_file(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _folder_of_others(path: Path) -> None:
    path.parent.chmod(0o777)


def _link_for_a_folder(path: Path) -> None:
    path.parent.rename(path.parent.parent / "aside")
    path.parent.symlink_to(path.parent.parent / "aside")


def _file_for_a_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


_PLACED: tuple[Callable[[Path], object], ...] = (
    *(Path.touch, Path.mkdir, os.mkfifo, _link_to_nothing, _link_to_a_file),
    *(_folder_of_others, _link_for_a_folder, _file_for_a_folder),
)

KINDS: tuple[Callable[[Stage], None], ...] = (
    request_forged,
    reply_forged,
    socket_foreign,
    server_killed,
    worker_killed,
)
