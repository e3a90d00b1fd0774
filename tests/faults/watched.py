"""`searchkit index --watch`: the tree moves while it is watched, and the watcher is killed."""

import os
import shutil
import signal
import time
from collections.abc import Callable

from stage import Running, Stage


def watched_tree_moves(stage: Stage) -> None:
    """Files and folders come, go and change places: what is at rest is indexed."""
    with _watching(stage) as watcher:
        for _ in range(12):
            stage.random.choice(_MOVES)(stage)
            time.sleep(stage.random.uniform(0, 0.05))
        _is_indexed(stage, watcher)
        watcher.end(signal.SIGINT)
    _is_fresh(stage)


def watcher_killed(stage: Stage) -> None:
    """Killed while it indexes changes: the next run ends it."""
    with _watching(stage) as watcher:
        for _ in range(4):
            stage.change()
        time.sleep(stage.random.uniform(0, 1))
        watcher.end(stage.random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    _is_fresh(stage)


def watched_root_lost(stage: Stage) -> None:
    """The watched folder goes, or becomes a link or a file, and comes back."""
    with _watching(stage) as watcher:
        aside = stage.scratch / "aside"
        stage.root.rename(aside)
        place = stage.random.choice(["", "link", "file"])
        if place == "link":
            stage.root.symlink_to("/etc")
        elif place == "file":
            stage.root.write_text("quokka")
        time.sleep(stage.random.uniform(0.2, 0.8))
        stage.root.unlink(missing_ok=True)
        aside.rename(stage.root)
        watcher.end(signal.SIGINT)
    _is_fresh(stage)


def _watching(stage: Stage) -> "_Watching":
    stage.command("index", "-q", ".")
    return _Watching(stage)


class _Watching:
    """The tree, watched."""

    def __init__(self, stage: Stage) -> None:
        self._going_on = stage.going_on("index", "--watch", ".")

    def __enter__(self) -> Running:
        running = self._going_on.__enter__()
        running.says(b"watching")
        return running

    def __exit__(self, *error: object) -> None:
        self._going_on.__exit__(*error)  # type: ignore[arg-type]


def _is_indexed(stage: Stage, watcher: Running) -> None:
    """A last change is found without a look at the files, within a minute."""
    (stage.root / "last.txt").write_text("the last platypus\n")
    end = time.monotonic() + 60
    while not stage.command(*_ASKED, "--no-refresh").stdout:
        assert time.monotonic() < end, "a change was not indexed"
        assert watcher.is_alive(), watcher.stderr.read_bytes()[-2_000:]
        time.sleep(0.2)


def _is_fresh(stage: Stage) -> None:
    stage.command("index", "-q", ".")
    (stage.root / "last.txt").write_text("the last platypus\n")
    done = stage.command(*_ASKED, SEARCHKIT_REFRESH_SECONDS="60")  # however busy the machine is
    assert b"last.txt" in done.stdout, done
    held = {os.fsdecode(row[0]) for row in stage.content() if len(row) == 4}
    there = {str(path.relative_to(stage.root)) for path in stage.root.rglob("*") if path.is_file()}
    assert held == there, (held ^ there, done)


_ASKED = ("query", "platypus", "--mode", "lexical")


def _folder_moves(stage: Stage) -> None:
    folder = stage.root / "d"
    if folder.is_dir():
        folder.rename(stage.root / f"e{stage.random.randrange(9**9)}")
    (stage.root / f"new{stage.random.randrange(9**9)}/deep/deeper").mkdir(parents=True)


def _folder_goes(stage: Stage) -> None:
    folders = [path for path in stage.root.iterdir() if path.is_dir()]
    if folders:
        shutil.rmtree(stage.random.choice(folders))


def _file_is_replaced(stage: Stage) -> None:
    new = stage.scratch / "new"
    new.write_text("copper lantern\n")
    new.replace(stage.root / f"m{stage.random.randrange(10)}.py")


def _file_is_odd(stage: Stage) -> None:
    name = stage.random.choice([b"caf\xe9.md", b"new\nline.md", b"\x1b[0m.md"])
    with open(os.fsencode(stage.root) + b"/" + name, "w") as file:  # noqa: PTH123 -- bytes
        file.write(f"mirror {stage.random.random()}\n")


_MOVES: tuple[Callable[[Stage], object], ...] = (
    *(_folder_moves, _folder_goes, _file_is_replaced, _file_is_odd),
    *(lambda stage: stage.write(stage.random.randrange(10)),) * 3,
)

KINDS: tuple[Callable[[Stage], None], ...] = (watched_tree_moves, watcher_killed, watched_root_lost)
