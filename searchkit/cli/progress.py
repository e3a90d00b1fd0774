"""Shows how far an index run is, on stderr: a bar on a terminal, else a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from searchkit import wording
from searchkit.cli.terminal import note
from searchkit_index.report import Progress

_SECONDS = 5.0  # between two plain lines

ShowProgress = Callable[[Progress], None]


@contextmanager
def reporting(*, quiet: bool) -> Iterator[ShowProgress]:
    """Give a function to be called with each step of a run."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines().report


class _Lines:
    """One line every few seconds."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _SECONDS
        self._stage = ""
        self._began = 0.0

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._began = progress.stage, now
        if now < self._due or not progress.done:
            return
        self._due = now + _SECONDS
        rate = progress.done / (now - self._began)
        left = (progress.total - progress.done) / rate
        note(f"{wording.progress(progress)}, {_figure(rate)} per second, {_span(left)} left")


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


@contextmanager
def _bar() -> Iterator[ShowProgress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[things]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {
            stage: bar.add_task(doing, total=None, things=f"{thing}s", rate="", visible=False)
            for stage, (doing, thing) in wording.STAGES.items()
        }

        def report(progress: Progress) -> None:
            task = tasks[progress.stage]
            speed = bar.tasks[task].speed
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                visible=progress.total > 0,
                rate=f"{_figure(speed)}/s" if speed else "",
            )

        yield report
