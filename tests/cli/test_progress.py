"""What a run tells of itself on stderr, to a pipe and to a terminal."""

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from shell import COMMAND

from searchkit.cli import progress
from searchkit_index.pipeline import intake
from searchkit_index.pipeline.report import Progress


def test_to_a_pipe_a_run_tells_plain_lines(
    tree: Path, searchkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    monkeypatch.setattr(intake, "_TELL_SECONDS", 0.0)
    told = searchkit("index", tree).stderr
    pace = r"[\d,.]+ per second, \d+ (s|min) left$"
    assert re.search(rf"^reading: [2-4] of 5 files, {pace}", told, re.MULTILINE)
    assert "\x1b" not in told


def test_the_start_of_the_reader_counted_as_the_time_of_the_first_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter([0.0, 1.0, 21.0, 31.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    with progress.reporting(quiet=False) as report:
        for done in (0, 1, 201):
            report(Progress("read", done, 2_201))
    assert capsys.readouterr().err.splitlines() == [
        "reading: 1 of 2,201 files",
        "reading: 201 of 2,201 files, 20 per second, 100 s left",
    ]


def test_to_a_terminal_a_run_draws_a_bar_and_wipes_it_out(tree: Path) -> None:
    shutil.rmtree(tree / "notes")  # what tells languages apart is read for a second
    (tree / "README.md").unlink()
    reader, writer = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen([COMMAND, "index", str(tree)], stderr=writer, env=environment) as run:
        os.close(writer)
        told = _all_of(reader)
    assert run.returncode == 0
    assert "━" in told
    assert "embedding" in told
    last = told.rstrip().splitlines()[-1]
    assert "2 files" in re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", last)


def _all_of(terminal: int) -> str:
    """What was written to a terminal until its other side was closed."""
    written = b""
    try:
        while piece := os.read(terminal, 65_536):
            written += piece
    except OSError:  # how Linux tells that nobody writes any more
        pass
    os.close(terminal)
    return written.decode()
