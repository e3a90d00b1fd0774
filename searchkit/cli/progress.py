"""Shows how far an index run is, on stderr: a bar on a terminal, else a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from searchkit import wording
from searchkit.cli.terminal import note
from searchkit_index.pipeline.report import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

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
        self._began, self._first = 0.0, 0

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage or not self._first:
            # The time before the first one, as for starting programs, does not count.
            self._stage, self._began, self._first = progress.stage, now, progress.done
        if now < self._due or not progress.done:
            return
        self._due = now + _SECONDS
        note(wording.progress(progress) + self._pace(progress, now - self._began))

    def _pace(self, progress: Progress, seconds: float) -> str:
        """Write how fast it goes and how long the rest takes, once that is known."""
        done = progress.done - self._first
        if not done or not seconds:
            return ""
        rate = done / seconds
        left = (progress.total - progress.done) / rate
        return f", {_figure(rate)} per second, {_span(left)} left"


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


@contextmanager
def _bar() -> Iterator[ShowProgress]:
    fields = "{task.fields[things]}", "{task.fields[rate]}"
    with progress_bar("{task.description:>9}", *fields, transient=True) as bar:
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


def progress_bar(before: str, *after: str, transient: bool) -> "Bar":
    """Make a bar on stderr, with the number of steps done, and how long the rest takes.

    Args:
        before: What stands left of the bar, in rich's format of a task.
        *after: What stands right of it, in the same format.
        transient: Whether it is wiped out at the end.

    Returns:
        The bar, which is drawn inside its `with`.
    """
    from rich import progress as rich
    from rich.console import Console

    texts = map(rich.TextColumn, after)
    return rich.Progress(
        *(rich.TextColumn(before), rich.BarColumn(), rich.MofNCompleteColumn(), *texts),
        rich.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=transient,
    )
