"""How commands end: exit 1 means no hits and nothing else, and each error is one line."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchkit.cli import completion, terminal
from searchkit_index import trail

COMMAND = str(Path(sys.executable).with_name("searchkit"))


def shell(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        capture_output=True, text=True, check=False, env=os.environ | variables,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "{0} query ParseConfig {1} --mode lexical >/dev/full",
        "{0} query ParseConfig {1} --mode lexical >&-",
        "{0} query ParseConfig {1} --mode lexical --json >/dev/full",
        "{0} --help >/dev/full",
        pytest.param("{0} --version >&-", marks=pytest.mark.slow),
        pytest.param("{0} status {1} >/dev/full", marks=pytest.mark.slow),
        pytest.param("{0} config >/dev/full", marks=pytest.mark.slow),
        pytest.param("{0} models >&-", marks=pytest.mark.slow),
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


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (["quer", "x"], "`quer`", "did you mean `query`?"),
        (["query", "x", "--lnag", "go"], "--lnag", "did you mean `--lang`?"),
        (["query", "x", "-n", "1e20"], "`-n`", "type `searchkit query --help`"),
        (["query", "x", "--mode", "foo"], "`foo`", "known are `hybrid`, `semantic`, `lexical`"),
        (["query", "x", "-C", "-1"], "`-1` is below 0", "type `searchkit query --help`"),
        (["query", "x", "-n", "0"], "the limit is 0", "give a whole number from 1 to 100,000"),
        (["query", "x", "-n", "9" * 30], "the limit", "give a whole number from 1 to 100,000"),
        (["query", "x", "--min-confidence", "nan"], "nan", "give a number from 0 to 1"),
        (["help", "quer"], "`quer`", "did you mean `query`?"),
        (["doctor", "x"], "not `x`", "type `searchkit doctor --help`"),
        (["query"], "missing argument", "type `searchkit query --help`"),
        (["config", "--color", "blue"], "`blue`", "type `searchkit config --help`"),
    ],
)
def test_what_is_typed_wrongly_is_told_without_the_words_of_a_library(
    searchkit, arguments: list[str], told: str, hint: str
) -> None:
    done = searchkit(*arguments)
    assert done.returncode == 2
    first, _, last = done.stderr.splitlines()
    assert told in first
    assert last == f"hint: {hint}"
    assert "Input should" not in first
    assert "Value error" not in first


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


def test_a_program_that_listens_gets_the_steps(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="searchkit"):
        trail.record("searchkit.reader", "ended on %s", "a.pdf")
    assert caplog.record_tuples == [("searchkit.reader", logging.INFO, "ended on a.pdf")]


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\u202eevil", "\u2028", "a\rb", "\ud800"])
def test_no_text_steers_the_terminal(capsys: pytest.CaptureFixture[str], text: str) -> None:
    terminal.say("x", terminal.styled(text, "bold"), text)
    terminal.note(text)
    terminal.say_json({"text": text})
    out, err = capsys.readouterr()
    assert not set(text) & set("\x1b\x9b\u202e\u2028\r\ud800") & set(out + err)
    assert json.loads(out.splitlines()[1])["text"] == text


def test_json_is_readable_in_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say_json({"text": "散歩 прогулка"})
    assert capsys.readouterr().out == '{"text": "散歩 прогулка"}\n'


@pytest.mark.parametrize(
    ("wish", "variables", "expected"),
    [
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_follows_what_was_typed_then_the_variables_then_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wish: terminal.When,
    variables: dict[str, str],
    expected: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(terminal, "_wish", wish)
    terminal.say(terminal.linked(terminal.styled("text", "bold"), Path("/x")))
    out = capsys.readouterr().out
    assert out == ("\x1b[1mtext\x1b[0m\n" if expected else "text\n")


def test_a_link_is_no_colour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    terminal.say(terminal.linked(terminal.styled("text", "bold"), Path("/a b")))
    assert capsys.readouterr().out == "\x1b]8;;file:///a%20b\x1b\\text\x1b]8;;\x1b\\\n"


def test_every_help_is_in_words_that_people_read(searchkit) -> None:
    listed = searchkit("help").stdout.partition("  -h, --help")[2]
    commands = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    assert {"query", "index", "doctor", "help", "models"} <= set(commands)
    for command in filter(str.islower, commands):
        shown = searchkit("help", command).stdout
        assert shown == searchkit(command, "-h").stdout
        assert not set("<{") & set(shown), command
        assert shown.count(f"searchkit {command}") >= 3, command  # usage and two examples


def test_the_commands_stand_in_groups(searchkit) -> None:
    shown = searchkit("-h").stdout
    places = [shown.index(title) for title in ("Search:", "Manage indexes:", "Models:")]
    assert places == sorted(places)
    assert places[0] < shown.index("  query") < places[1] < shown.index("  index") < places[2]


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_one_line(searchkit, option: str) -> None:
    assert searchkit(option).stdout.startswith("searchkit ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("query x --lang pyt", "python"),
        ("query x --mode h", "hybrid"),
        ("query x --model qwen3-embedding-0", "qwen3-embedding-0.6b"),
        ("models na", "nano"),
        ("help doc", "doctor"),
        ("config --color a", "always"),
        ("index x --device c", "cuda"),
        ("guide rank", "ranking"),
    ],
)
def test_the_shell_completes_values(
    searchkit, monkeypatch: pytest.MonkeyPatch, words: str, expected: str
) -> None:
    monkeypatch.setenv("_SEARCHKIT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"searchkit {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    done = searchkit()
    assert expected in done.stdout.split(), done.stderr


def test_the_shell_completes_indexed_folders(indexed: Path) -> None:
    asked = {"_SEARCHKIT_COMPLETE": "complete_bash", "COMP_WORDS": "searchkit status /"}
    done = shell(COMMAND, **asked, COMP_CWORD="2")
    assert str(indexed) in done.stdout.split()


def on_a_terminal(line: str, rows: int = 24, **variables: str) -> str:
    """What a command writes on a terminal of so many rows."""
    import pty
    import termios

    outer, inner = pty.openpty()
    termios.tcsetwinsize(inner, (rows, 80))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    with subprocess.Popen(
        ["bash", "-c", line], stdin=inner, stdout=inner, stderr=subprocess.DEVNULL,
        env=environment | {"TERM": "xterm-256color"} | variables,
    ) as process:  # fmt: skip
        os.close(inner)
        found = b""
        while True:
            try:
                read = os.read(outer, 65_536)
            except OSError:
                break
            if not read:
                break
            found += read
        process.wait()
    os.close(outer)
    return found.decode()


def test_what_is_longer_than_the_terminal_goes_through_the_pager(tmp_path: Path) -> None:
    pager = "sed s/^/PAGED:/"
    line = f"{COMMAND} help list"
    assert on_a_terminal(line, rows=10, PAGER=pager).count("PAGED:") > 10
    assert "PAGED:" not in on_a_terminal(line, rows=100, PAGER=pager)
    assert "PAGED:" not in on_a_terminal(f"{line} | cat", rows=10, PAGER=pager)
    assert "--index URL" in on_a_terminal(line, rows=10, PAGER="")
    assert "--index URL" in on_a_terminal(line, rows=10, PAGER="nosuchpager")


def test_hits_on_a_terminal_have_colours_and_links_apart(indexed: Path) -> None:
    line = f"{COMMAND} query ParseConfig {indexed} --mode lexical"
    linked = on_a_terminal(f"{line} --color never", rows=500)
    assert "\x1b[" not in linked
    assert "\x1b]8;;file://" in linked
    coloured = on_a_terminal(line, rows=500, FORCE_HYPERLINK="0")
    assert "\x1b]8" not in coloured
    assert "\x1b[36;1m" in coloured


def test_colour_that_is_asked_for_in_a_pipe_was_left_out_of_the_lines(
    searchkit, indexed: Path
) -> None:
    ask = ("query", "ParseConfig", "--mode", "lexical", "-n", 1, "--color", "always")
    line = searchkit(*ask, cwd=indexed).stdout
    assert line.startswith("\x1b[36;1mparse.go:")
    assert "\x1b[31;1mConfig\x1b[0m reads" in line
    assert searchkit(*ask, "-l", cwd=indexed).stdout == "\x1b[36;1mparse.go\x1b[0m\n"
    assert searchkit(*ask, "--vimgrep", cwd=indexed).stdout.startswith("\x1b[36;1mparse.go\x1b[0m:")


def test_a_name_of_no_encoding_can_be_pasted(tmp_path: Path) -> None:
    from searchkit.printable import printable, shell_word

    for name in (b"caf\xe9 \x1b[31m'x'\\", b"line\nend", "日本 語".encode(), b"plain"):
        word = printable(shell_word(os.fsdecode(name)))
        assert "\n" not in word
        told = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
        assert told.stdout == name
    assert printable(os.fsdecode(b"caf\xe9")) == r"caf\xe9"


def test_the_subject_of_a_message_is_said_once() -> None:
    from searchkit.cli.output import _grep_line
    from searchkit.hit import Hit

    place = {"symbol": "Burrows", "place": "2024-03-04: Burrows"}
    hit = Hit(
        Path("/r"), "a.eml", 1, 2, language="mail", kind="prose", text="x", score=1.0, **place
    )
    assert str(list(_grep_line(hit))).count("Burrows") == 1


def test_the_nearest_name_is_offered_and_no_other(searchkit, indexed: Path) -> None:
    said = searchkit("query", "x", "--langg", "go").stderr
    assert "no such option `--langg`" in said
    assert "did you mean `--lang`?" in said
    said = searchkit("status", indexed / "net" / "sokets.py").stderr
    assert "sockets.py`?" in said


def test_words_of_other_programs_are_answered_with_what_to_type(searchkit) -> None:
    for word, typed in (("watch", "index PATH --watch"), ("find", "query TEXT"), ("ls", "list")):
        assert f"hint: type `searchkit {typed}`" in searchkit(word).stderr
    assert "`searchkit query 'open a socket'`" in searchkit("open a socket").stderr
    assert "goes after `--`" in searchkit("get", "-z").stderr


def test_a_line_that_is_not_there_is_told_from_a_file_that_is_not_indexed(
    searchkit, indexed: Path
) -> None:
    said = searchkit("similar", f"{indexed}/parse.go:999").stderr
    assert "`parse.go` has no line 999\n\nhint: give one from 1 to " in said
    assert "is a folder" in searchkit("similar", f"{indexed}:1").stderr


def test_an_empty_glob_is_refused_and_finds_not_nothing(searchkit, indexed: Path) -> None:
    assert "a glob is empty" in searchkit("query", "x", indexed, "--glob", "").stderr


def test_the_languages_that_are_here_are_offered_and_else_all(
    indexed: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(indexed)
    here = [name for name, _ in completion.languages("")]
    assert "go" in here
    assert "haskell" not in here
    assert [name for name, _ in completion.languages("hask")] == ["haskell"]
    monkeypatch.chdir(tmp_path)
    assert len(completion.languages("")) > 200
