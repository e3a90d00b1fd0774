"""`searchkit mcp`: what no client should send, and names that no answer can carry."""

import json
import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from stage import Stage, at_home

from searchkit.embedders import load_embedder
from searchkit.mcp.local import LocalTools
from searchkit.mcp.schema import TOOLS
from searchkit.mcp.scope import Scope
from searchkit.workspace import Workspace
from searchkit_index.embedder import Embedder

_VALUES: tuple[object, ...] = (
    *(None, True, 0, -1, 2**31, 2**64, 10**400, 1.5, float("nan"), float("inf"), [], {}, {"a": 1}),
    *("", "a", "m1.py", "../x", "/etc/passwd", "\0", "\x1b[31m", "~", "é", "\ud800", "x" * 100_000),
    *(
        "(",
        "[[",
        "(a*)*" * 300,
        "%s",
        "*" * 4_000,
        "!",
        "HEAD",
        "-x",
        "--output=x",
        "@{u}",
        "9" * 40,
    ),
    *("1-aaaa", "0-", "quokka", ["m1.py"], [""], ["\0"], [None], [["x"]], ["python"], ["x"] * 999),
)
_NEEDED = {"query": "quokka token", "path": "m1.py", "line": 1}
_HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "t", "version": "1"},
}
_LINES = (
    *(b"hello", b"\0\xff\xfe", b"[" * 50_000, b'{"a":' * 9_000 + b"1" + b"}" * 9_000, b"", b"\r"),
    *(b'{"jsonrpc":"2.0","id":5}', b'{"id":1,"method":"initialize"}', b'{"jsonrpc":"2.0","id":{}}'),
    *(b'[{"jsonrpc":"2.0","id":9,"method":"tools/list"}]', b'{"jsonrpc":"2.0","method":"x"}'),
    b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":'
    b'{"query":"\\ud800"}}}',
    b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"\xff"}}',
    b'{"jsonrpc":"2.0","id":9,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}',
)


def tool_arguments_foreign(stage: Stage) -> None:
    """Arguments of any type and value are answered, or refused in words."""
    stage.command("index", "-q", ".")
    secret = stage.scratch / "outside.txt"
    secret.write_text("the outside wombat\n")
    (stage.root / "link.txt").symlink_to(secret)
    with at_home(stage.home), Workspace(open_index=None) as workspace:
        workspace._embedder = _embedder()
        tools = LocalTools(workspace, Scope(workspace, [stage.root]))
        for _ in range(60):
            tool = stage.random.choice(TOOLS)
            names = list(tool.schema["properties"])
            count = min(len(names), stage.random.randint(0, 3))
            given: dict[str, Any] = {
                name: stage.random.choice(_VALUES) for name in stage.random.sample(names, count)
            }
            if stage.random.random() < 0.7:
                given = {name: _NEEDED[name] for name in tool.required} | given
            reply = tools.call(tool.name, given)
            told = json.dumps(reply.values) + reply.text
            assert "wombat" not in told, given
            assert "root:" not in told, given


def protocol_garbage(stage: Stage) -> None:
    """Lines that are no messages are passed over, and the next message is answered."""
    stage.command("index", "-q", ".")
    name = stage.random.choice([b"caf\xe9.md", b"esc\x1b[31m.md"])
    with open(os.fsencode(stage.root) + b"/" + name, "w") as file:  # noqa: PTH123 -- bytes
        file.write("the planted zebra\n")
    search = {"name": "search", "arguments": {"query": "planted zebra", "mode": "lexical"}}
    lines = [
        *(_message(id=1, method="initialize", params=_HELLO),),
        _message(method="notifications/initialized"),
        *stage.random.sample(_LINES, 5),
        _message(id=77, method="tools/call", params=search),
    ]
    with stage.going_on("mcp", ".") as server:
        feed = threading.Thread(target=_write, args=(server.stdin, b"\n".join(lines) + b"\n"))
        feed.start()
        said = server.answers(b'"id":77')
        feed.join()
        while not said.endswith(b"\n"):
            said = server.stdout.read_bytes()
    answers = [json.loads(line) for line in said.decode().splitlines()]
    (answer,) = (each for each in answers if each.get("id") == 77)
    told = answer["result"]["structuredContent"]["hits"][0]
    assert "zebra" in told["text"]


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _message(**parts: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **parts}).encode()


@cache
def _embedder() -> Embedder:
    return load_embedder()


KINDS: tuple[Callable[[Stage], None], ...] = (tool_arguments_foreign, protocol_garbage)
