"""Changes are told as they happen, of what a walk looks into; else folders are looked through."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchkit.indexes import watching
from searchkit.indexes.watching import NotWatchableError, changed_roots, poll, rest_after
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import folders


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("watchfiles")
    for name, value in {"_SETTLE": 50, "_STEP": 20, "_DEBOUNCE": 100}.items():
        monkeypatch.setattr(watching, name, value)


def write(file: Path, text: str = "text") -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


@pytest.mark.usefixtures("watched")
def test_each_root_is_told_of_also_in_folders_that_come_later(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for root in (one, two):
        write(root / "a.txt")
        write(root / ".searchkitignore", "ignored/\n")
        (root / "ignored").mkdir()
    events = changed_roots({one: Rules(), two: Rules()})
    assert next(events) == {one, two}  # what changed before anybody watched
    write(two / "a.txt", "other")
    assert next(events) == {two}
    write(one / "new/b.txt")
    assert next(events) == {one}
    assert next(events) == {one, two}  # the folders are watched anew
    write(one / "new/c.txt")
    assert next(events) == {one}
    write(one / "ignored/d.txt")
    write(two / "b.txt")
    assert next(events) == {two}
    events.close()


@pytest.mark.usefixtures("watched")
def test_a_folder_that_was_away_for_a_while_was_watched_no_more(tmp_path: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "away"
    write(root / "a.txt")
    events = changed_roots({root: Rules()})
    assert next(events) == {root}
    root.rename(away)
    assert next(events) == {root}
    assert next(events) == {root}  # all that is there is watched anew: nothing
    away.rename(root)
    assert next(events) == {root}
    write(root / "a.txt", "other")
    assert next(events) == {root}
    events.close()


@pytest.mark.usefixtures("watched")
@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
def test_a_name_of_no_encoding_ended_the_watching(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    events = changed_roots({tmp_path: Rules()})
    assert next(events) == {tmp_path}
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "w") as file:  # noqa: PTH123 -- bytes
        file.write("text")
    assert next(events) == {tmp_path}
    assert next(events) == {tmp_path}  # all is watched anew
    write(tmp_path / "a.txt", "other")
    assert next(events) == {tmp_path}
    events.close()


def test_folders_are_those_that_a_walk_looks_into(tree: Path) -> None:
    (tree / ".searchkitignore").write_text("build/\n")
    for name in ("build", "empty", ".hidden", "net/deep"):
        (tree / name).mkdir()
    found = {str(Path(place).relative_to(tree)) for place in folders(tree, Rules())}
    assert found == {".", "empty", "net", "net/deep", "notes"}


def test_a_system_without_watches_left_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watchfiles = pytest.importorskip("watchfiles")

    def watch(*_: object, **__: object) -> Iterator[set[object]]:
        raise OSError("OS file watch limit reached. about ...")
        yield set()

    monkeypatch.setattr(watchfiles, "watch", watch)
    with pytest.raises(NotWatchableError, match="max_user_watches"):
        next(changed_roots({tree: Rules()}))


def test_without_the_package_that_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(NotWatchableError, match="`watchfiles` is not installed"):
        next(changed_roots({tree: Rules()}))


def test_folders_are_looked_through_for_a_hundredth_of_the_time(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    clock = itertools.count(0, 5)  # each round takes five seconds of a core

    class EnoughError(Exception):
        pass

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise EnoughError

    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    monkeypatch.setattr(time, "sleep", sleep)
    looked: list[Path] = []
    with pytest.raises(EnoughError):
        poll([tree], looked.append)
    assert looked == [tree, tree]
    assert slept == [500, 500]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
@pytest.mark.parametrize("package", [True, False])
def test_a_watched_folder_is_fresh_until_ctrl_c(tree: Path, searchkit, package: bool) -> None:
    hide = "" if package else "sys.modules['watchfiles'] = None; "
    program = (
        f"import sys; {hide}sys.argv = ['searchkit', 'index', {str(tree)!r}, '--watch'];"
        "from searchkit.__main__ import run; run()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("watching 1 folder"):
                break
        write(tree / "new/quokka.md", "A quokka sleeps.\n")
        for line in process.stderr:
            if "indexed 1 changed file" in line:
                break
        process.send_signal(signal.SIGINT)
        process.stderr.read()
    assert process.returncode == 130
    done = searchkit("query", "quokka", tree, "--no-refresh", "-l", "-n", "1")
    assert done.stdout == f"{tree}/new/quokka.md\n"


def test_watching_goes_with_neither_a_plan_nor_json(tree: Path, searchkit) -> None:
    for option in ("--dry-run", "--json"):
        done = searchkit("index", tree, "--watch", option)
        assert done.returncode == 2
        assert "`--watch` goes with neither" in done.stderr


def test_a_log_that_grew_each_second_took_half_of_a_core() -> None:
    for seconds in (0.1, 1.3):
        assert seconds / (seconds + rest_after(seconds)) == pytest.approx(0.1)
    assert rest_after(600) == 30  # after a change of branches nobody waits for an hour
