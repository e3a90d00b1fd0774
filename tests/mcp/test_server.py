"""The protocol, spoken by the SDK's own client: over pipes and over HTTP."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest

from searchkit.embedders import load_embedder
from searchkit.mcp.schema import TOOLS

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
import httpx2
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import jsonrpc_message_adapter
from pydantic import ValidationError

from searchkit.mcp.server import _parse_or_refuse

pytestmark = pytest.mark.integration

PROGRAM = Path(sys.executable).with_name("searchkit")


@pytest.fixture
def indexed(index_tree) -> Path:
    return index_tree(load_embedder())


def at_stdio(*arguments: Any) -> Any:
    environment = dict(os.environ)
    command = [str(PROGRAM), "mcp", *map(str, arguments)]
    return stdio_client(
        StdioServerParameters(command=command[0], args=command[1:], env=environment)
    )


def test_a_client_over_pipes_is_answered(indexed: Path) -> None:
    async def talk() -> None:
        async with at_stdio(indexed) as streams, ClientSession(*streams) as client:
            begun = await client.initialize()
            assert begun.server_info.name == "searchkit"
            assert "search" in (begun.instructions or "")
            listed = await client.list_tools()
            assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
            assert all(tool.annotations.read_only_hint for tool in listed.tools)
            found = await client.call_tool("search", {"query": "open a socket"})
            assert not found.is_error
            assert found.structured_content["hits"][0]["path"] == "net/sockets.py"
            assert "net/sockets.py:" in found.content[0].text
            asked = [client.call_tool("search", {"query": f"file {n}"}) for n in range(8)]
            answers = await asyncio.gather(*asked)  # side by side
            assert all(answer.structured_content["hits"] for answer in answers)
            refused = await client.call_tool("get", {"path": "/etc/passwd"})
            assert refused.is_error
            assert "outside of what is served" in refused.content[0].text

    anyio.run(talk)


# What a library prints, natively or not, in the midst of it.
NOISY = """
import os, sys
from searchkit.mcp.tools import Tools
call = Tools.call
def noisy(self, *arguments):
    os.write(1, b"native noise")
    print("noise", flush=True)
    return call(self, *arguments)
Tools.call = noisy
sys.argv = ["searchkit", "mcp", sys.argv[1]]
from searchkit.cli import main
main()
"""


@pytest.mark.slow
def test_nothing_but_the_protocol_is_on_stdout(indexed: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t"}}
    hello["clientInfo"]["version"] = "1"
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "roots"}},
    ]
    with subprocess.Popen(
        [sys.executable, "-c", NOISY, indexed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for line in lines:
            process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait(30) == 0
        noise = process.stderr.read()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["indexed"] == [str(indexed)]
    assert "native noise" in noise


class Served(NamedTuple):
    """A server over HTTP."""

    url: str
    token: str


@contextmanager
def started(indexed: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Start a server over HTTP; give its two lines for people, and its record.

    It may not end with a traceback on stderr.
    """
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PROGRAM, "mcp", indexed, "--http", "--port", str(port), "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout
        assert process.stderr
        lines = process.stderr.readline(), process.stderr.readline()
        yield *lines, json.loads("".join(process.stdout.readline() for _ in range(5)))
        process.terminate()
        assert "Traceback" not in process.stderr.read()


@pytest.fixture
def served(indexed: Path, home: Path) -> Iterator[Served]:
    with started(indexed) as (address, hint, said):
        url, file = address.split()[2].rstrip(";"), home / "token"
        assert str(file) in hint
        assert said == {"schema": 1, "url": url, "token_file": str(file)}
        assert file.stat().st_mode & 0o077 == 0
        yield Served(url, file.read_text().strip())


@pytest.mark.slow
def test_a_token_of_the_environment_is_not_said_to_be_in_a_file(
    indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_TOKEN", "secret")
    with started(indexed) as (_, hint, said):
        assert "the token is in `SEARCHKIT_TOKEN`" in hint
        assert said["token_file"] is None
        assert not (home / "token").exists()


def test_a_client_that_hung_up_in_mid_request_left_a_traceback(served: Served) -> None:
    port = int(served.url.rpartition(":")[2].partition("/")[0])
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {served.token}\r\n"
        "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
        "Content-Length: 100\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(head.encode() + b"{")
    call = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Authorization": f"Bearer {served.token}", "Accept": "text/event-stream"}
    # It is answered after the one that went.
    assert httpx2.post(served.url, json=call, headers=headers).status_code >= 400


@asynccontextmanager
async def at_http(served: Served) -> Any:
    headers = {"Authorization": f"Bearer {served.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        streamable_http_client(served.url, http_client=http) as streams,
        ClientSession(*streams[:2]) as client,
    ):
        await client.initialize()
        yield client


@pytest.mark.slow
def test_clients_over_http_are_answered_side_by_side(served: Served) -> None:
    async def talk(number: int) -> None:
        async with at_http(served) as client:
            for query in ("open a socket", f"file {number}"):
                found = await client.call_tool("search", {"query": query})
                assert found.structured_content["hits"]

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(talk, number)

    anyio.run(all_at_once)


@pytest.mark.slow
def test_requests_of_strangers_are_refused(served: Served) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    right = {
        "Authorization": f"Bearer {served.token}",
        "Accept": "application/json, text/event-stream",
    }
    port = served.url.rpartition(":")[2].partition("/")[0]
    for headers, status in (
        ({"Authorization": ""}, 401),
        ({"Authorization": "Basic x"}, 401),
        ({"Authorization": f"Bearer {served.token}x"}, 401),
        ({"Host": f"evil.example:{port}"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "http://evil.example", "MCP-Protocol-Version": "2026-07-28"}, 403),
        ({"Host": "evil.example", "MCP-Protocol-Version": "2026-07-28"}, 421),
    ):
        answer = httpx2.post(served.url, json=call, headers=right | headers)
        assert answer.status_code == status, headers
    for path in ("/", "/docs", "/mcp/x"):
        root = served.url.removesuffix("/mcp")
        assert httpx2.get(root + path).status_code == 401
    with socket.socket() as other:  # nobody else's network
        assert other.connect_ex((_own_address(), int(port))) != 0


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            address = "192.0.2.1"
    return address if not address.startswith("127.") else "192.0.2.1"


def test_without_the_package_the_command_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from searchkit.cli import main

    monkeypatch.setitem(sys.modules, "searchkit.mcp.server", None)
    monkeypatch.delattr("searchkit.mcp.server", raising=False)
    monkeypatch.setattr(sys, "argv", ["searchkit", "mcp"])
    assert main() == 2
    assert "pip install 'searchkit[mcp]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (r'{"jsonrpc":"2.0","id":4,"method":"a","params":{"q":"cut \ud83d"}}', {"id": 4}),
        ("no JSON", {"id": None, "code": -32700}),
        ('{"id":7}', {"id": 7, "code": -32600}),
        ("[" * 100_000, {"id": None, "code": -32700}),
        ("", {}),
    ],
)
def test_a_line_that_the_sdk_refuses_was_never_answered(line: str, said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as fault:
        jsonrpc_message_adapter.validate_json(line + "\n", by_name=False)
    understood = _parse_or_refuse(fault.value)
    made = understood.message.model_dump() if understood else {}
    error = made.get("error") or {}
    assert {"id": made.get("id"), "code": error.get("code")} == {"id": None, "code": None} | said
