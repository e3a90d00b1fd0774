"""A step of training ends before Ctrl-C does, and its log holds each step once."""

import signal
from contextlib import suppress
from pathlib import Path

import pytest

from searchkit.training.log import TrainingLog
from searchkit.training.step import whole_step


def step(typed: int) -> list[str]:
    """A step that Ctrl-C is typed in, and what it did."""
    done = []
    with suppress(KeyboardInterrupt), whole_step():
        for _ in range(typed):
            signal.raise_signal(signal.SIGINT)
        done.append("all")
    return done


def test_ctrl_c_waits_for_the_end_of_a_step() -> None:
    assert step(typed=1) == ["all"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_raised_after_the_step() -> None:
    with pytest.raises(KeyboardInterrupt), whole_step():
        signal.raise_signal(signal.SIGINT)


def test_a_second_ctrl_c_does_not_wait() -> None:
    assert step(typed=2) == []


def test_steps_that_a_killed_run_does_again_are_in_its_log_once(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n{"ste')
    TrainingLog(path, 2).append({"step": 3, "loss": 0.5})
    assert path.read_text() == '{"step": 1}\n{"step": 2}\n{"step": 3, "loss": 0.5}\n'
