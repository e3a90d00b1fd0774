"""Guards a training step: Ctrl-C waits for its end, and a loss that is no number is refused."""

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from searchkit_index.errors import TrainingError


@contextmanager
def whole_step() -> Iterator[None]:
    """Let a step end before Ctrl-C is raised, so that a checkpoint holds no half of it.

    A second Ctrl-C is raised at once.

    Raises:
        KeyboardInterrupt: Ctrl-C was typed.
    """
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupted = False

    def note(number: int, frame: Any) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupted:
        raise KeyboardInterrupt


def refuse_no_number(loss: float, step: int) -> None:
    """Raise TrainingError where the loss of a step is infinite or no number."""
    if not math.isfinite(loss):
        raise TrainingError(
            f"the loss of step {step:,} is no number: the weights have grown beyond bounds",
            "lower `rate` in the recipe",
        )
