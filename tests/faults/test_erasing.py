"""What is removed is gone from the disk, as far as a program can see to that."""

import os
import subprocess
import sys
from pathlib import Path

from searchkit.index_dir import forget


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


def test_forget_overwrites_what_it_removes(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
    links = {}
    for path in index.folder.iterdir():
        if path.name != "lock":
            links[path.name] = tree / f"kept-{path.name}"
            os.link(path, links[path.name])
    forget(tree)
    assert "catalog.sqlite" in links
    for link in links.values():
        assert not any(link.read_bytes()), link.name
    assert not index.folder.exists()


def test_forget_leaves_no_journal_of_a_killed_run(tree: Path, home: Path) -> None:
    script = (
        "import os, sys; from searchkit.index import Index; index = Index.open(sys.argv[1]);"
        "index.build(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tree)], check=False)
    (folder,) = [path for path in (home / "indexes").iterdir() if path.is_dir()]
    assert (folder / "catalog.sqlite-wal").exists()
    forget(tree)
    assert list((home / "indexes").iterdir()) == []
