"""One process edits a tree, refreshes its index and asks it, for an hour; is it the same after?

Run: python tests/faults/soak.py [TREE] --minutes 60 [--pause 0.5]

With TREE, a copy of it is worked on; else a small tree of the faults' own. A line each minute tells
resident memory, open descriptors, threads and the size of the index. The exit code is 1 when the
last tenth holds more than the second one by a tenth in memory, or by one descriptor or thread.
"""

import argparse
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from orders import Subject
from stage import Stage, at_home

from searchkit import Index
from searchkit_index.system.memory import resident

QUESTIONS = (
    "open a socket",
    "quokka",
    "разобрать строку",
    "読み込む",
    "parse_config",
    "река",
    "()",
)


class Held(NamedTuple):
    """What the process holds at one moment."""

    minute: float
    megabytes: float
    descriptors: int
    threads: int
    index_megabytes: float
    rounds: int


def soak(stage: Stage, minutes: float, pause: float) -> Iterator[Held]:
    """Work on the stage's tree, and tell once a minute what is held."""
    start = told = time.monotonic()
    rounds = 0
    with at_home(stage.home), Index.open(stage.root) as index:
        index.build()
        while (now := time.monotonic()) < start + 60 * minutes:
            edit(stage)
            index.refresh(10)
            for question in stage.random.sample(QUESTIONS, 3):
                hits = index.search(question, refresh=False)
                if hits and rounds % 5 == 0:
                    index.similar(hits[0].path, hits[0].start_line)
            rounds += 1
            if now > told + min(60, 60 * minutes / 20):
                told = now
                status = index.status()
                on_disk = (status.catalog_bytes + status.vector_bytes) / 1e6
                yield Held((now - start) / 60, *_held(), on_disk, rounds)
            time.sleep(pause)
        assert not index.refresh(60).stale
    undisturbed = stage.scratch / "undisturbed"
    with at_home(undisturbed), Index.open(stage.root) as index:
        index.build()
    assert _content(stage, stage.home) == _content(stage, undisturbed)


def edit(stage: Stage) -> None:
    """Change the stage's own files, and a line in, or the name of, one that was brought."""
    stage.change()
    brought = sorted((stage.root / "brought").rglob("*.*"))
    for path in stage.random.sample(brought, min(2, len(brought))):
        if path.is_file() and stage.random.random() < 0.7:
            with path.open("a", encoding="utf-8") as stream:
                stream.write(f"\n# {stage.random.choice(QUESTIONS)} {stage.random.random()}\n")
        elif path.is_file():
            path.rename(path.with_stem(f"moved{stage.random.randrange(10**6)}"))


def _content(stage: Stage, home: Path) -> list[object]:
    """All but the vectors, whose last bit may hang on what was embedded beside a text."""
    return [row[:8] for row in stage.content(home)]


def _held() -> tuple[float, int, int]:
    return resident() / 1e6, len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208


def grew(told: list[Held]) -> bool:
    """Whether the last tenth holds more than the second one."""
    tenth = max(1, len(told) // 10)
    early, late = told[tenth : 2 * tenth], told[-tenth:]
    return (
        max(each.megabytes for each in late) > 1.1 * max(each.megabytes for each in early)
        or min(each.descriptors for each in late) > max(each.descriptors for each in early)
        or min(each.threads for each in late) > max(each.threads for each in early)
    )


def main() -> int:
    """Soak, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    told: list[Held] = []
    print("| minute | MB | descriptors | threads | index MB | rounds |\n|" + " --- |" * 6)
    with tempfile.TemporaryDirectory() as scratch:
        subject = Subject()
        stage = Stage(Path(scratch) / "stage", subject, arguments.seed)
        if arguments.tree:
            shutil.copytree(arguments.tree, stage.root / "brought", symlinks=True)
        for held in soak(stage, arguments.minutes, arguments.pause):
            told.append(held)
            print("| " + " | ".join(f"{each:,.0f}" for each in held) + " |", flush=True)
        subject.close()
    return int(grew(told))


if __name__ == "__main__":
    raise SystemExit(main())
