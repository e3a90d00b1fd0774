"""Addresses, links, messages of stores, and the turn to write: no tables but one."""

import re
import socket
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from searchkit.team import lease as leases
from searchkit.team import signing, storage
from searchkit.team.checkout import link, plain_remote
from searchkit.team.index import SharedIndex
from searchkit.team.lease import lease
from searchkit.team.schema import LEASES
from searchkit_index.errors import (
    CatalogBusyError,
    CatalogError,
    ConfigError,
    QueryError,
    RootError,
    StorageError,
)

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("git@github.com:acme/pay.git", "https://github.com/acme/pay"),
        ("https://user:secret@GitLab.com/a/b/c.git/", "https://gitlab.com/a/b/c"),
        ("ssh://git@codeberg.org:2222/acme/pay", "https://codeberg.org/acme/pay"),
        ("https://token@bitbucket.org/acme/pay", "https://bitbucket.org/acme/pay"),
        ("/srv/git/pay.git", ""),
        ("file:///srv/git/pay.git", ""),
        (r"C:\git\pay", ""),
        ("", ""),
    ],
)
def test_a_remote_is_written_without_user_and_password(given: str, plain: str) -> None:
    assert plain_remote(given) == plain


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b", f"https://github.com/a/b/blob/{COMMIT}/s%20c/x.py#L3-L9"),
        ("https://gitlab.acme.org/a/b", f"https://gitlab.acme.org/a/b/-/blob/{COMMIT}/s%20c/x.py#L3-9"),
        ("https://bitbucket.org/a/b", f"https://bitbucket.org/a/b/src/{COMMIT}/s%20c/x.py#lines-3:9"),
        ("https://codeberg.org/a/b", f"https://codeberg.org/a/b/src/commit/{COMMIT}/s%20c/x.py#L3-L9"),
        ("https://example.org/a/b", ""),
        ("javascript://github.com/a", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_link_to_the_lines_on_the_forge(remote: str, address: str) -> None:
    assert link(remote, COMMIT, "s c/x.py", 3, 9) == address


def test_without_a_commit_there_is_no_link() -> None:
    assert not link("https://github.com/a/b", "", "x.py", 1, 2)
    assert not link("https://github.com/a/b", "../../evil", "x.py", 1, 2)


def test_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert storage.address("team") == str(tmp_path / "team")
    assert storage.address("s3://bucket/team/") == "s3://bucket/team"
    assert storage.address("az://a-b_c.d") == "az://a-b_c.d"
    for wrong in ("s3://", "ftp://x/y", "http://x"):
        with pytest.raises(QueryError):
            storage.address(wrong)


@pytest.mark.parametrize(
    "url", ["s3://my bucket/x", "s3://b:x/y", "gs://a|b", "s3://[", "s3:///x", "s3://b/x#1"]
)
def test_what_is_no_url_was_pushed_to_a_local_folder_of_that_name(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match=r"is not of the form `[a-z0-9]+://BUCKET/FOLDER`"):
        SharedIndex(url)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["/mnt/sh\udcffare", "s3://bucket/sh\udcffare"])
def test_a_place_that_is_no_utf8_ended_in_an_unexpected_error_of_lance(place: str) -> None:
    with pytest.raises(QueryError, match=re.escape(f"`{place}` is no UTF-8")) as caught:
        storage.address(place)
    assert caught.value.hint


def test_a_relative_place_in_a_folder_that_is_no_utf8_is_refused_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sh\udcffare"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with pytest.raises(QueryError, match="is no UTF-8"):
        storage.address("team")


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ("<Code>NoSuchBucket</Code>", StorageError, "there is no bucket `b`"),
        ("status 403 Forbidden: AccessDenied", StorageError, "no right"),
        ("403: <Code>RequestTimeTooSkewed</Code>", StorageError, "refuses the clock"),
        ("Failed to get AWS credentials ... retryable: true", StorageError, "no right"),
        ("No space left on device (os error 28)", StorageError, "no room"),
        ("Read-only file system (os error 30)", StorageError, "cannot be written to"),
        ("error sending request for url", StorageError, "cannot be reached"),
        ("Retryable commit conflict for version 4", storage.ConflictError, "others are writing"),
        ("LanceError(IO): Not found: x/data/1.lance", CatalogError, "is gone"),
        ("something new\nthat nobody knows", CatalogError, "something new that nobody knows"),
    ],
)
def test_what_a_store_says_becomes_one_line_and_a_hint(said: str, kind: type, message: str) -> None:
    fault = storage.fault("s3://b/team", said)
    assert type(fault) is kind
    assert message in fault.message
    assert "\n" not in fault.message
    assert fault.hint


def test_one_push_of_a_repository_at_a_time(shared, monkeypatch) -> None:
    shared.create(4)
    table = shared.open(LEASES)
    with lease(lambda: shared.open(LEASES), shared.url, "a", wait=True):
        with (
            pytest.raises(CatalogBusyError, match=f"under way, from `{socket.gethostname()}`"),
            lease(lambda: shared.open(LEASES), shared.url, "a", wait=False),
        ):
            pass
        with lease(lambda: shared.open(LEASES), shared.url, "b", wait=False):
            pass
    table.checkout_latest()
    assert not table.count_rows()


def test_the_turn_of_a_process_that_is_gone_passes_on(shared, monkeypatch) -> None:
    shared.create(4)
    table = shared.open(LEASES)
    ended = {"holder": "999999999-x", "host": socket.gethostname()}
    silent = {"holder": "1-y", "host": "elsewhere"}
    forged = {"holder": f"{10**30}-z", "host": socket.gethostname()}  # no number of a process
    for row in (ended, silent, forged):
        table.insert(pa.Table.from_pylist([{"repository": "a", "beat": 0, **row}], table.schema))
    monkeypatch.setattr(leases, "_SILENT_SECONDS", 0.05)
    with lease(lambda: shared.open(LEASES), shared.url, "a", wait=True):
        pass
    table.checkout_latest()
    assert not table.count_rows()


def test_a_beat_after_the_end_was_a_claim_that_nobody_ends(shared) -> None:
    shared.create(4)
    claim = leases._Claim(shared.open(LEASES), shared.url, "a")
    claim.add(0)
    claim.withdraw()
    claim.add(1)
    table = shared.open(LEASES)
    assert not table.count_rows()


def test_the_next_waits_for_its_turn(shared, monkeypatch) -> None:
    shared.create(4)
    order: list[str] = []
    entered, left = threading.Event(), threading.Event()

    def second() -> None:
        entered.wait()
        with lease(lambda: shared.open(LEASES), shared.url, "a", wait=True):
            order.append("second")

    monkeypatch.setattr(leases, "_LEAST_WAIT", 0.01)
    thread = threading.Thread(target=second)
    thread.start()
    with lease(lambda: shared.open(LEASES), shared.url, "a", wait=True):
        entered.set()
        left.wait(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_place_that_is_a_link_in_a_loop_ended_in_an_unexpected_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    SharedIndex(str(tmp_path / "loop")).refuse_inside(tmp_path / "elsewhere")
    with pytest.raises(RootError):
        SharedIndex(str(tmp_path / "loop")).refuse_inside(tmp_path)


def test_a_key_of_a_user_who_is_not_there_ended_in_an_unexpected_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEARCHKIT_SIGNING_KEY", "~nobody-here/key")
    with pytest.raises(ConfigError, match="which `signing_key` names"):
        signing.public_key()
