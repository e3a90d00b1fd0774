"""Shows how far a training run is, on stderr: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from searchkit.cli.progress import progress_bar
from searchkit.cli.terminal import note

if TYPE_CHECKING:
    from searchkit.training.progress import TrainingProgress

_SECONDS = 10.0  # between two lines

ShowStep = Callable[["TrainingProgress", int], None]


@contextmanager
def reporting() -> Iterator[ShowStep]:
    """Give a function to call after each step, with what it did and how many steps there are."""
    if sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines().report


def _described(progress: "TrainingProgress") -> str:
    """Describe source, loss and speed of a step."""
    speed = progress.tokens / max(progress.seconds, 0.01)
    return f"{progress.source}: loss {progress.contrastive:.3f}, {speed:,.0f} tokens/s"


class _Lines:
    def __init__(self) -> None:
        self._due = 0.0

    def report(self, progress: "TrainingProgress", steps: int) -> None:
        if time.monotonic() >= self._due or progress.step == steps:
            self._due = time.monotonic() + _SECONDS
            note(f"step {progress.step:,} of {steps:,}, {_described(progress)}")


@contextmanager
def _bar() -> Iterator[ShowStep]:
    with progress_bar("training", "{task.fields[doing]}", transient=False) as bar:
        task = bar.add_task("training", total=None, doing="")

        def report(progress: "TrainingProgress", steps: int) -> None:
            bar.update(task, completed=progress.step, total=steps, doing=_described(progress))

        yield report
