"""The page of `tui --web` is for this computer and its owner alone."""

import os
import pty
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from searchkit.cli.shared import Shared
from searchkit.cli.tui import tui
from searchkit_index.errors import ConfigError

pytestmark = pytest.mark.integration


class Served(NamedTuple):
    """A running `searchkit tui --web`: its port, the one line that it printed, and its stderr."""

    port: int
    line: str
    folder: Path
    stderr: Path

    @property
    def secret(self) -> str:
        return self.line.partition(f":{self.port}/")[2].partition("/")[0]

    def at(self, host: str, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/{self.secret}/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The interface over a folder, started in one with modules of a stranger."""
    with closing(socket.socket()) as free:
        free.bind(("localhost", 0))
        number = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("it's a folder")
    for module in ("textual", "searchkit", "sitecustomize"):
        (folder / f"{module}.py").write_text("open('planted', 'w')")
    command = [Path(sys.executable).with_name("searchkit"), "tui", "--web", "--port", str(number)]
    said = tmp_path_factory.mktemp("said") / "stderr"
    with (
        said.open("w") as stderr,
        subprocess.Popen(
            [*command, "--", folder, "-x"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        assert process.stdout
        yield Served(number, process.stdout.readline(), folder, said)
        process.terminate()


async def status(url: str, **headers: str) -> int:
    async with ClientSession() as browser, browser.get(url, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_page_loads_nothing_from_elsewhere(served: Served, host: str) -> None:
    async with ClientSession() as browser, browser.get(served.at(host)) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"nonce-([^']+)'", policy)
        assert nonce
        assert f'<script nonce="{nonce[1]}">' in page
        places = re.findall(r"(?:https?|wss?)://[^\"')]+", page)
        assert len(places) == 4
        for place in places:
            assert place.partition("://")[2].startswith(f"{host}:{served.port}/{served.secret}/")
            if place.startswith("http"):
                async with browser.get(place) as found:
                    assert found.status == 200


async def test_no_page_may_show_it_in_a_frame(served: Served) -> None:
    async with ClientSession() as browser, browser.get(served.at("localhost")) as answer:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_who_does_not_know_the_address_is_not_let_in(served: Served) -> None:
    assert len(served.secret) >= 22
    for path in ("", "ws", "static/js/textual.js", "download/x", f"{served.secret[:-1]}/ws"):
        assert await status(f"http://localhost:{served.port}/{path}") == 404


def test_one_line_is_printed(served: Served) -> None:
    assert served.line.startswith("searchkit: open http://localhost")


async def test_no_module_comes_from_the_searched_folder(served: Served) -> None:
    async with (
        ClientSession() as browser,
        browser.ws_connect(served.at("127.0.0.1") + "ws?width=90&height=30") as socket_,
    ):
        await socket_.receive(timeout=20)
    assert not (served.folder / "planted").exists()


async def test_the_page_shows_the_interface_with_the_question(served: Served) -> None:
    async with (
        ClientSession() as browser,
        browser.ws_connect(served.at("localhost") + "ws?width=90&height=30") as socket_,
    ):
        drawn = b""
        while b"index" not in drawn or b"-x" not in drawn:
            message = await socket_.receive(timeout=20)
            drawn += message.data if isinstance(message.data, bytes) else b""


async def test_pages_of_other_sites_are_refused(served: Served) -> None:
    page = served.at("localhost")
    assert await status(page, Origin="http://evil.example") == 403
    assert await status(page, Origin="null") == 403
    assert await status(page, Host="evil.example") == 403
    assert await status(page, Origin=f"http://127.0.0.1:{served.port}") == 200
    async with ClientSession(headers={"Origin": "https://evil.example"}) as browser:
        with pytest.raises(WSServerHandshakeError, match="403"):
            await browser.ws_connect(page + "ws")


async def test_a_screen_without_bound_took_all_memory(served: Served) -> None:
    for size in ("width=999999999&height=24", "width=80&height=-1", "width=80&height=a"):
        async with ClientSession() as browser:
            with pytest.raises(WSServerHandshakeError, match="400"):
                await browser.ws_connect(served.at("localhost") + f"ws?{size}")


def test_requests_that_are_none_filled_the_terminal(served: Served) -> None:
    for request in ("\0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"):
        with socket.create_connection(("localhost", served.port)) as sent:
            sent.sendall(request.encode())
            assert b" 400 " in sent.recv(1_000)
    assert served.stderr.read_text() == ""


async def test_a_browser_that_left_while_its_page_loaded_filled_the_terminal(
    served: Served,
) -> None:
    asked = (
        f"GET /{served.secret}/ws?width=80&height=24 HTTP/1.1\r\nHost: localhost:{served.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    for _ in range(5):
        with socket.create_connection(("localhost", served.port)) as browser:
            # Closed so, it sends that the connection is broken, and not that it has ended.
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            browser.sendall(asked.encode())
    assert await status(served.at("localhost") + "ws") == 400
    assert served.stderr.read_text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_other_computers_cannot_reach_it(served: Served) -> None:
    listening = re.findall(
        rf"^ *\d+: (\w+):{served.port:04X} \w+:0000 0A",
        Path("/proc/net/tcp").read_text(),
        re.MULTILINE,
    )
    assert listening == ["0100007F"]


def test_a_port_that_is_taken_is_told_in_one_line(served: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "tui", "--web", "--port", str(served.port)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"cannot listen on port {served.port}" in done.stderr
    assert "--port" in done.stderr


def test_without_its_package_the_browser_version_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "searchkit_tui.serving", None)
    with pytest.raises(ConfigError) as raised:
        tui(web=True, shared=Shared())
    assert "pip install" in raised.value.hint


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "tui"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "searchkit: this is no terminal" in done.stderr


def test_the_shell_of_an_editor_was_filled_with_signs_of_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    with pytest.raises(ConfigError, match="shows lines only") as raised:
        tui(text="sockets", shared=Shared())
    assert raised.value.hint == 'type `searchkit query "sockets"`'


def test_with_its_drawings_sent_to_a_file_the_terminal_stayed_blank(tmp_path: Path) -> None:
    other, terminal = pty.openpty()
    with (tmp_path / "errors").open("w") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "searchkit", "tui"],
            stdin=terminal,
            stdout=terminal,
            stderr=errors,
            check=False,
        )
    os.close(terminal)
    os.close(other)
    assert done.returncode == 2
    assert "searchkit: this is no terminal" in (tmp_path / "errors").read_text()
