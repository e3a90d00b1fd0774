"""What a terminal is given: colours, links, a pager, and no text that steers it."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from shell import COMMAND

from searchkit.cli import terminal


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\u202eevil", "\u2028", "a\rb", "\ud800"])
def test_no_text_steers_the_terminal(capsys: pytest.CaptureFixture[str], text: str) -> None:
    terminal.say("x", terminal.styled(text, "bold"), text)
    terminal.note(text)
    terminal.say_json({"text": text})
    out, err = capsys.readouterr()
    assert not set(text) & set("\x1b\x9b\u202e\u2028\r\ud800") & set(out + err)
    assert json.loads(out.splitlines()[1])["text"] == text


def test_a_line_break_in_a_name_began_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.note("`a\nsearchkit: b` was not asked")
    terminal.hint("type `rm a\nhint: c`")
    said = "`a\\nsearchkit: b` was not asked\nhint: type `rm a\\nhint: c`\n"
    assert capsys.readouterr().err == said


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
    assert "--index URL" in on_a_terminal(line, rows=10, PAGER=str(tmp_path))  # no program


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


@pytest.mark.parametrize("carried", ["", ", attached plan.txt"])
def test_the_subject_of_a_message_is_said_once(carried: str) -> None:
    from searchkit.cli.output import _grep_line
    from searchkit.hits.hit import Hit

    place = {"symbol": "Burrows", "place": f"2024-03-04: Burrows{carried}"}
    hit = Hit(
        Path("/r"), "a.eml", 1, 2, language="mail", kind="prose", text="x", score=1.0, **place
    )
    assert str(list(_grep_line(hit))).count("Burrows") == 1


def test_the_subjects_of_two_messages_are_said_once() -> None:
    from searchkit.cli.output import _grep_line
    from searchkit.hits.hit import Hit

    place = {"symbol": "Burrows, Tea", "place": "2024-03-04: Burrows – 2024-03-05: Tea"}
    hit = Hit(
        Path("/r"), "a.mbox", 1, 2, language="mail", kind="prose", text="x", score=1.0, **place
    )
    line = str(list(_grep_line(hit)))
    assert line.count("Burrows") == line.count("Tea") == 1


def test_a_mark_before_hebrew_was_shown_as_an_escape() -> None:
    from searchkit.printable import as_written, printable

    said = "\u200eAna: \u200fשלום \u061cسلام"
    assert printable(said) == said
    assert as_written("\u202a+972 50\u202c: \u2068שלום\u2069") == "+972 50: שלום"
    assert printable(as_written("\u202eשלום \u2067x")) == r"\u202eשלום \u2067x"
    # A name may be typed again, and so keeps its marks.
    assert printable("\u202a+972\u202c") == r"\u202a+972\u202c"
