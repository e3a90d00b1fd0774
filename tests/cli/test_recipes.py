"""What the guide tells people to put into cron, systemd and git's hooks does what it says."""

import configparser
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from manual import GUIDE, blocks

from searchkit.indexes.home import catalog_of

PAGE = (GUIDE / "filters-and-recipes.md").read_text(encoding="utf-8")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """`searchkit` where the recipes say it is."""
    program = tmp_path / ".local/bin/searchkit"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).parent / "searchkit")
    return program


def typed(block: str, kind: str, program: Path, home: Path) -> list[str]:
    """The arguments of the one command of a recipe."""
    found = re.search(r"^(?:ExecStart=|[*/0-9 ]+ )(.*searchkit .*)$", block, re.MULTILINE)
    assert found, kind
    words = shlex.split(found[1].replace("%h", str(home)).replace("$HOME", str(home)))
    assert words[0] == str(program)
    return words[1:]


@pytest.mark.slow
def test_the_line_for_cron_indexes(repo: Path, program: Path, tmp_path: Path, searchkit) -> None:
    (block,) = blocks(PAGE, "cron")
    assert re.match(r"(\S+ ){5}", block.text)
    assert searchkit(*typed(block.text, "cron", program, tmp_path)) == (0, "", "")
    assert catalog_of(repo).is_file()


def test_the_unit_for_systemd_watches(
    repo: Path, program: Path, tmp_path: Path, searchkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = []
    monkeypatch.setattr(
        "searchkit.cli.watch.watch", lambda indexes, quiet: watched.append((indexes, quiet))
    )
    (block,) = blocks(PAGE, "ini")
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(block.text)
    assert set(unit) == {"DEFAULT", "Unit", "Service", "Install"}
    assert searchkit(*typed(block.text, "ini", program, tmp_path)).returncode == 0
    ((indexes, quiet),) = watched
    assert ([index.root for index in indexes], quiet) == ([repo], True)


@pytest.mark.slow
def test_the_hooks_of_git_index_what_was_committed(
    repo: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (block,) = [block for block in blocks(PAGE) if ".git/hooks" in block.text]
    subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=repo, check=True)
    git = ["git", "-C", repo, "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "add", "."], check=True)
    assert not catalog_of(repo).exists()
    subprocess.run([*git, "commit", "-q", "-m", "Begin"], check=True)
    until = time.monotonic() + 300
    while time.monotonic() < until:
        told = subprocess.run([program, "list"], capture_output=True, text=True, check=True)
        if (str(repo) in told.stdout and "ago" in told.stdout) or "just now" in told.stdout:
            return
        time.sleep(0.2)
    raise AssertionError(told)
