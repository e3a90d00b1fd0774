"""`searchkit serve`: what it prints for others is what they would print, and nobody needs it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from searchkit import forward
from searchkit.cli import opened, query_server, query_worker

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks to serve with")
PROGRAM = Path(sys.executable).with_name("searchkit")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short folder for sockets, of this test's own."""
    folder = Path(f"/tmp/sk-{os.getpid()}-{time.monotonic_ns() % 10**9}")
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    subprocess.run(["rm", "-r", folder], check=True)


def run(*arguments: object, serve: bool = True, **options) -> subprocess.CompletedProcess:
    environment = os.environ | ({} if serve else {"SEARCHKIT_SERVE": "0"})
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, env=environment, **options
    )


@pytest.fixture
def start(runtime: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts servers, each ready when it is returned."""
    started = []

    def start_(*arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(
            [PROGRAM, "serve", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr
        started.append(process)
        process.said = process.stderr.readline()  # type: ignore[attr-defined]
        return process

    yield start_
    for process in started:
        process.terminate()
        process.communicate()


def forwarded(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | None:
    monkeypatch.setattr(sys, "argv", ["searchkit", *arguments])
    return forward.forwarded()


def test_without_a_server_nothing_is_forwarded(runtime: Path, monkeypatch) -> None:
    assert forwarded(monkeypatch, "query", "x") is None
    folder, path = forward.address()
    assert folder == f"{runtime}/searchkit-{os.getuid()}"
    Path(folder).mkdir(mode=0o700)
    Path(path).write_text("no socket")
    assert forwarded(monkeypatch, "query", "x") is None


def test_a_relative_place_of_sockets_was_a_folder_in_the_folder_that_is_asked(monkeypatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "run")
    monkeypatch.setenv("TMPDIR", "/var/tmp/")
    assert forward.address()[0] == f"/var/tmp/searchkit-{os.getuid()}"
    monkeypatch.setenv("TMPDIR", ".")
    assert forward.address()[0] == f"/tmp/searchkit-{os.getuid()}"


@pytest.fixture
def stranger(runtime: Path) -> Iterator[socket.socket]:
    """A socket where the server's would be, which accepts and says nothing that it should."""
    folder, path = forward.address()
    Path(folder).mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        yield listening


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_reach_is_not_trusted(stranger, monkeypatch, mode: int) -> None:
    Path(forward.address()[0]).chmod(mode)
    assert forwarded(monkeypatch, "query", "x") is None
    stranger.settimeout(0)
    with pytest.raises(BlockingIOError):
        stranger.accept()


def test_a_link_is_not_trusted(runtime: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    Path(forward.address()[0]).symlink_to(tmp_path / "mine")
    assert not forward.is_private(forward.address()[0])


def test_a_server_that_says_nothing_is_done_without(stranger, monkeypatch) -> None:
    monkeypatch.setattr(forward, "_SECONDS", 0.05)
    assert forwarded(monkeypatch, "query", "x") is None
    for command in (["index", "."], [], ["--help"], ["tui"]):
        stranger.settimeout(0.01)
        while True:  # those that came before
            try:
                stranger.accept()[0].close()
            except OSError:
                break
        assert forwarded(monkeypatch, *command) is None
        with pytest.raises(OSError, match="timed out"):
            stranger.accept()


@pytest.mark.slow
def test_the_output_is_the_same_to_the_byte(start, indexed: Path) -> None:
    start()
    commands = (
        ["query", "open a socket", indexed],
        ["query", "open a socket", indexed, "--json"],
        ["query", "open a socket", indexed, "-C", 1, "--color", "always"],
        ["query", "open a socket", indexed, "--explain", "--lang", "go"],
        ["query", "日記", "--in", "notes"],
        ["query", "zebra", indexed, "--glob", "nothing/**"],
        ["query", "open", indexed, "-e", "("],
        ["query", "open", indexed, "-F", "socket", "-l"],
        ["query", "x", "nowhere", "--json"],
        ["query", "--help"],
        ["query", "x", "--langs"],
        ["query", "x", indexed, "--model", "nothing-of-the-sort"],
        ["query", "-", indexed],
        ["similar", "net/sockets.py:4"],
    )
    run("query", "x", cwd=indexed, serve=False)
    for command in commands:
        own, served = (
            run(*command, cwd=indexed, serve=each, input=b"parse\n") for each in (False, True)
        )
        assert (served.returncode, served.stdout, served.stderr) == (
            own.returncode,
            own.stdout,
            own.stderr,
        ), command


@pytest.mark.slow
def test_a_query_is_run_by_the_server(start, indexed: Path, home: Path) -> None:
    server = start()
    path = server.said.split("`")[1]
    assert Path(path).stat().st_mode & 0o077 == 0
    assert Path(path).parent.stat().st_mode & 0o077 == 0
    done = run("query", "open a socket", cwd=indexed)
    assert b"net/sockets.py" in done.stdout
    # The same without a model to load: only the server has it by then.
    probe = (
        "import sys; sys.argv = ['searchkit', 'query', 'open a socket']\n"
        "from searchkit import forward\n"
        "assert forward.forwarded() == 0\n"
        "print(sorted({'typer', 'numpy', 'socket', 'typing'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{probe}"],
        cwd=indexed,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    second = run("serve")
    assert second.returncode == 2
    assert b"another `searchkit serve` is running" in second.stderr
    server.kill()
    server.wait()
    assert b"net/sockets.py" in run("query", "open a socket", cwd=indexed).stdout
    assert "answering" in start().said  # in the place of the one that was killed


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [b"", b"a", bytes(4), b"\xff" * 9, b"\5\0\0\0abc", b"\5\0\0\0abcde", b"\4\0\0\0a\0b\0c"],
)
def test_who_closed_before_anything_was_asked_kept_the_server_busy_for_ever(sent: bytes) -> None:
    asking, answering = socket.socketpair()
    with asking, answering, Path(os.devnull).open() as file:
        if sent:
            socket.send_fds(asking, [sent], [file.fileno()])
        asking.close()
        before = len(list(Path("/dev/fd").iterdir()))
        assert query_worker._read(answering) is None
        assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keeps workspaces as a worker does, for the length of a test."""
    monkeypatch.setattr(opened, "_kept", None)
    monkeypatch.setattr(opened, "_keeps", True)
    yield
    if opened._kept is not None:
        opened._kept[1].close()


def test_a_worker_goes_on_with_its_workspace_while_a_new_one_would_be_the_same(
    commands, keeping, home: Path, tmp_path: Path, monkeypatch
) -> None:
    with opened.workspace() as first:
        pass
    with opened.workspace("nano") as again:
        assert again is first
    monkeypatch.setenv("SEARCHKIT_LIMIT", "3")
    with opened.workspace() as other:
        assert other is not first
        assert other.settings.limit == 3
    monkeypatch.setenv("SEARCHKIT_HOME", str(tmp_path / "elsewhere"))
    with opened.workspace() as elsewhere:
        assert elsewhere is not other
    with opened.workspace("nothing-of-the-sort") as broken:
        assert broken is not elsewhere


def _serving(main: Callable[[], int]) -> int:
    """Serve in a fork; returns its number."""
    process = os.fork()
    if process == 0:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        with contextlib.suppress(BaseException):
            query_server.serve(main, 60, lambda _: None)
        os._exit(3)
    return process


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is nothing to see a state in")
def test_one_worker_answers_many_queries_and_ends_with_its_server(runtime: Path) -> None:
    server = _serving(lambda: 1)
    workers = set()
    for _ in range(3):
        client, process = _ask_once(forward.address()[1])
        with client:
            assert client.recv(5) == forward.ENDED + (1).to_bytes(4, "little")
        workers.add(process)
        time.sleep(0.05)  # it sees that its answer is taken
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)
    (worker,) = workers
    state, end = Path(f"/proc/{worker}/stat"), time.monotonic() + 30
    while state.exists() and ") Z" not in state.read_text():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_error_ends_the_worker_and_not_the_server(runtime: Path) -> None:
    server = _serving(lambda: 2)
    try:
        ends = []
        for _ in range(2):
            client, process = _ask_once(forward.address()[1])
            with client:
                assert client.recv(5) == forward.ENDED + (2).to_bytes(4, "little")
                ends.append(process)
        assert len(set(ends)) == 2
    finally:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)


def test_a_query_under_way_kept_the_next_server_from_starting(runtime: Path) -> None:
    def wait() -> int:
        time.sleep(2)
        return 0

    for _ in range(2):
        process = _serving(wait)
        client, _ = _ask_once(forward.address()[1])
        os.kill(process, signal.SIGTERM)
        assert os.waitpid(process, 0)[1] == 0
        client.close()


def test_a_query_beyond_what_is_answered_at_once_was_sent_away(runtime: Path, monkeypatch) -> None:
    monkeypatch.setattr(query_server, "_AT_ONCE", 1)

    def wait() -> int:
        time.sleep(0.2)
        return 0

    server = _serving(wait)
    try:
        path = forward.address()[1]
        first, _ = _ask_once(path)
        with ThreadPoolExecutor() as apart:
            waiting = apart.submit(_ask_once, path)
            with first:
                assert first.recv(5) == forward.ENDED + (0).to_bytes(4, "little")
            second, _ = waiting.result()
        with second:
            assert second.recv(5) == forward.ENDED + (0).to_bytes(4, "little")
    finally:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)


def _ask_once(path: str) -> tuple[socket.socket, int]:
    """Have a server begin with a query; returns the connection, and the process that answers."""
    client = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + 30
    while client.connect_ex(path):
        assert time.monotonic() < end
        time.sleep(0.005)
    message = b"\0".join([b"/tmp", b"18", b"utf-8,utf-8,utf-8", b"1", b"x", b"A=b"])
    with Path(os.devnull).open() as file:
        text = len(message).to_bytes(4, "little") + message
        socket.send_fds(client, [text], [file.fileno()] * 3)
    begun = client.recv(5)
    assert begun[:1] == forward.STARTED
    client.sendall(forward.STARTED)
    return client, int.from_bytes(begun[1:], "little")


@pytest.mark.integration
def test_it_ends_when_nobody_asks(start) -> None:
    server = start("--idle", 0.02, "--json")
    path = Path(server.said.split("`")[1])
    assert json.loads(server.stdout.read()) == {"schema": 1, "socket": str(path)}
    assert server.wait(30) == 0
    assert not path.exists()


@pytest.mark.slow
def test_an_interrupt_is_passed_on(start, indexed: Path) -> None:
    start()
    with subprocess.Popen(
        [PROGRAM, "query", "-"], cwd=indexed, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as asking:
        time.sleep(2)  # it waits for the text
        asking.send_signal(signal.SIGINT)
        assert asking.wait(20) == 130
    assert run("query", "open a socket", cwd=indexed).returncode == 0
