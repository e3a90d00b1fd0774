"""What the limits of the shell do to a run: an error that says so, and nothing lost."""

import subprocess
import sys
from pathlib import Path

import pytest
from small_tree import adopt

from searchkit import Workspace
from searchkit.config import Settings
from searchkit.embedders import load_embedder
from searchkit.indexes import open_indexes
from searchkit.indexes.index import Index
from searchkit_index.errors import StorageError
from searchkit_index.system import memory

pytestmark = pytest.mark.integration

resource = pytest.importorskip("resource", reason="Windows has no such limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped")

IN_LITTLE_MEMORY = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (500_000 << 10, 500_000 << 10))
sys.argv = ["searchkit", "index", sys.argv[1]]
from searchkit.__main__ import run
run()
"""


@linux
def test_an_index_under_a_limit_of_memory_is_an_error_and_not_a_crash(
    tree: Path, open_index
) -> None:
    command = [sys.executable, "-c", IN_LITTLE_MEMORY, str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    *_, told, hint = filter(None, done.stderr.splitlines())
    assert told.startswith("searchkit: the model needs")
    assert hint.startswith("hint: type `ulimit -v unlimited`")
    with open_index(tree) as index:  # the text was kept, and nothing is read again
        assert (index.status().files, index.build().changed) == (5, 0)
        assert index.search("sopa de tomate")[0].path == "notes/receta.md"


def test_a_model_takes_as_many_threads_as_its_address_space_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("searchkit.embedders._preloaded", {})  # by other tests in this process
    monkeypatch.setattr(memory, "_mappable", lambda: 1_000_000_000)
    embedder = load_embedder(threads=64)
    assert embedder.encode(["one"], "query").shape == (1, embedder.dimension)
    assert 1 < embedder._threads < 8
    monkeypatch.setattr(memory, "_mappable", lambda: 500_000_000)
    with pytest.raises(StorageError, match="ulimit"):
        load_embedder().encode(["one"], "query")


@pytest.fixture
def many(tmp_path: Path, embedder, home: Path) -> list[Path]:
    """Forty folders with one file each, indexed."""
    first = tmp_path / "root0"
    roots = [first, *(tmp_path / f"root{number}" for number in range(1, 40))]
    for root in roots:
        root.mkdir()
        (root / "a.md").write_text("# Walrus\n\nThe walrus sings.\n")
    with Index(first, embedder, Settings()) as index:
        index.build()
    for root in roots[1:]:
        adopt(root, index.folder)
    return roots


def test_more_folders_than_the_shell_lets_files_be_open_are_asked_at_once(
    many: list[Path], embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(open_indexes, "_MOST_OPEN", 10)
    used = len(list(Path("/dev/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 60, hard))
    try:
        with Workspace(
            settings=Settings(), open_index=lambda root: Index(root, embedder, Settings())
        ) as workspace:
            for _ in range(2):
                answer = workspace.search("walrus", within=many, limit=3)
                assert not answer.faults
                assert set(answer.freshness) == set(many)
                assert answer.hits[0].path == "a.md"
            assert len(list(Path("/dev/fd").iterdir())) < used + 60  # the last ones alone
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
