"""A tiny model, and two indexed folders behind a workspace."""

from pathlib import Path
from typing import Any

import pytest

from searchkit import Workspace


@pytest.fixture(scope="session")
def udever(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny udever in a folder: the model as we know it, its tokenizer and its decoder."""
    from tiny_decoders import tiny_udever

    return tiny_udever(tmp_path_factory.mktemp("udever"))


@pytest.fixture
def index(index_tree, embedder, open_index):
    """The small tree, indexed with the quick embedder."""
    with open_index(index_tree(embedder)) as index:
        yield index


@pytest.fixture
def workspace(open_index):
    """All indexed folders, behind the quick embedder."""
    with Workspace(open_index=open_index) as workspace:
        yield workspace


@pytest.fixture
def folders(tmp_path: Path, open_index) -> tuple[Path, Path]:
    """Two indexed folders, with a file of the same name in both."""
    texts = {
        "one": {"a.txt": "a quokka near the river\n", "same.txt": "a wombat in one\n"},
        "two": {"b.txt": "a quokka, a quokka and a zebra\n", "same.txt": "a wombat in two\n"},
    }
    for root, files in texts.items():
        (tmp_path / root).mkdir()
        for name, text in files.items():
            (tmp_path / root / name).write_text(text)
        with open_index(tmp_path / root) as index:
            index.build()
    return tmp_path / "one", tmp_path / "two"
