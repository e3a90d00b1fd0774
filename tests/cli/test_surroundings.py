"""Where a command runs: without a home, in a removed folder, with no thread left."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from shell import COMMAND, shell

from searchkit.config import NO_HOME
from searchkit_index.system import children


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of whom neither the environment nor the system knows a home, as in a container."""
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SEARCHKIT_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)


@pytest.fixture
def removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is not there any more."""
    folder = tmp_path / "removed"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    return folder


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (["config"], "set `SEARCHKIT_HOME`"),
        (["list"], "set `SEARCHKIT_HOME`"),
        (["install", "claude"], "set `HOME`"),
        (["query", "x", "~/repo"], "type `./~/repo`"),
    ],
)
def test_a_user_without_a_home_was_asked_to_report_a_bug(
    homeless: None, searchkit, monkeypatch: pytest.MonkeyPatch, line: list[str], hint: str
) -> None:
    monkeypatch.delenv("SEARCHKIT_HOME")
    done = searchkit(*line)
    assert done.returncode == 2
    assert done.stderr.startswith(f"searchkit: {NO_HOME}\n")
    assert hint in done.stderr


def test_a_user_without_a_home_could_search_nothing_although_indexes_have_a_place(
    homeless: None, searchkit, indexed: Path, home: Path
) -> None:
    (home / "config.toml").write_text("limit = 1\n")
    done = searchkit("query", "open a socket", indexed)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_a_user_without_a_home_could_list_no_models(homeless: None, searchkit) -> None:
    done = searchkit("models")
    assert (done.returncode, done.stdout.split()[0]) == (0, "model")


def test_in_a_removed_folder_an_error_did_not_say_what_is_missing(searchkit, removed: Path) -> None:
    done = searchkit("status")
    assert done.stderr == "searchkit: the current folder was removed\n\nhint: `cd` to another one\n"


def test_in_a_removed_folder_the_module_ended_with_a_traceback(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    done = shell(
        f"mkdir {gone} && cd {gone} && rmdir {gone} && {sys.executable} -m searchkit config"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_in_a_removed_folder_no_reader_started_where_modules_have_a_path(
    removed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/opt/modules")
    assert children.environment()["PYTHONPATH"] == "/opt/modules"


def test_no_thread_left_was_reported_as_a_bug_and_left_the_reader_running(
    searchkit, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tree))  # no reader that another test left may be used

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    done = searchkit("index", tree)
    assert "searchkit: the system allows no further thread\n" in done.stderr
    assert "`ulimit -u`" in done.stderr


_ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]


def _can_be_alone() -> bool:
    if not shutil.which("unshare"):
        return False
    return not subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode


@pytest.mark.integration
@pytest.mark.skipif(not _can_be_alone(), reason="needs namespaces of users and processes")
def test_the_first_process_of_a_container_did_not_end_when_told_to(indexed: Path) -> None:
    line = [*_ALONE, COMMAND, "index", indexed, "--watch"]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as outside:
        try:
            assert outside.stderr
            while "watching" not in outside.stderr.readline():
                pass
            children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children")
            os.kill(int(children.read_text()), signal.SIGTERM)
            assert outside.wait(30) == 128 + signal.SIGTERM
        finally:
            outside.kill()


def _as_others() -> str:
    """Begin a line of a shell that root runs without the right to read everything."""
    drop = "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all"
    return "" if os.getuid() or not shutil.which("setpriv") else drop


def test_the_help_was_named_against_a_file_without_permission(indexed: Path) -> None:
    (indexed / "net" / "sockets.py").chmod(0)
    line = f"{_as_others()} {COMMAND} status {indexed}/net/sockets.py"
    assert "unreadable" in (done := shell(line)).stdout
    assert "hint: check its permissions" in done.stderr
    indexed.chmod(0)
    said = shell(f"{_as_others()} {COMMAND} query open {indexed}").stderr
    indexed.chmod(0o700)
    assert "cannot be read: permission denied\n\nhint: check its permissions\n" in said


def test_an_index_that_its_owner_could_not_read_was_made_below_a_strict_umask(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.py").write_text("wombat = 1\n")
    line = f"{COMMAND} index -q . && {COMMAND} query wombat ."
    as_others = _as_others()
    place = tmp_path / "home"
    done = shell(f"cd {tmp_path}; umask 777; {as_others} sh -c '{line}'", SEARCHKIT_HOME=str(place))
    assert (done.returncode, done.stdout) == (0, "a.py:1-1: wombat = 1\n")
    assert {path.stat().st_mode & 0o777 for path in (place, *place.rglob("*.sqlite"))} == {
        0o700,
        0o600,
    }
