"""Speaks the Model Context Protocol: on stdin and stdout, or over HTTP on this computer only.

What a tool does runs in threads, so that several clients and calls are served at once. While stdout
carries the protocol, the SDK points descriptor 1 at stderr: no library can write between messages.
"""

import asyncio
import gc
import hmac
import json
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from socket import create_server, socket
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.message import SessionMessage
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from searchkit import __version__
from searchkit.mcp.schema import TOOLS
from searchkit.printable import encodable, error_line, printable
from searchkit_index.errors import ConfigError

if TYPE_CHECKING:
    from searchkit.mcp.reply import Reply
    from searchkit.mcp.tools import Tools

HOST = "127.0.0.1"
PATH = "/mcp"

# Calls that are answered at once; others wait. More would only take the cores from each other.
_AT_ONCE = 8

_INSTRUCTIONS = (
    "Search the user's folders by meaning and by words, in any natural or programming language. "
    "Ask `search` what you can describe but not spell; use grep for exact names. "
    "A reply marked weak probably holds nothing about the question. "
    "Paths are relative to the served folder where there is only one."
)

_LISTED = [
    types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.about,
        input_schema=tool.schema,
        annotations=types.ToolAnnotations(
            title=tool.title, read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )
    for tool in TOOLS
]

# What libraries log where a client or this server goes in mid-answer.
_GONE = (ClientDisconnect, ConnectionError, asyncio.CancelledError)

MakeTools = Callable[[], "Tools"]
AsgiScope = MutableMapping[str, Any]
Asgi = Callable[[AsgiScope, Any, Any], Awaitable[None]]


def serve_stdio(make: MakeTools) -> None:
    """Answer one client on stdin and stdout, until it closes them.

    Args:
        make: Makes what is served, once the client has its first answer, which does not wait for
            what that loads.
    """
    server = _server(make)

    async def run() -> None:
        async with stdio_server() as (reading, writing), anyio.create_task_group() as tasks:
            into, understood = anyio.create_memory_object_stream[SessionMessage | Exception](0)
            tasks.start_soon(_relay, reading, into, writing)
            async with understood:
                await server.run(understood, writing, server.create_initialization_options())

    try:
        anyio.run(run)
    except* BrokenPipeError:
        pass  # the client has gone, with answers under way


async def _relay(reading: Any, into: Any, writing: Any) -> None:
    """Pass on the client's messages, and answer malformed ones, or it would wait for ever."""
    async with into:
        async for item in reading:
            message = _parse_or_refuse(item) if isinstance(item, Exception) else item
            if message:
                wrong = isinstance(message.message, types.JSONRPCError) and message is not item
                await (writing if wrong else into).send(message)


def _parse_or_refuse(fault: Exception) -> SessionMessage | None:
    """Read a line that the SDK did not understand, or make the error to answer it with.

    None for a blank line.
    The SDK refuses half of a pair of surrogates, which a text has that was cut inside of an emoji.
    """
    line = fault.errors()[0]["input"] if isinstance(fault, ValidationError) else None
    if isinstance(line, str) and not line.strip():
        return None
    try:
        given = json.loads(line) if isinstance(line, str) else line
    except (ValueError, RecursionError):
        return _error_message(None, types.PARSE_ERROR, "this is no JSON")
    try:
        message = types.jsonrpc_message_adapter.validate_python(_encodable(given), by_name=False)
    except ValidationError:
        number = given.get("id") if isinstance(given, dict) else None
        return _error_message(number, types.INVALID_REQUEST, "this is no message of JSON-RPC 2.0")
    return SessionMessage(message)


def _error_message(number: Any, code: int, message: str) -> SessionMessage:
    known = number if isinstance(number, int | str) and not isinstance(number, bool) else None
    error = types.ErrorData(code=code, message=message)
    return SessionMessage(types.JSONRPCError(jsonrpc="2.0", id=known, error=error))


