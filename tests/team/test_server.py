"""Over HTTP a shared index answers whoever has the token, and nobody else."""

import json
import os
import signal
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from searchkit.cli import serve as command
from searchkit.cli.team_server import server
from searchkit.team.push import push
from searchkit.team.team import Team
from searchkit_index.errors import ConfigError

pytestmark = pytest.mark.integration


@pytest.fixture
def url(local, shared) -> Iterator[str]:
    push(local, shared, "tree")
    with server(Team(shared.url, compare=False), "127.0.0.1", 0, "secret") as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def _get(url: str, token: str = "secret") -> tuple[int, dict]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_it_answers_as_the_command_line_does(url) -> None:
    status, told = _get(f"{url}/query?q=open+a+socket&limit=1&lang=python&repo=tr*&mode=lexical")
    assert status == 200
    (hit,) = told["hits"]
    assert (hit["file"], hit["repository"]) == ("tree/net/sockets.py", "tree")
    assert (told["schema"], told["query"]) == (1, "open a socket")
    status, told = _get(f"{url}/repositories")
    assert [each["name"] for each in told["repositories"]] == ["tree"]


def test_what_cannot_be_asked_is_refused(url) -> None:
    assert _get(f"{url}/query?q=x", token="Secret")[0] == 401
    assert _get(f"{url}/repositories", token="")[0] == 401
    assert _get(f"{url}/../../etc/passwd")[0] == 404
    assert _get(f"{url}/query?q={'x' * 20_000}")[0] == 404
    for wrong in ("", "q=x&q=y", "q=x&limit=many", "q=x&limit=0", "q=x&file=y", "q=x&mode=no"):
        status, told = _get(f"{url}/query?{wrong}")
        assert status == 400, wrong
        assert told["error"]["kind"] == "QueryError"
        assert "int()" not in told["error"]["message"]
    status, told = _get(f"{url}/query?q=x&repo={quote('no such')}")
    assert (status, told["error"]["kind"]) == (404, "NotIndexedError")


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /query HTTP/1.1\r\n\r\n",
        b"GET / x HTTP/1.1\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_was_refused_with_a_page_of_html(url, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
        client.sendall(sent)
        head, _, body = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")
    assert b"Connection: close" in head
    assert json.loads(body)["error"]["kind"] == "RequestError"


def test_a_monitor_that_asks_for_the_head_alone_got_an_error(url) -> None:
    lines = (
        b"HEAD /repositories HTTP/1.1\r\nAuthorization: Bearer secret\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
        client.sendall(lines)
        head, _, body = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == b""


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="needs IPv6")
def test_an_address_of_ipv6_could_not_be_listened_on(shared) -> None:
    with server(Team(shared.url), "::1", 0, "secret") as listening:
        assert listening.server_address[0] == "::1"
        with pytest.raises(ConfigError, match=rf"`\[::1\]:{listening.server_port}`"):
            server(Team(shared.url), "::1", listening.server_port, "secret")


def test_a_client_that_hung_up_in_mid_answer_left_a_traceback(url, capfd) -> None:
    port = int(url.rpartition(":")[2])
    lines = b"GET /repositories HTTP/1.1\r\nAuthorization: Bearer secret\r\n\r\n"
    for sent in (b"GET /reposi", lines, lines * 20):
        with socket.create_connection(("127.0.0.1", port)) as client:
            # Closed so, it sends that the connection is broken, and not that it has ended.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(sent)
    while any(thread.name.endswith("(process_request_thread)") for thread in threading.enumerate()):
        time.sleep(0.01)
    assert _get(f"{url}/repositories")[0] == 200
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken(shared, url) -> None:
    port = int(url.rpartition(":")[2])
    with pytest.raises(ConfigError, match="cannot listen on"):
        server(Team(shared.url), "127.0.0.1", port, "secret")


def test_it_ends_when_told_to_as_the_first_process_of_a_container(monkeypatch) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def serve(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(command, "_serve_team", serve)
    try:
        command.serve(url="s3://bucket", host="127.0.0.1", port=0)
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
