"""How commands end: exit 1 means no hits and nothing else, and each error is one line."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from shell import COMMAND, shell

from searchkit_index import trail


@pytest.mark.parametrize(
    "line",
    [
        "{0} query ParseConfig {1} --mode lexical >/dev/full",
        "{0} config >&-",
        "{0} config --json >/dev/full",
        "{0} --help >/dev/full",
        pytest.param("{0} --version >&-", marks=pytest.mark.slow),
        pytest.param("{0} query ParseConfig {1} --mode lexical --json >&-", marks=pytest.mark.slow),
        pytest.param("{0} status {1} >/dev/full", marks=pytest.mark.slow),
    ],
)
def test_a_stdout_that_takes_nothing_is_an_error_in_one_line(indexed: Path, line: str) -> None:
    done = shell(line.format(COMMAND, indexed))
    assert done.returncode == 2
    (first,) = done.stderr.splitlines()
    assert first.startswith("searchkit: ")


@pytest.mark.parametrize("closed", ["2>&- <&-", "2>/dev/full"])
def test_a_closed_stderr_or_stdin_changes_no_answer(indexed: Path, closed: str) -> None:
    done = shell(f"{COMMAND} query ParseConfig {indexed} --mode lexical {closed}")
    assert done.returncode == 0
    assert "parse.go" in done.stdout


@pytest.mark.parametrize("line", ["query - {}", "forget --all"])
def test_a_closed_stdin_is_an_empty_one(indexed: Path, line: str) -> None:
    done = shell(f"{COMMAND} {line.format(indexed)} <&-")
    assert done.returncode == 2
    assert "unexpected" not in done.stderr


@pytest.mark.integration
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{} query - {} -n 1 < <(yes 'open a socket')", 0),
        ("{} query --like - {} -n 1 < <(yes 'open a socket')", 0),
        ("{} query --like /dev/zero {}", 2),
    ],
)
def test_a_text_without_an_end_filled_the_memory(indexed: Path, line: str, code: int) -> None:
    done = shell("ulimit -v 8000000; " + line.format(COMMAND, indexed))
    assert done.returncode == code
    assert "memory" not in done.stderr


@pytest.mark.parametrize("what", ["query socket {} --mode lexical --json", "--help", "config"])
def test_a_reader_that_has_read_enough_ends_the_command_quietly(indexed: Path, what: str) -> None:
    done = shell(f"{COMMAND} {what.format(indexed)} | true")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_character_that_the_encoding_of_stdout_lacks_is_printed_as_an_escape(
    indexed: Path,
) -> None:
    done = shell(f"{COMMAND} query 散歩 {indexed} --mode lexical", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "\\u65e5\\u8a18.txt" in done.stdout


def test_what_nobody_foresaw_is_one_line_that_asks_for_a_report(
    indexed: Path, searchkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what\nis this")

    monkeypatch.setattr("searchkit.config.origins", broken)
    done = searchkit("config")
    assert done.returncode == 2
    first, _, hint = done.stderr.splitlines()
    assert first == "searchkit: unexpected error: ZeroDivisionError: what is this"
    assert "please report" in hint
    assert "Traceback" not in done.stderr


def test_verbose_says_where_what_nobody_foresaw_comes_from(tmp_path: Path) -> None:
    program = (
        "import sys, searchkit.config as c; c.origins = None; sys.argv[1:] = ['config', '-v'];"
        "from searchkit.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert "please report" in done.stderr


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "/root/x\x1b[2J"), "`/root/x\\x1b[2J`"),
        (MemoryError(), "not enough memory"),
        (OSError("odd"), "odd"),
        (RecursionError(), "RecursionError"),
    ],
)
def test_errors_of_the_system_are_told_in_its_words(
    searchkit, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr("searchkit.config.origins", broken)
    done = searchkit("config")
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[0]


def test_errors_are_json_too_where_json_is_asked_for(searchkit, tmp_path: Path) -> None:
    done = searchkit("models", "nosuch", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["schema"] == 1
    assert told["error"]["kind"] == "ModelError"
    assert "nosuch" in told["error"]["message"]
    assert json.loads(searchkit("models", "--jsno", "--json").stdout)["error"]["kind"] == "Error"


def test_the_log_holds_what_was_done_and_is_the_owners(
    searchkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "trail.log"
    done = shell(f"{COMMAND} models nosuch", SEARCHKIT_LOG=str(log))
    assert done.returncode == 2
    assert "ended by ModelError" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert "ModelError" not in done.stderr
    monkeypatch.setenv("SEARCHKIT_LOG", str(tmp_path))
    done = searchkit("config")
    assert done.returncode == 2
    assert "SEARCHKIT_LOG" in done.stderr


def test_a_log_on_a_full_disk_wrote_a_traceback_for_each_line() -> None:
    done = shell(f"{COMMAND} models nosuch", SEARCHKIT_LOG="/dev/full")
    assert done.stderr.count("nothing more is logged: No space left on device") == 1
    assert "Traceback" not in done.stderr


def test_of_a_model_without_a_name_the_hint_was_to_type_a_folder(
    searchkit, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_MODEL", "")
    assert "hint: type `searchkit models`" in searchkit("query", "socket", indexed).stderr


def test_a_program_that_listens_gets_the_steps(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="searchkit"):
        trail.record("searchkit.reader", "ended on %s", "a.pdf")
    assert caplog.record_tuples == [("searchkit.reader", logging.INFO, "ended on a.pdf")]
