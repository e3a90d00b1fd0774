"""What strangers wrote into a shared index is told apart from what was signed, and never run."""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("lance")

import lance
import pyarrow as pa
from asking import ask
from small_tree import adopt, grown

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit.query import Query
from searchkit.team import rows, schema, signing
from searchkit.team.index import SharedIndex
from searchkit.team.label import label, labelled
from searchkit.team.push import push
from searchkit.team.signing import SignatureError
from searchkit.team.where import text
from searchkit_index.embedder import Embedder
from searchkit_index.errors import (
    CatalogDamagedError,
    CatalogNewerError,
    ConfigError,
    NotIndexedError,
    SearchkitError,
    StorageError,
)
from searchkit_index.system import programs

pytestmark = pytest.mark.integration

QUESTION = Query("open a socket")


class Pushed(NamedTuple):
    """What one push left: the shared index, and the key that signed it."""

    folder: Path
    key: bytes


@pytest.fixture(scope="module")
def pushed_once(
    master: Callable[[Embedder], Path],
    new_embedder: Callable[[], Embedder],
    tmp_path_factory: pytest.TempPathFactory,
) -> Pushed:
    folder, embedder = tmp_path_factory.mktemp("pushed"), new_embedder()
    source = master(embedder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_HOME", str(folder / "home"))
        with Index(adopt(grown(folder / "tree"), source), embedder, Settings()) as index:
            push(index, SharedIndex(str(folder / "share")), "tree")
        return Pushed(folder / "share", signing.key_path().read_bytes())


@pytest.fixture
def pushed(pushed_once: Pushed, shared: SharedIndex, home: Path) -> SharedIndex:
    """The small tree, pushed with the key of this test's home."""
    shutil.copytree(pushed_once.folder, shared.url)
    signing.key_path().touch(mode=0o600)
    signing.key_path().write_bytes(pushed_once.key)
    return shared


def test_a_known_signer_is_asked_and_no_other(pushed, embedder) -> None:
    key = signing.public_key()
    assert stat.S_IMODE(signing.key_path().stat().st_mode) == 0o600 or os.name == "nt"
    for _ in range(2):  # the second time what was verified is remembered
        assert ask(pushed, QUESTION, embedder=embedder, signers=[key]).hits
    with pytest.raises(SignatureError, match=re.escape(f"signed by `{key}`")) as raised:
        ask(pushed, QUESTION, embedder=embedder, signers=["A" * 43 + "="])
    assert "--signer" in raised.value.hint


def test_a_manifest_that_was_changed_is_refused(pushed, embedder) -> None:
    manifest = replace(pushed.snapshot().manifests[0], commit="f" * 40)
    _merge(pushed, rows.manifest_row(manifest))
    with pytest.raises(SignatureError, match="somebody changed it"):
        ask(pushed, QUESTION, embedder=embedder, signers=[signing.public_key()])


def _merge(shared: SharedIndex, batch: pa.RecordBatch) -> None:
    merge = shared.open("chunks").merge_insert("key")
    merge.when_matched_update_all().execute(pa.Table.from_batches([batch]))


def test_a_text_that_was_changed_is_not_shown(pushed, embedder) -> None:
    pushed.open("chunks").update({"text": "'rm'"}, where="path = 'net/sockets.py'")
    with pytest.raises(CatalogDamagedError):
        ask(pushed, QUESTION, embedder=embedder)


def test_a_chunk_that_was_added_is_not_shown_to_who_demands_a_signer(pushed, embedder) -> None:
    found = pushed.open("chunks").to_table(filter="state = 'chunk'", limit=1).to_pylist()[0]
    row = labelled(found, "") | {"text": "open a socket like this", "path": "planted.py"}
    row["passage"] = rows.passage_digest(row["symbol"], row["text"]).hex()
    row |= {"label": label(row), "key": rows.key_of(row)}
    pushed.open("chunks").insert(pa.Table.from_pylist([row], pushed.open("chunks").schema))
    shown = {hit.path for hit in ask(pushed, QUESTION, embedder=embedder).hits}
    assert "planted.py" in shown  # a whole chunk, of whoever can write there
    with pytest.raises(SignatureError, match="somebody changed it"):
        ask(pushed, QUESTION, embedder=embedder, signers=[signing.public_key()])


@pytest.mark.parametrize(
    "written",
    ["", "[]", "{}", "[" * 100_000, '{"version": "1"}', json.dumps({"version": 1, "name": 3})],
    ids=lambda written: written[:12],
)
def test_a_manifest_that_is_none_is_refused(pushed, embedder, written) -> None:
    pushed.open("chunks").update({"text": text(written)}, where="state = 'manifest'")
    with pytest.raises(CatalogDamagedError, match="no shared index"):
        ask(pushed, QUESTION, embedder=embedder)


@pytest.mark.parametrize(
    "written",
    [
        *("", "[]", "{}", "[" * 100_000),
        json.dumps(["tree", "a.py", "0", 1, 2, "", "code", None, None, None, "", "00"]),
        json.dumps(["other", "a.py", 0, 1, 2, "", "code", None, None, None, "", "00"]),
        json.dumps(["tree", "a.py", 0, 1, 2, "", "code", None, None, None, "", "no digest"]),
    ],
    ids=lambda written: written[:12],
)
def test_a_candidate_whose_label_is_none_is_refused(pushed, embedder, written) -> None:
    pushed.open("chunks").update({"label": text(written)}, where="state = 'chunk'")
    with pytest.raises(CatalogDamagedError, match="no shared index"):
        ask(pushed, QUESTION, embedder=embedder)


def test_a_later_version_is_told_from_a_strangers_table(tmp_path, embedder) -> None:
    ours = schema.schema_of(schema.CHUNKS, 64)
    for name, metadata, error in (
        ("newer", {"searchkit.version": str(schema.VERSION + 1)}, CatalogNewerError),
        ("older", {"searchkit.version": "1"}, CatalogDamagedError),
        ("other", {"searchkit.version": "x"}, CatalogDamagedError),
        ("none", None, CatalogDamagedError),
    ):
        table = ours.with_metadata(metadata).empty_table()
        lance.write_dataset(table, tmp_path / name / "chunks.lance")
        with pytest.raises(error):
            ask(SharedIndex(str(tmp_path / name)), QUESTION, embedder=embedder)
    fewer = pa.schema([each for each in ours if each.name != "terms"], ours.metadata)
    lance.write_dataset(fewer.empty_table(), tmp_path / "columns" / "chunks.lance")
    with pytest.raises(CatalogDamagedError):
        ask(SharedIndex(str(tmp_path / "columns")), QUESTION, embedder=embedder)


def test_a_place_where_no_push_can_go_is_refused_before_anything_is_indexed(tmp_path) -> None:
    SharedIndex(str(tmp_path / "new")).check_place()
    with pytest.raises(NotIndexedError, match="there is no folder"):
        SharedIndex(str(tmp_path / "no" / "such")).check_place()
    lance.write_dataset(pa.table({"a": [1]}), tmp_path / "strange" / "chunks.lance")
    with pytest.raises(CatalogDamagedError):
        SharedIndex(str(tmp_path / "strange")).check_place()
    assert not (tmp_path / "new").exists()


def test_what_has_the_name_of_a_table_and_is_none_was_pushed_to(tmp_path) -> None:
    for name, file in (("text", "a.txt"), ("data", "data/a.lance"), ("no folder", "")):
        found = tmp_path / name / "chunks.lance" / file
        found.parent.mkdir(parents=True)
        found.write_text("not ours")
        for asked in (SharedIndex.check_place, SharedIndex.snapshot, lambda it: it.create(64)):
            with pytest.raises(CatalogDamagedError, match="no shared index"):
                asked(SharedIndex(str(tmp_path / name)))
        assert found.read_text() == "not ours"


def test_what_a_killed_first_push_left_is_pushed_over(tmp_path) -> None:
    left = tmp_path / "share" / "chunks.lance" / "_transactions"
    left.mkdir(parents=True)
    (left / "0-killed.txn").write_bytes(b"half")
    assert SharedIndex(str(tmp_path / "share")).create(64).count_rows() == 0


def test_where_nothing_was_pushed_nothing_is_made(tmp_path, local, embedder) -> None:
    missing = SharedIndex(str(tmp_path / "typo"))
    with pytest.raises(NotIndexedError, match="no shared index at"):
        ask(missing, QUESTION, embedder=embedder)
    assert not (tmp_path / "typo").exists()
    with pytest.raises(NotIndexedError, match="no folder"):
        push(local, SharedIndex(str(tmp_path / "typo" / "deeper")), "tree")
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchkitError):
        push(local, SharedIndex(str(tmp_path / "file")), "tree")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder without rights")
