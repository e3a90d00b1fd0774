"""Odd places for an index, and for what is indexed."""

import os
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest

from searchkit import Index
from searchkit.indexes.erasure import forget
from searchkit.indexes.home import indexed_roots
from searchkit.indexes.location import locate
from searchkit.search.selection import matching
from searchkit_index.catalog import connection
from searchkit_index.system.private import make_folder


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
