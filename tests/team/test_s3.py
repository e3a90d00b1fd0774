"""The same over S3: a server of its own on this machine, which can also refuse and be gone."""

import json
import socket
import threading
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import suppress

import pytest

pytest.importorskip("moto.server")
pytest.importorskip("boto3")

import boto3
from asking import ask

from searchkit.query import Query
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit_index.errors import CatalogDamagedError, SearchkitError, StorageError

pytestmark = pytest.mark.slow

QUESTION = Query("open a socket")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"team-{time.time_ns()}"
    boto3.client("s3", endpoint_url=server).create_bucket(Bucket=name)
    return f"s3://{name}/index"


def test_vectors_in_a_bucket_are_found_through_an_index(
    bucket, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 64)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    shared = SharedIndex(bucket)
    push(folder("repo", {f"{n}.txt": f"walrus {n}\n" for n in range(100)}), shared, "repo")
    known = shared.open("chunks").stats.index_stats("vector_idx")
    assert known["num_indexed_rows"] >= 100
    assert shared.snapshot().scans
    query = Query("walrus 17", mode="semantic", limit=1)
    assert ask(shared, query, embedder=embedder).hits[0].text == "walrus 17"


def test_push_ask_change_and_forget(bucket, folder, embedder) -> None:
    shared = SharedIndex(bucket)
    push(folder("kept", {"a.py": "def open_socket():\n    pass\n"}), shared, "kept")
    index = folder("repo", {"b.py": "def open_socket():\n    return 'zzmarkerzz'\n"})
    push(index, shared, "repo")
    hits = ask(shared, QUESTION, embedder=embedder).hits
    assert {hit.origin.repository for hit in hits} == {"kept", "repo"}
    push(folder("repo", {"b.py": "def shut():\n    return 'zzmarkerzz'\n"}), shared, "repo")
    hits = ask(SharedIndex(bucket), QUESTION, embedder=embedder, repositories=["repo"]).hits
    assert [hit.symbol for hit in hits] == ["shut"]
    assert _objects_with(bucket, b"zzmarkerzz")
    shared.forget("repo")
    assert not _objects_with(bucket, b"zzmarkerzz")
    assert [each.name for each in shared.snapshot().manifests] == ["kept"]


def test_other_objects_under_the_name_of_a_table_are_refused(bucket, server) -> None:
    name, folder = bucket.removeprefix("s3://").split("/")
    client = boto3.client("s3", endpoint_url=server)
    client.put_object(Bucket=name, Key=f"{folder}/chunks.lance/readme.txt", Body=b"not ours")
    with pytest.raises(CatalogDamagedError, match="no shared index"):
        SharedIndex(bucket).check_place()


def _objects_with(url: str, word: bytes) -> list[str]:
    import os

    client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    name = url.split("/")[2]
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=name)
    keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
    return [key for key in keys if word in client.get_object(Bucket=name, Key=key)["Body"].read()]


def test_a_bucket_that_there_is_not(bucket, folder, embedder) -> None:
    missing = SharedIndex("s3://no-such-bucket/index")
    with pytest.raises(StorageError, match="no bucket `no-such-bucket`"):
        ask(missing, QUESTION, embedder=embedder)
    with pytest.raises(StorageError, match="no bucket `no-such-bucket`"):
        push(folder("repo", {"a.txt": "x\n"}), missing, "repo")


def test_a_server_that_is_gone(bucket, embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StorageError, match="cannot be reached"):
        ask(SharedIndex(bucket), QUESTION, embedder=embedder)


class Breaking:
    """Passes connections on to a server, until so many objects were put; then none.

    Each block of bytes is passed on after a pause.
    """

    def __init__(self, target: str, puts: int, pause: float = 0.0) -> None:
        host, port = target.removeprefix("http://").split(":")
        self._target, self._left, self._pause = (host, int(port)), puts, pause
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server, suppress(OSError):
            threading.Thread(target=self._back, args=(server, client), daemon=True).start()
            while data := client.recv(1 << 16):
                self._left -= data.count(b"PUT /")
                if self._left < 0:
                    return
                time.sleep(self._pause)
                server.sendall(data)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize("puts", [0, 1, 3, 5, 8])
def test_a_network_that_breaks_midway_leaves_the_last_push(
    bucket, server, folder, embedder, monkeypatch: pytest.MonkeyPatch, puts
) -> None:
    first = folder("repo", {f"{name}.txt": f"generation one {name}\n" for name in "ab"})
    push(first, SharedIndex(bucket), "repo")
    second = folder("repo", {f"{name}.txt": f"generation two {name}\n" for name in "ab"})
    breaking = Breaking(server, puts)
    monkeypatch.setenv("AWS_ENDPOINT_URL", breaking.url)
    with suppress(StorageError):  # the last objects may be of what comes after the commit
        push(second, SharedIndex(bucket), "repo")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    breaking.close()
    query = Query("generation")
    hits = ask(SharedIndex(bucket), query, embedder=embedder).hits
    assert len({hit.text.split()[1] for hit in hits}) == 1
    assert len(hits) == 2
    monkeypatch.setattr("searchkit.team.lease._SILENT_SECONDS", 0.1)
    push(second, SharedIndex(bucket), "repo")
    hits = ask(SharedIndex(bucket), query, embedder=embedder).hits
    assert {hit.text.split()[1] for hit in hits} == {"two"}


def test_a_slow_network_is_waited_for_and_a_silent_one_given_up(
    bucket, server, folder, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(folder("repo", {"a.txt": "walrus\n"}), SharedIndex(bucket), "repo")
    slow = Breaking(server, 1_000, pause=0.1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", slow.url)
    assert ask(SharedIndex(bucket), Query("walrus"), embedder=embedder).hits
    slow.close()
    patience = {"timeout": "1s", "client_retry_timeout": "1", "client_max_retries": "0"}
    monkeypatch.setattr("searchkit.team.storage._PATIENCE", patience)
    silent = Breaking(server, 1_000, pause=3_600)
    monkeypatch.setenv("AWS_ENDPOINT_URL", silent.url)
    with pytest.raises(StorageError, match="cannot be reached"):
        ask(SharedIndex(bucket), Query("walrus"), embedder=embedder)
    silent.close()


READ_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}],
}


def test_who_may_only_read_asks_and_cannot_push(
    bucket, server, folder, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = folder("repo", {"a.txt": "walrus\n"})
    push(index, SharedIndex(bucket), "repo")
    iam = boto3.client("iam", endpoint_url=server, region_name="us-east-1")
    iam.create_user(UserName="reader")
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(READ_ONLY))
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    _check_rights_after(server, b"0")
    try:
        assert ask(SharedIndex(bucket), Query("walrus"), embedder=embedder).hits
        (index.root / "a.txt").write_text("elephant\n")
        index.build()
        with pytest.raises(StorageError, match="no right"):
            push(index, SharedIndex(bucket), "repo")
        with pytest.raises(StorageError, match="no right"):
            SharedIndex(bucket).forget("repo")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        with pytest.raises(StorageError, match="no right"):
            ask(SharedIndex(bucket), Query("walrus"), embedder=embedder)
    finally:
        _check_rights_after(server, b"Inf")


def _check_rights_after(server: str, requests: bytes) -> None:
    """Have the server look at rights after so many requests."""
    url, plain = f"{server}/moto-api/reset-auth", {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(url, requests, plain, method="POST")).close()


def test_without_keys(bucket, embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(SearchkitError) as raised:
        ask(SharedIndex(bucket), QUESTION, embedder=embedder)
    assert "AWS_ACCESS_KEY_ID" in raised.value.hint
