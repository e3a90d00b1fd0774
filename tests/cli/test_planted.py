"""Modules that lie in the folder one stands in are never run."""

import subprocess
import sys
from pathlib import Path

import pytest

MODULES = ("textual", "numpy", "sqlite3", "faiss", "json", "typer", "tokenizers", "onnxruntime")
PROGRAM = [str(Path(sys.executable).with_name("searchkit"))]


MODULE = [sys.executable, "-m", "searchkit"]


@pytest.mark.parametrize(
    ("program", "command"),
    [(PROGRAM, "index"), (PROGRAM, "query text"), (PROGRAM, "tui"), (MODULE, "index")],
    ids=["index", "query", "tui", "module"],
)
def test_a_module_of_the_folder_one_stands_in_is_not_run(
    tmp_path: Path, program: list[str], command: str
) -> None:
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(f"open({name!r} + '-ran', 'w')")
    done = subprocess.run(
        [*program, *command.split()], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert list(tmp_path.glob("*-ran")) == [], done.stderr
    assert "Traceback" not in done.stderr
