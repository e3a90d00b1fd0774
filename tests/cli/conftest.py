"""Runs commands in this process, over small folders that are indexed with the shipped model."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from small_tree import LONG_AGO, adopt, grown

from searchkit.cli import app, load_commands, main
from searchkit.config import Settings
from searchkit.embedders import load_embedder, preload
from searchkit.indexes.index import Index


class Done(NamedTuple):
    """What a finished command left."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def commands() -> None:
    """Read the signatures of all commands and the shipped model once, as `serve` does."""
    load_commands()
    app.prepare()
    preload("nano")


@pytest.fixture
def searchkit(
    commands: None, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs a command in this process, with the shipped model; gives code and output."""

    def run(*arguments: object, cwd: Path | None = None, stdin: str = "") -> Done:
        with monkeypatch.context() as patch:
            # Under `python -m pytest` the program would be called after that module.
            patch.setattr(sys.modules["__main__"], "__package__", None)
            patch.setattr(sys, "argv", ["searchkit", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            if cwd:
                patch.chdir(cwd)
            capsys.readouterr()
            code = main()
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def indexed(index_tree, commands: None) -> Path:
    """A small tree, indexed with the shipped model."""
    return index_tree(load_embedder())


def extend(root: Path) -> Path:
    """Add the files that pages for people name."""
    for name, text in {"src/server.py": "def serve():\n    pass\n", "photo.png": "\0"}.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text * 60)
        os.utime(path, LONG_AGO)
    return root


@pytest.fixture(scope="session")
def repo_master(tmp_path_factory: pytest.TempPathFactory, commands: None) -> Path:
    """The index folder of such a tree with the shipped model."""
    home = tmp_path_factory.mktemp("master")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_HOME", str(home))
        with Index(extend(grown(home / "repo")), load_embedder(), Settings()) as index:
            index.build()
    return index.folder


@pytest.fixture
def indexed_repo(repo: Path, repo_master: Path) -> Path:
    """`~/repo`, indexed with the shipped model."""
    return adopt(repo, repo_master)


@pytest.fixture
def repo(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`~/repo`, with the files that pages for people name; the shell finds `searchkit`."""
    extend(tree.rename(tmp_path / "repo"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "repo"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("git-home")


@pytest.fixture
def git(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs git in a folder, untouched by this machine's configuration."""
    for name, value in {
        "HOME": str(empty_home),
        "XDG_CONFIG_HOME": str(empty_home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }.items():
        monkeypatch.setenv(name, value)

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", folder, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return run


@pytest.fixture
def repository(tree: Path, git: Callable[..., str]) -> Path:
    """The small tree, committed on `main`."""
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "Begin")
    return tree
