"""The tree moves while it is indexed; once it rests, the next run ends as if it always had."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator

from stage import Stage


def files_change(stage: Stage) -> None:
    """Files are written, removed, renamed, turned into folders, links and pipes, and back."""
    stage.finish()
    with _meanwhile(stage, _anything):
        for _ in range(4):
            assert "found" in stage.do(stage.random.choice(["index", "refresh"]))
    _settle(stage)


def file_grows(stage: Stage) -> None:
    """A file grows without end."""
    growing = stage.root / "growing.txt"

    def grow(_: Stage) -> None:
        with growing.open("a") as stream:
            stream.write("mirror lantern copper\n" * 2000)
        time.sleep(0.002)

    with _meanwhile(stage, grow):
        for _ in range(3):
            assert "found" in stage.do("index")
    growing.write_text("mirror")
    _settle(stage)


def folder_becomes_a_link(stage: Stage) -> None:
    """A folder changes places with a link that leads out: nothing behind it is ever read."""
    outside = stage.scratch / "outside"
    outside.mkdir()
    for number in range(0, 10, 2):
        (outside / f"n{number}.md").write_text("# Forbidden\n\nThe forbidden zebra.\n")
    inside, aside = stage.root / "d", stage.scratch / "aside"

    def swap(_: Stage) -> None:
        inside.rename(aside)
        inside.symlink_to(outside)
        time.sleep(stage.random.uniform(0, 0.01))
        inside.unlink()
        aside.rename(inside)
        time.sleep(stage.random.uniform(0, 0.01))

    with _meanwhile(stage, swap):
        for _ in range(4):
            stage.write(1)
            assert "found" in stage.do("index")
            assert stage.do("query", text="zebra", mode="lexical")["found"] == []
    _settle(stage)


def clock_jumps(stage: Stage) -> None:
    """Files are dated long ago, or in the future, and change all the same."""
    stage.finish()
    for _ in range(3):
        stage.change()
        for path in stage.random.sample(sorted(stage.root.rglob("*.*")), 3):
            path.write_text(f"{path.read_text()}\n{stage.random.choice('abcdefgh') * 9}\n")
            then = stage.random.choice([0, 1, 10**9, 4 * 10**9, 2**33])
            os.utime(path, (then, then))
        assert "found" in stage.do("refresh")
    stage.finish()
    stage.check()


def dates_beyond_the_clock(stage: Stage) -> None:
    """Files are dated to years that 64 bits do not hold: they are taken, and not read for ever."""
    for path in stage.random.sample(sorted(stage.root.rglob("*.*")), 4):
        then = stage.random.choice([-(10**10), -(2**34) + 1, 2**33, 10_413_792_000, 2**34 - 1])
        os.utime(path, (then, then))
    stage.finish()
    time.sleep(0.03)
    stage.finish()
    assert stage.do("index")["found"] == 0
    stage.check()


def swapped_under_the_same_time(stage: Stage) -> None:
    """Files of one size and time change places, or content: the next look sees it."""
    paths = [stage.root / f"same{number}.txt" for number in range(3)]
    for path, word in zip(paths, ("copper", "mirror", "garden"), strict=True):
        path.write_text(f"{word} lantern\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    time.sleep(0.03)
    stage.finish()
    for _ in range(3):
        one, other = stage.random.sample(paths, 2)
        if stage.random.random() < 0.5:
            aside = stage.scratch / "aside"
            one.rename(aside)
            other.rename(one)
            aside.rename(other)
        else:
            one.write_text("quokka lantern\n")
            os.utime(one, (1_700_000_000, 1_700_000_000))
        stage.finish(stage.random.choice(["index", "refresh"]))
        time.sleep(0.03)
    stage.check()


def same_size_and_time(stage: Stage) -> None:
    """A full check finds a file with other content, the same size and the same time."""
    stage.finish()
    path = stage.random.choice(sorted(stage.root.rglob("*.*")))
    state = path.stat()
    text = path.read_text()
    path.write_text(text.replace("value", "eulav").replace("the", "eht"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    stage.finish("verify")
    stage.check()


def _settle(stage: Stage) -> None:
    for path in [path for path in stage.root.rglob("*.*") if not path.is_file()]:
        _remove(path)
    for path in stage.root.rglob("*.*"):
        if path.is_symlink():
            path.unlink()
        else:
            os.utime(path, (1_700_000_000, 1_700_000_000))
    stage.finish()
    stage.check()


@contextlib.contextmanager
def _meanwhile(stage: Stage, happens: Callable[[Stage], None]) -> Iterator[None]:
    """Have something happen again and again in a thread."""
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            happens(stage)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _anything(stage: Stage) -> None:
    time.sleep(stage.random.uniform(0, 0.003))
    number = stage.random.randrange(10)
    path = stage.root / (f"m{number}.py" if number % 2 else f"d/n{number}.md")
    _remove(path)
    what = stage.random.choice(["file", "file", "file", "folder", "link", "pipe", "nothing"])
    if what == "file":
        stage.write(number)
    elif what == "folder":
        path.mkdir()
        (path / "inner.txt").write_text("copper river")
    elif what == "link":
        path.symlink_to("/etc/passwd")
    elif what == "pipe":
        os.mkfifo(path)
    # At rest all are files again.
    if stage.random.random() < 0.3:
        _remove(path)
        stage.write(number)


def _remove(path: os.PathLike[str]) -> None:
    with contextlib.suppress(FileNotFoundError):
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            shutil.rmtree(path)
        else:
            os.unlink(path)  # noqa: PTH108


KINDS: tuple[Callable[[Stage], None], ...] = (
    files_change,
    file_grows,
    folder_becomes_a_link,
    clock_jumps,
    dates_beyond_the_clock,
    swapped_under_the_same_time,
    same_size_and_time,
)
