"""Odd places for an index, and for what is indexed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unicodedata import normalize

import pytest

from searchkit import Index
from searchkit.indexes.erasure import forget
from searchkit.indexes.home import indexed_roots
from searchkit.indexes.listing import listed
from searchkit.indexes.location import locate, nothing_to_ask
from searchkit.search.selection import matching
from searchkit_index.catalog import connection
from searchkit_index.errors import StorageError
from searchkit_index.system.private import make_folder


def _obeys_permissions() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o500)
        return not os.access(folder, os.W_OK)


needs_permissions = pytest.mark.skipif(
    not _obeys_permissions(), reason="this user may write to every folder"
)


def test_an_index_home_inside_the_root_is_not_entered(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_HOME", str(tree / "kept"))
    with open_index(tree) as index:
        index.build()
        assert index.skipped() == [("kept", "where indexes are kept")]
        assert index.refresh(0).stale == 0


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_a_root_with_an_undecodable_name_is_in_the_list(tmp_path: Path, open_index) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    root.mkdir()
    (root / "a.md").write_text("zebra")
    with open_index(root) as index:
        index.build()
    assert indexed_roots() == [root]


def test_an_index_on_a_disk_that_takes_no_writes_answers(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        expected = index.search("socket")
    kept = {path.name: path.read_bytes() for path in index.folder.iterdir()}
    monkeypatch.setattr(
        connection.os, "access", lambda *_: False
    )  # as the system says of such a disk
    with open_index(tree) as index:
        assert index.search("socket", refresh=False) == expected
        assert index.status().files == 5
        assert {path.name: path.read_bytes() for path in index.folder.iterdir()} == kept


@pytest.mark.skipif(sys.platform != "linux", reason="a locale of POSIX")
def test_a_question_is_read_as_utf8_in_a_locale_that_knows_ascii_alone(tree: Path) -> None:
    with Index.open(tree) as index:
        index.build()
    ascii_alone = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "query", "--mode", "lexical", "散歩", str(tree)],
        env=os.environ | ascii_alone, capture_output=True, check=False,
    )  # fmt: skip
    assert b"notes/" in done.stdout, done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_folders_above_one_for_its_owner_were_open_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "home" / "keys")
    make_folder(tmp_path / "home" / "keys")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path, *tmp_path.glob("home/**/"))]
    assert modes == [0o755, 0o700, 0o700]


def test_a_name_with_accents_in_parts_was_not_found_by_what_a_keyboard_types(
    tmp_path: Path, open_index
) -> None:
    root, typed = tmp_path / normalize("NFD", "Übungen"), tmp_path / "Übungen"
    root.mkdir()
    (root / normalize("NFD", "Käse.md")).write_text("zebra")
    with open_index(root) as index:
        index.build()
        [(path, _)] = index.files()
    assert (
        locate(typed / "Käse.md").inside == locate(typed / "Käse.md", follow=False).inside == path
    )
    assert matching(["Käse.*"])(path)
    assert matching([normalize("NFD", "Käse.*")])("Käse.md")
    forget(typed)
    assert indexed_roots() == []


@pytest.mark.parametrize("kind", ["file", "loop", "dangling"])
def test_what_stands_where_an_index_belongs_was_told_as_a_home_that_cannot_be_written_to(
    tree: Path, open_index, kind: str
) -> None:
    with open_index(tree) as index:
        index.folder.parent.mkdir(parents=True)
        if kind == "file":
            index.folder.write_text("")
        else:
            index.folder.symlink_to(index.folder if kind == "loop" else tree / "nowhere")
        with pytest.raises(StorageError, match="is in the way") as caught:
            index.build()
        assert caught.value.hint == f"type `rm {index.folder}`"
        index.folder.unlink()
        index.build()


def test_a_home_that_is_a_file_of_the_user_is_not_to_be_removed(
    tree: Path, open_index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setenv("SEARCHKIT_HOME", str(tmp_path / "notes.txt"))
    with open_index(tree) as index, pytest.raises(StorageError) as caught:
        index.build()
    assert "rm" not in caught.value.hint


@needs_permissions
def test_an_index_that_could_not_be_erased_was_said_to_be_forgotten(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
        folder = index.folder
    folder.chmod(0o500)
    with pytest.raises(StorageError, match="cannot be erased") as caught:
        forget(tree)
    assert caught.value.hint.startswith("type `chmod -R u+rwX ")
    folder.chmod(0o700)
    forget(tree)
    assert not folder.exists()


@needs_permissions
def test_an_index_that_may_not_be_looked_into_was_in_no_list(
    tree: Path, tmp_path: Path, open_index
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for root in (tree, other):
        with open_index(root) as index:
            index.build()
    index.folder.chmod(0)
    assert indexed_roots() == [tree]
    assert [each.folder for each in listed() if each.fault] == [index.folder]
    forget(tree)
    assert "cannot read" in nothing_to_ask().message
    index.folder.parent.chmod(0)
    with pytest.raises(PermissionError):
        indexed_roots()
    index.folder.parent.chmod(0o700)
    index.folder.chmod(0o700)
