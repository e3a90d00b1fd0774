"""What befalls the process that reads files is no fact about the files that it reads."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from searchkit_index.errors import SearchkitError
from searchkit_index.process import contents, worker
from searchkit_index.process.contents import Contents
from searchkit_index.process.reader import ENDED, PassedOver, Reader, Source

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]

HONEST = Source("honest.py", b"def honest():\n    return 1\n")


def slow(number: int = 0) -> Source:
    """A file that takes a second or so to read."""
    return Source(f"slow{number}.md", b"# Title\n\nsome *words* to read\n" * 12_000)


def killer(reader: Reader, times: int, signal_: int = signal.SIGKILL) -> Thread:
    """Ends the process of a reader soon after it has begun with a file, so many times."""

    def kill() -> None:
        killed: set[int] = set()
        while len(killed) < times:
            process = reader._process
            if process and process.pid not in killed:
                killed.add(process.pid)
                process.send_signal(signal_)
            time.sleep(0.005)

    thread = Thread(target=kill, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("executable", ["/bin/true", "/bin/cat", "", None, "/nonexistent"])
def test_a_program_that_is_no_python_is_an_error_and_skips_no_file(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch, executable: str | None
) -> None:
    with open_index(tree) as index:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", executable)
            with pytest.raises(SearchkitError, match="read"):
                index.build()
        assert index.build().changed == 5
        assert index.status().skipped == {}


def test_a_reader_that_cannot_start_says_its_last_words(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "tree_sitter.py").write_text("raise MemoryError('nothing is left')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with open_index(tree) as index, pytest.raises(SearchkitError, match="nothing is left"):
        index.build()


LIMITED = """
import resource, sys
from searchkit_index.process.reader import MEMORY, Reader, Source
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
with Reader() as reader:
    print(*(each.lasting for each in reader.read([Source("a.py", b"def f(): pass")])))
"""


def test_a_limit_of_the_parent_below_the_readers_own_is_kept_to() -> None:
    command = [sys.executable, "-c", LIMITED, str(450 << 20)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_is_killed_once_costs_no_file_its_grammar(kind: int) -> None:
    with Reader() as reader:
        thread = killer(reader, 1, kind)
        found = list(reader.read([HONEST, slow(), HONEST]))
        thread.join()
    assert [type(each) for each in found] == [Contents] * 3
    assert all(each.lasting for each in found)
    assert found[0] == found[2]


def test_a_file_on_which_the_reader_is_killed_again_and_again_is_left_for_a_later_run() -> None:
    with Reader() as reader:
        thread = killer(reader, 3)
        found = list(reader.read([slow(), HONEST]))
        thread.join()
    assert found[0] == PassedOver(ENDED, lasting=False)
    assert isinstance(found[1], Contents)


def test_what_is_left_unread_because_the_reader_was_killed_is_read_by_the_next_run(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        with monkeypatch.context() as patch:
            patch.setattr(Reader, "_answers", _all_ended)
            index.build()
        assert index.status().skipped == {ENDED: 5}
        assert index.build().changed == 5
        assert index.status().skipped == {}


def _all_ended(self, sources):
    for _ in sources:
        yield PassedOver(ENDED, lasting=False)


def test_a_file_that_takes_too_long_is_left_when_the_time_is_over() -> None:
    start = time.monotonic()
    with Reader() as reader:
        list(reader.read([HONEST]))
        found = list(reader.read([slow(n) for n in range(50)], time.monotonic() + 1.0))
    assert len(found) < 50
    assert time.monotonic() - start < 30


def test_a_fault_of_ours_among_definitions_cost_the_whole_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(path: str, data: bytes, *, secrets: bool, grammar: bool) -> Contents:
        if grammar:
            raise IndexError("child index out of range")
        return contents.read(path, data, secrets=secrets, grammar=False)

    monkeypatch.setattr(worker, "read", read)
    asked = {"path": HONEST.path, "secrets": False, "grammar": True}
    assert worker._answer(asked, HONEST.data)["chunks"]
