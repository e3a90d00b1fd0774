import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from searchkit.cli import main
from searchkit.embedders import load_embedder


class Done(NamedTuple):
    """What a finished command left."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def searchkit(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs a command in this process, with the shipped model; gives code and output."""

    def run(*arguments: object, cwd: Path | None = None, stdin: str = "") -> Done:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["searchkit", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            if cwd:
                patch.chdir(cwd)
            capsys.readouterr()
            code = main()
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def indexed(take_in) -> Path:
    """A small tree, indexed with the shipped model."""
    return take_in(load_embedder())


@pytest.fixture
def repo(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`~/repo`, with the files that pages for people name; the shell finds `searchkit`."""
    tree.rename(tmp_path / "repo")
    for name, text in {"src/server.py": "def serve():\n    pass\n", "photo.png": "\0"}.items():
        path = tmp_path / "repo" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text * 60)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "repo"
