"""A shared index in a folder, and local indexes to push to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit.team.index import SharedIndex


@pytest.fixture(autouse=True)
def _extra() -> None:
    """Skip where `searchkit[team]` is not installed."""
    pytest.importorskip("lance")
    pytest.importorskip("cryptography")


@pytest.fixture
def shared(tmp_path: Path) -> SharedIndex:
    return SharedIndex(str(tmp_path / "share"))


@pytest.fixture
def local(index_tree, embedder) -> Iterator[Index]:
    """The small tree, indexed."""
    with Index(index_tree(embedder), embedder, Settings()) as index:
        index.build()
        yield index


@pytest.fixture
def folder(tmp_path: Path, embedder) -> Iterator[Callable[..., Index]]:
    """Makes and indexes a folder of the given files."""
    with ExitStack() as stack:

        def folder_(name: str, files: dict[str, str]) -> Index:
            root = tmp_path / name
            root.mkdir(exist_ok=True)
            for path, text in files.items():
                (root / path).write_text(text)
            index = stack.enter_context(Index(root, embedder, Settings()))
            index.build()
            return index

        yield folder_
