"""What is removed is gone from the disk, as far as a program can see to that."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import searchkit_index
from searchkit.indexes.erasure import forget
from searchkit.indexes.home import catalog_of, folder_of
from searchkit_index.catalog.lock import lock_of, writing
from searchkit_index.errors import NotIndexedError


def held_in(folder: Path, word: bytes) -> set[str]:
    return {path.name for path in folder.iterdir() if word in path.read_bytes()}


def test_the_text_of_a_removed_file_is_in_no_file_of_the_index(tree: Path, open_index) -> None:
    text = "The Unmistakable Sentence stands here.\n"
    (tree / "secret.md").write_text(text * 3)
    with open_index(tree) as index:
        index.build()
        assert held_in(index.folder, b"Unmistakable Sentence")
        (tree / "secret.md").unlink()
        index.build()
    assert held_in(index.folder, b"Unmistakable Sentence") == set()


def test_the_text_of_a_removed_file_is_in_no_journal_while_others_keep_the_index_open(
    tree: Path, open_index
) -> None:
    text = "The Unmistakable Sentence stands here.\n"
    (tree / "secret.md").write_text(text * 3)
    with open_index(tree) as index, open_index(tree) as other:
        index.build()
        assert other.search("unmistakable", mode="lexical")
        (tree / "secret.md").unlink()
        (tree / "parse.go").write_text("package other")
        index.refresh(60)
        assert held_in(index.folder, b"Unmistakable Sentence") == set()
        assert other.search("sentence", mode="lexical") == []


@pytest.mark.parametrize("became", ["link", "link in a loop", "unreadable", "gone", "file"])
def test_a_root_is_forgotten_whatever_became_of_it(
    tree: Path, index_tree, embedder, home: Path, became: str
) -> None:
    index_tree(embedder)
    tree.rename(tree.with_name("moved"))
    if "link" in became:
        tree.symlink_to(tree if "loop" in became else tree.with_name("moved"))
    elif became == "unreadable":
        tree.mkdir(mode=0)
    elif became == "file":
        tree.touch()
    forget(tree)
    assert list((home / "indexes").iterdir()) == []


def test_an_index_that_is_forgotten_while_another_waits_for_it_is_made_anew_and_privately(
    tree: Path, open_index
) -> None:
    with open_index(tree) as index, open_index(tree) as other:
        index.build()
        with writing(index.folder, wait=False):
            thread = threading.Thread(target=other.build)
            thread.start()
            time.sleep(0.2)
            shutil.rmtree(index.folder)
            lock_of(index.folder).unlink()
        thread.join()
        assert index.folder.stat().st_mode & 0o777 == 0o700
        assert other.search("socket")


def test_an_index_that_is_forgotten_under_a_refresh_is_not_written_to(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        (tree / "new.md").write_text("new")
        scan = searchkit_index.pipeline.changes.scan

        def forgotten(*arguments):
            found = scan(*arguments)
            forget(tree)
            return found

        monkeypatch.setattr("searchkit.indexes.runs.scan", forgotten)
        with pytest.raises(NotIndexedError):
            index.refresh(60)
        assert not index.folder.exists()


def test_forget_overwrites_what_it_removes(tree: Path, index_tree, embedder) -> None:
    folder = folder_of(index_tree(embedder))
    links = {}
    for path in folder.iterdir():
        links[path.name] = tree / f"kept-{path.name}"
        os.link(path, links[path.name])
    forget(tree)
    assert "catalog.sqlite" in links
    for link in links.values():
        assert not any(link.read_bytes()), link.name
    assert not folder.exists()


KILLED = """
import os, sys
from pathlib import Path
from searchkit_index.catalog.store import Store
store = Store(Path(sys.argv[1]))
with store.write():
    store.set("last_run", 1.0)
os._exit(9)
"""


def test_forget_leaves_no_journal_of_a_killed_run(
    tree: Path, index_tree, embedder, home: Path
) -> None:
    catalog = catalog_of(index_tree(embedder))
    subprocess.run([sys.executable, "-c", KILLED, str(catalog)], check=False)
    assert catalog.with_name("catalog.sqlite-wal").exists()
    forget(tree)
    assert list((home / "indexes").iterdir()) == []
