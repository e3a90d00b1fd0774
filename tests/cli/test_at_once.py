"""The command beside itself, and the command killed."""

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from shell import COMMAND
from small_tree import content

from searchkit.indexes.home import catalog_of

FILES = 600


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A tree that takes a second."""
    root = tmp_path / "large"
    for number in range(FILES):
        path = root / f"d{number % 30}" / f"note{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Note {number}\n\nThe answer to question {number} is quokka{number}.\n")
    return root


@pytest.mark.slow
def test_killed_at_random_moments_the_next_run_ends_as_an_undisturbed_one(large: Path) -> None:
    shutil.copytree(large, large.with_name("twin"))
    subprocess.run([COMMAND, "index", "-q", large.with_name("twin")], check=True)
    moments = random.Random(7)
    for _ in range(3):
        with subprocess.Popen([COMMAND, "index", "-q", large]) as process:
            time.sleep(moments.uniform(0.3, 1.0))
            process.kill()
    subprocess.run([COMMAND, "index", "-q", large], check=True)
    assert content(large) == content(large.with_name("twin"))
    left = {path.suffix for path in catalog_of(large).parent.iterdir()}
    assert ".tmp" not in left


@pytest.mark.slow
def test_a_first_index_answers_by_words_meanwhile_and_says_so(large: Path) -> None:
    ask = [COMMAND, "query", "quokka77", large, "--mode", "hybrid"]
    with subprocess.Popen([COMMAND, "index", "-q", large]) as indexing:
        told, found = "", ""
        while indexing.poll() is None and "note77.md" not in found:
            done = subprocess.run(ask, capture_output=True, text=True, check=False)
            assert "Traceback" not in done.stderr
            told, found = done.stderr, done.stdout
        still_busy = indexing.poll() is None
        indexing.wait()
    assert "note77.md" in found
    assert not still_busy or "being indexed" in told


@pytest.mark.slow
def test_readers_and_a_writer_together_meet_no_lock(large: Path) -> None:
    subprocess.run([COMMAND, "index", "-q", large], check=True)
    for number in range(0, FILES, 5):
        path = large / f"d{number % 30}" / f"note{number}.md"
        path.write_text(f"# Note {number}\n\nNow it is wombat{number}.\n")
    with subprocess.Popen([COMMAND, "index", "-q", large]) as writer:
        ask = [COMMAND, "query", "quokka7", large, "--mode", "lexical"]
        while writer.poll() is None:
            done = subprocess.run(ask, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert "note7.md" in done.stdout.splitlines()[0]
    assert writer.returncode == 0