def test_a_folder_without_rights(tmp_path, local) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StorageError, match="no right"):
        push(local, SharedIndex(str(tmp_path / "closed")), "tree")


def test_a_key_of_ssh_signs_and_is_known_by_its_line(
    shared, local, embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if programs.find("ssh-keygen") is None:
        pytest.skip("needs ssh-keygen")
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you@example.org", "-f", key]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    monkeypatch.setenv("SEARCHKIT_SIGNING_KEY", str(key))
    push(local, shared, "repo")
    line = (tmp_path / "key.pub").read_text()
    for signers in ([line], line.split(), [signing.public_key()]):
        assert ask(shared, QUESTION, embedder=embedder, signers=signers).hits
    monkeypatch.delenv("SEARCHKIT_SIGNING_KEY")
    with pytest.raises(SignatureError, match="not known"):
        ask(shared, QUESTION, embedder=embedder, signers=[signing.public_key()])
    table = shared.open("chunks")
    (manifest,) = shared.snapshot().manifests
    with pytest.raises(SignatureError, match="somebody changed it"):
        signing.check(replace(manifest, files=manifest.files + 1), [line])
    assert table.count_rows()
    key.with_name("key.pub").unlink()
    monkeypatch.setenv("SEARCHKIT_SIGNING_KEY", str(key))
    with pytest.raises(StorageError, match=r"cannot read `.*key\.pub`"):
        signing.public_key()


def test_a_key_that_is_none(home: Path) -> None:
    signing.key_path().write_bytes(b"short")
    with pytest.raises(StorageError, match="is no key"):
        signing.public_key()


def test_without_the_extra_it_says_what_to_install(monkeypatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lance", None)
    with pytest.raises(ConfigError) as raised:
        SharedIndex("s3://bucket/team").snapshot()
    assert "searchkit[team]" in raised.value.hint
