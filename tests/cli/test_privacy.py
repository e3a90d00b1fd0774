import os
import subprocess
import sys
from pathlib import Path


def test_onnxruntime_reported_every_run_to_its_maker(tree: Path, tmp_path: Path) -> None:
    """It puts a number for this machine and a list of events below the user's cache folder."""
    user = tmp_path / "user"
    user.mkdir()
    kept = {"PATH": os.environ["PATH"], "SEARCHKIT_HOME": str(tmp_path / "home")}
    for arguments in (["index", "-q", str(tree)], ["query", "open a file", str(tree)]):
        command = [sys.executable, "-m", "searchkit", *arguments]
        done = subprocess.run(command, env=kept | {"HOME": str(user)}, capture_output=True)
        assert done.returncode in (0, 1), done.stderr
    assert [path.name for path in user.rglob("*")] == []