def serve_http(make: MakeTools, listening: socket, token: str) -> None:
    """Answer any number of clients over HTTP, until the process is ended.

    Args:
        make: As for `serve_stdio`.
        listening: See `listen`.
        token: What each request must bear.
    """
    import uvicorn

    port = listening.getsockname()[1]
    names = [f"{host}:{port}" for host in (HOST, "localhost")]
    app = _server(make).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        transport_security=TransportSecuritySettings(
            allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
        ),
    )
    _log_faults()
    config = uvicorn.Config(
        _guarded(app, token), log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(config).run(sockets=[listening])


def _log_faults() -> None:
    """Write the faults that libraries log to stderr; that a client has hung up is none."""
    handler = logging.StreamHandler()
    handler.addFilter(_is_fault)
    logging.basicConfig(level=logging.WARNING, format="searchkit: %(message)s", handlers=[handler])


def _is_fault(record: logging.LogRecord) -> bool:
    """Tell whether a record is of more than a client, or this server, that went in mid-answer.

    What the server's library says without an error is of such, or of a malformed request.
    """
    if record.exc_info is None:
        return not record.name.startswith("uvicorn")
    return not isinstance(record.exc_info[1], _GONE)


def listen(port: int) -> socket:
    """Take a port of this computer that no other computer reaches.

    Args:
        port: Its number; 0 for any that is free.

    Returns:
        The listening socket.

    Raises:
        ConfigError: The port is taken, or may not be used.
    """
    try:
        return create_server((HOST, port))
    except OSError as error:
        reason = error_line(error).lower()
        raise ConfigError(
            f"the port {port} cannot be used: {reason}", "give another `--port`"
        ) from None


def _guarded(app: Asgi, token: str) -> Asgi:
    """Let only requests through that bear the token; Host and Origin the SDK looks at."""
    expected = f"Bearer {token}".encode()

    async def guard(scope: AsgiScope, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or _has_token(scope, expected):
            await app(scope, receive, send)
            return
        headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return guard


def _has_token(scope: AsgiScope, expected: bytes) -> bool:
    sent = [value for name, value in scope.get("headers", ()) if name == b"authorization"]
    return scope["type"] == "http" and len(sent) == 1 and hmac.compare_digest(sent[0], expected)


class _LazyTools:
    """Makes the tools at first need, once, for every thread."""

    def __init__(self, make: MakeTools) -> None:
        self._make, self._lock = make, threading.Lock()
        self._tools: Tools | None = None

    @property
    def tools(self) -> "Tools":
        with self._lock:
            self._tools = self._tools or self._make()
            return self._tools

    def call(self, name: str, arguments: dict[str, Any]) -> "Reply":
        return self.tools.call(name, arguments)

    def warm(self) -> None:
        """Load what the first question needs, and let the collector of garbage leave it alone."""
        self.tools.warm()
        gc.freeze()


def _server(make: MakeTools) -> "Server[Any]":
    once = _LazyTools(make)
    limiter: list[anyio.CapacityLimiter] = []

    async def listed(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_LISTED)

    async def called(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        if not limiter:  # it belongs to the event loop that runs by now
            limiter.append(anyio.CapacityLimiter(_AT_ONCE))
        reply = await anyio.to_thread.run_sync(
            once.call, params.name, params.arguments or {}, limiter=limiter[0]
        )
        return _result(reply)

    server: Server[Any] = Server(
        "searchkit",
        version=__version__,
        title="searchkit",
        instructions=_INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )
    server.middleware.append(_warming(once.warm))
    return server


def _warming(warm: Callable[[], None]) -> Any:
    """Make a middleware that has the model loaded once the first request is answered."""
    begun = threading.Event()

    async def middleware(context: Any, call_next: Any) -> Any:
        answer = await call_next(context)
        if not begun.is_set():
            begun.set()
            threading.Thread(target=warm, name="warm", daemon=True).start()
        return answer

    return middleware


def _result(reply: "Reply") -> types.CallToolResult:
    """Make the result to send, safe to show on terminals and to encode."""
    return types.CallToolResult(
        content=[types.TextContent(text=printable(reply.text))],
        structured_content=_encodable(reply.values),
        is_error=reply.failed,
    )


def _encodable(value: Any) -> Any:
    """Make undecodable bytes visible in every text of a value."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {_encodable(name): _encodable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(each) for each in value]
    return value
