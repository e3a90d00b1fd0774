import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from searchkit.cli.tui import tui
from searchkit_index.errors import ConfigError


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a running `searchkit tui --web` answers."""
    with closing(socket.socket()) as free:
        free.bind(("localhost", 0))
        number = free.getsockname()[1]
    place = [str(tmp_path_factory.mktemp("it's a folder")), "-x"]
    command = [sys.executable, "-m", "searchkit", "tui", "--web", "--port", str(number), "--"]
    process = subprocess.Popen([*command, *place], stdout=subprocess.DEVNULL)
    try:
        wait_for(number)
        yield number
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("localhost", port)).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


async def status(port: int, **headers: str) -> int:
    url = f"http://localhost:{port}"
    async with ClientSession() as browser, browser.get(url, headers=headers) as answer:
        return answer.status


async def test_the_page_loads_nothing_from_elsewhere(port: int) -> None:
    async with ClientSession() as browser, browser.get(f"http://localhost:{port}") as answer:
        page = await answer.text()
        for place in re.findall(r"(?:https?|wss?)://[^\"')]+", page):
            assert place.partition("://")[2].startswith(f"localhost:{port}/")
        script = re.search(r'script src="([^"]+)"', page)
        assert script
        async with browser.get(script[1]) as found:
            assert found.status == 200


async def test_the_page_shows_the_interface_with_the_question(port: int) -> None:
    async with (
        ClientSession() as browser,
        browser.ws_connect(f"http://localhost:{port}/ws?width=90&height=30") as socket_,
    ):
        drawn = b""
        while b"index" not in drawn or b"-x" not in drawn:
            message = await socket_.receive(timeout=20)
            drawn += message.data if isinstance(message.data, bytes) else b""


async def test_pages_of_other_sites_are_refused(port: int) -> None:
    assert await status(port, Origin="http://evil.example") == 403
    assert await status(port, Origin="null") == 403
    assert await status(port, Host="evil.example") == 403
    assert await status(port, Origin=f"http://127.0.0.1:{port}") == 200
    async with ClientSession(headers={"Origin": "https://evil.example"}) as browser:
        with pytest.raises(WSServerHandshakeError, match="403"):
            await browser.ws_connect(f"http://localhost:{port}/ws")


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_other_computers_cannot_reach_it(port: int) -> None:
    listening = re.findall(
        rf"^ *\d+: (\w+):{port:04X} \w+:0000 0A", Path("/proc/net/tcp").read_text(), re.MULTILINE
    )
    assert listening == ["0100007F"]


def test_without_its_package_the_browser_version_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "searchkit_tui.serving", None)
    with pytest.raises(ConfigError) as raised:
        tui(web=True)
    assert "pip install" in raised.value.hint


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "tui"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "searchkit: this is no terminal" in done.stderr
