"""Answers over HTTP for a shared index: for people who have no right to the place where it lies."""

import hmac
import http.server
import ipaddress
import json
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from searchkit.cli import faults
from searchkit.cli.terminal import SCHEMA, flush, note, say_record
from searchkit.printable import error_line, escaped_json
from searchkit.query import Filter, Query
from searchkit_index.errors import ConfigError, NotIndexedError, QueryError

if TYPE_CHECKING:
    from searchkit.team.team import Team

_AT_ONCE = 16  # questions; others wait for their turn
_SECONDS = 30.0  # for a request to be sent
_LONGEST = 16_384  # characters of an address, with the question in it

# Each is a parameter of the address; those that end in a star may be repeated.
_PARAMETERS = ("q", "mode", "limit", "min_confidence", "repo*", "lang*", "glob*", "kind*", "under*")


def serve(team: "Team", host: str, port: int, token: str, *, as_json: bool = False) -> None:
    """Answer until interrupted.

    Args:
        team: The shared index.
        host: The address to listen on.
        port: The port; 0 for a free one.
        token: What must be sent as `Authorization: Bearer TOKEN`; "" to make one, and print it.
        as_json: Whether to print where it answers as JSON, too.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    own = token or secrets.token_urlsafe(24)
    with server(team, host, port, own) as listening:
        where = f"http://{_address(str(listening.server_address[0]), listening.server_port)}"
        note(f"answering at {where}/query?q=TEXT and {where}/repositories; ends with Ctrl-C")
        if not token:
            note(f"token: {own}")
        if not _is_loopback(host):
            note("searchkit: what is sent is not encrypted: put a server with TLS before it")
        if as_json:
            say_record({"url": where, "token": None if token else own})
            flush()  # who waits for it reads a pipe
        listening.serve_forever()


def server(team: "Team", host: str, port: int, token: str) -> http.server.ThreadingHTTPServer:
    """Make a server, which listens already.

    Args:
        team: The shared index.
        host: The address to listen on.
        port: The port; 0 for a free one.
        token: What must be sent.

    Returns:
        The server.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    handler = type("Handler", (_Handler,), {"team": team, "token": token})
    handler.turns = threading.BoundedSemaphore(_AT_ONCE)  # type: ignore[attr-defined]
    kind = _Server6 if ":" in host else _Server
    try:
        return kind((host, port), handler)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on `{_address(host, port)}`: {error_line(error)}",
            "choose another `--port` or `--host`",
        ) from error


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Server(http.server.ThreadingHTTPServer):
    """Answers each connection in a thread of its own."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Server6(_Server):
    """Listens on an address of IPv6."""

    address_family = socket.AF_INET6


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection; knows nothing but the two addresses that it answers at."""

    team: "Team"
    token: str
    turns: threading.BoundedSemaphore
    timeout = _SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "searchkit"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a request."""
        address = urlsplit(self.path)
        answers: dict[str, Callable[[dict[str, list[str]]], dict[str, Any]]] = {
            "/query": self._query,
            "/repositories": self._repositories,
        }
        if not self._may_ask():
            self._fail(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
        elif address.path not in answers or len(self.path) > _LONGEST:
            self._fail(HTTPStatus.NOT_FOUND, "there is nothing here but /query and /repositories")
        else:
            self._answer(answers[address.path], address.query)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    def _may_ask(self) -> bool:
        """Tell whether the token was sent; a page of another site never has it."""
        sent = self.headers.get("Authorization", "").encode()
        return hmac.compare_digest(sent, f"Bearer {self.token}".encode())

    def _answer(
        self, answer: Callable[[dict[str, list[str]]], dict[str, Any]], parameters: str
    ) -> None:
        try:
            with self.turns:
                reply = answer(parse_qs(parameters, keep_blank_values=True, max_num_fields=100))
        except Exception as error:
            self._send(_status(error), faults.record(error))
        else:
            self._send(HTTPStatus.OK, {"schema": SCHEMA, **reply})

    def _query(self, given: dict[str, list[str]]) -> dict[str, Any]:
        from searchkit.cli.output import record

        query = _query(given)
        answer = self.team.search(query, repositories=given.get("repo", ()))
        return record(query.text, answer)

    def _repositories(self, given: dict[str, list[str]]) -> dict[str, Any]:
        from dataclasses import asdict

        found = self.team.repositories(given.get("repo", ()))
        return {"index": self.team.url, "repositories": [asdict(each) for each in found]}

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse, as JSON too, what is no request that can be answered; and hang up."""
        self.close_connection = True
        self._fail(HTTPStatus(code), message or HTTPStatus(code).phrase)

    def _fail(self, status: HTTPStatus, message: str) -> None:
        error = {"kind": "RequestError", "message": message, "hint": ""}
        self._send(status, {"schema": SCHEMA, "error": error})

    def _send(self, status: HTTPStatus, reply: dict[str, Any]) -> None:
        data = escaped_json(json.dumps(reply, ensure_ascii=False, default=str)).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(data)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }.items():
            self.send_header(name, value)
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write no log: it would hold what people ask."""


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, QueryError | ValueError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, NotIndexedError):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.SERVICE_UNAVAILABLE


def _query(given: dict[str, list[str]]) -> Query:
    """Make the query of an address; refuse a parameter that is unknown, or cannot be."""
    for name, values in given.items():
        if f"{name}*" not in _PARAMETERS and (name not in _PARAMETERS or len(values) > 1):
            known = ", ".join(f"`{each.rstrip('*')}`" for each in _PARAMETERS)
            raise QueryError(f"`{name}` cannot be asked so", f"known are {known}")
    single = {name: values[0] for name, values in given.items()}
    limit, sure = _number(single, "limit", int), _number(single, "min_confidence", float)
    kinds: Any = given.get("kind", ())
    languages, globs, under = (given.get(name, ()) for name in ("lang", "glob", "under"))
    filter = Filter(languages, globs, under, kinds, sure or 0)
    mode: Any = single.get("mode", "hybrid")
    return Query(single.get("q", ""), filter, mode, limit)


def _number(given: dict[str, str], name: str, kind: Callable[[str], Any]) -> Any:
    """Read a number; None where it was not given."""
    try:
        return kind(given[name]) if name in given else None
    except ValueError:
        raise QueryError(f"`{name}` is no number", "give a number") from None
