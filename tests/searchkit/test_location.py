"""In which indexed folder a path lies, and what is said of one that lies in none."""

import os
import subprocess
from pathlib import Path

import pytest

from searchkit.indexes.location import expanded
from searchkit_index.errors import NotIndexedError, RootError, StorageError


def test_a_folder_whose_name_begins_with_a_dot_answered_from_another(
    workspace, tmp_path: Path, open_index
) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)  # there hidden folders are walked
    for name, text in {".github/a.md": "# zebra release\n", "github/b.md": "# giraffe\n"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    with open_index(tmp_path) as index:
        index.build()
    location = workspace.locate(tmp_path / ".github")
    assert location == (tmp_path, ".github", True)
    answer = workspace.search("zebra", within=[tmp_path / ".github"])
    assert [hit.path for hit in answer.hits] == [".github/a.md"]
    assert workspace.path_status(tmp_path / ".github/a.md").indexed
    similar = workspace.similar(tmp_path / ".github/a.md", 1)
    assert [hit.path for hit in similar.hits] == ["github/b.md"]


def test_a_path_is_located_in_the_nearest_indexed_folder(workspace, folders) -> None:
    one, _ = folders
    (one / "sub").mkdir()
    assert workspace.locate(one) == (one, "", True)
    assert workspace.locate(one / "sub") == (one, "sub", True)
    assert workspace.locate(one / "a.txt") == (one, "a.txt", True)
    assert workspace.locate(one.parent) == (one.parent, "", False)
    (one / "link").symlink_to("a.txt")
    assert workspace.locate(one / "link") == (one, "a.txt", True)
    assert workspace.locate(one / "link", follow=False) == (one, "link", True)
    with pytest.raises(RootError):
        workspace.locate(one / "missing")
    with pytest.raises(RootError):
        workspace.locate(one.parent / "missing", follow=False)


def test_nothing_indexed_is_told_with_what_to_type(workspace, tmp_path: Path) -> None:
    for within in (None, [tmp_path]):
        with pytest.raises(NotIndexedError) as raised:
            workspace.search("anything", within=within)
        assert "searchkit index" in raised.value.hint
    with pytest.raises(NotIndexedError):
        workspace.path_status(tmp_path)


def test_a_refused_folder_was_listed_as_not_finished_for_ever(tmp_path: Path, open_index) -> None:
    for name in ("objects", "refs"):
        (tmp_path / "bare.git" / name).mkdir(parents=True)
    (tmp_path / "bare.git/HEAD").write_text("ref: refs/heads/main\n")
    with open_index(tmp_path / "bare.git") as index, pytest.raises(RootError, match="inside of"):
        index.build()
    assert not index.folder.exists()


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_home_whose_name_is_no_utf8_is_refused_before_anything_is_embedded(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_index
) -> None:
    monkeypatch.setenv("SEARCHKIT_HOME", os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    with open_index(tree) as index, pytest.raises(StorageError, match="no UTF-8") as raised:
        index.build()
    assert "SEARCHKIT_HOME" in raised.value.hint


def test_an_empty_path_was_the_current_folder() -> None:
    with pytest.raises(RootError, match="the path is empty"):
        expanded("")
