"""An interpreter that is started takes no module from the current folder."""

import os
import subprocess
from pathlib import Path

import pytest

from searchkit_index.system import children


def test_a_child_imports_nothing_from_the_folder_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json/__init__.py").write_text("open('planted', 'w')")
    elsewhere = tmp_path.parent / "elsewhere"
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", str(tmp_path), f"{tmp_path}/json/..", f"json{os.pathsep}{tmp_path}"):
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join((path, str(elsewhere))))
        command = children.command("searchkit_index.process.worker", "0")
        subprocess.run(command, env=children.environment(), stdin=subprocess.DEVNULL, check=True)
        assert children.environment()["PYTHONPATH"] == str(elsewhere)
    assert not (tmp_path / "planted").exists()


def test_where_this_program_comes_from_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(Path(children.__file__).parents[2])
    monkeypatch.chdir(source)
    monkeypatch.setenv("PYTHONPATH", source)
    assert children.environment()["PYTHONPATH"] == source
