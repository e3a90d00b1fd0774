import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from searchkit_index.errors import ConfigError
from searchkit_tui import clipboard
from searchkit_tui.app import SearchApp
from searchkit_tui.editor import Target, desktop_opener, text_editor
from searchkit_tui.screens.export import outside
from searchkit_tui.widgets import status_line
from searchkit_tui.widgets.code_view import CodeView

pytestmark = pytest.mark.integration

TWO = [Target(Path("/a b"), 3), Target(Path("/c"), 9)]


@pytest.mark.parametrize(
    ("named", "commands"),
    [
        ("nano", [["nano", "+3", "/a b", "+9", "/c"]]),
        ("emacsclient -nw", [["emacsclient", "-nw", "+3", "/a b", "+9", "/c"]]),
        ("/usr/bin/nvim", [["/usr/bin/nvim", "+3", "/a b"], ["/usr/bin/nvim", "+9", "/c"]]),
        ("micro", [["micro", "+3", "/a b"], ["micro", "+9", "/c"]]),
        ("hx", [["hx", "/a b:3", "/c:9"]]),
        ("zed", [["zed", "/a b:3", "/c:9"]]),
        ("subl -n", [["subl", "-n", "/a b:3", "/c:9"]]),
        ("code --wait", [["code", "--wait", "-g", "/a b:3", "/c:9"]]),
        ("cursor", [["cursor", "-g", "/a b:3", "/c:9"]]),
        ("Code.exe", [["Code.exe", "-g", "/a b:3", "/c:9"]]),
        ("pycharm", [["pycharm", "--line", "3", "/a b"], ["pycharm", "--line", "9", "/c"]]),
        ("'my editor'", [["my editor", "/a b", "/c"]]),
    ],
)
def test_each_editor_is_told_the_lines_in_its_own_way(named: str, commands) -> None:
    assert text_editor({"EDITOR": named}).commands(TWO) == commands
    assert text_editor({"EDITOR": "false", "VISUAL": named}).commands(TWO) == commands


@pytest.mark.parametrize(
    ("platform", "commands"),
    [
        ("darwin", [["open", "/a b"], ["open", "/c"]]),
        ("win32", [["cmd", "/c", "start", "", "/a b"], ["cmd", "/c", "start", "", "/c"]]),
    ],
)
def test_documents_are_opened_by_the_program_of_the_desktop(platform: str, commands) -> None:
    assert desktop_opener({}, platform).commands(TWO) == commands


def test_two_hits_of_a_file_open_it_once_in_an_editor_that_knows_no_lines() -> None:
    same = [Target(Path("/a"), 1), Target(Path("/a"), 9)]
    assert text_editor({"EDITOR": "ed"}).commands(same) == [["ed", "/a"]]
    assert text_editor({"EDITOR": "vim"}).commands(same) == [
        ["vim", "+1", "/a"],
        ["vim", "+9", "/a"],
    ]


async def test_a_document_opens_on_the_desktop_and_a_text_beside_it_in_the_editor(
    run, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "xdg-open"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    started: list[list[list[str]]] = []
    monkeypatch.setattr(SearchApp, "_run", lambda _, commands, windowed: started.append(commands))
    monkeypatch.setenv("VISUAL", "code")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":0")
    async with run(indexed) as user:
        user.app.edit([Target(Path("/plan.docx"), 7), Target(Path("/a.py"), 3)])
        await user.until(lambda: len(started) == 2)
        assert started == [[["xdg-open", "/plan.docx"]], [["code", "-g", "/a.py:3"]]]
        monkeypatch.delenv("DISPLAY")
        user.app.edit([Target(Path("/paper.pdf"), 7)])
        await user.until(lambda: "no desktop" in user.text())


async def test_what_is_marked_is_given_to_who_started_it(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("open a socket")
        await user.press("enter", "space")
        await user.until(lambda: user.search.marks)
        await user.press("ctrl+q")
        await user.until(lambda: user.app.return_value)
        assert [hit.path for hit in user.app.return_value] == ["net/sockets.py"]


def test_an_editor_that_cannot_be_read_tells_what_to_set() -> None:
    with pytest.raises(ConfigError) as raised:
        text_editor({"VISUAL": "vi '"})
    assert "VISUAL" in raised.value.hint


async def test_marked_answers_open_in_the_editor_at_their_lines(
    run, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    script = tmp_path / "bin" / "code"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}.part && mv {seen}.part {seen}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("VISUAL", "code")
    async with run(indexed) as user:
        await user.ask("open_socket ParseConfig")
        await user.press("enter", "space", "space")
        assert len(user.search.marks) == 2
        assert "2 marked" in user.text()
        await user.press("o")
        await user.until(seen.exists)
        places = [f"{hit.file}:{hit.line}" for hit in user.search.marks.values()]
        assert seen.read_text().splitlines() == ["-g", *places]


async def test_opening_several_says_so_and_opening_many_asks_first(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(SearchApp, "_run", lambda _, commands, windowed: started.append(windowed))
    monkeypatch.setenv("VISUAL", "code")
    async with run(indexed) as user:
        await user.ask("open_socket ParseConfig")
        await user.press("enter", "space", "space", "o")
        await user.until(lambda: "opened 2 places in code" in user.text())
        user.app.edit([Target(Path("/a"), line) for line in range(1, 31)])
        await user.until(lambda: len(user.app.screen_stack) == 2)
        assert "Open 30 places in the editor?" in user.text()
        await user.press("escape")
        assert len(started) == 1
        user.app.edit([Target(Path("/a"), line) for line in range(1, 31)])
        await user.pilot.pause()
        await user.press("enter")
        await user.until(lambda: len(started) == 2)
        monkeypatch.setenv("VISUAL", "vim")
        user.app.edit([Target(Path("/a"), 1), Target(Path("/b"), 1)])
        await user.until(lambda: "opened 2 places in vim, one after another" in user.text())


async def test_an_export_is_offered_outside_of_what_was_searched(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(indexed)
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    (tmp_path / "person").mkdir()
    (tmp_path / "person" / "hits.jsonl").touch()
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.press("ctrl+g")
        await user.until(lambda: len(user.app.screen_stack) == 2)
        assert user.app.screen.query_one("#path").value == str(Path("~", "hits2.jsonl"))
        await user.press("enter")
        await user.until(lambda: (tmp_path / "person" / "hits2.jsonl").exists())
    assert outside([Path("/")]) == Path.cwd()


@pytest.mark.parametrize("typed", ["~nobody-here/hits.md", ""])
async def test_a_place_to_export_to_that_cannot_be_ended_the_interface(
    run, indexed: Path, typed: str
) -> None:
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.press("ctrl+g")
        await user.until(lambda: len(user.app.screen_stack) == 2)
        user.app.screen.query_one("#path").value = typed
        await user.press("enter")
        told = "there is no user `nobody-here`" if typed else "the path is empty"
        await user.until(lambda: told in user.text())


async def test_a_file_that_is_gone_was_begun_anew_in_the_editor(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SearchApp, "_run", lambda *_, **__: pytest.fail("an editor was started"))
    async with run(indexed) as user:
        await user.ask("open_socket")
        user.results.hits[0].file.unlink()
        await user.press("ctrl+o")
        await user.until(lambda: "is not there any more" in user.text())


async def test_a_note_about_an_answer_stayed_under_those_of_the_next_question(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_line, "_MESSAGE_SECONDS", 60.0)
    async with run(indexed) as user:
        await user.ask("open_socket")
        user.results.hits[0].file.unlink()
        await user.press("ctrl+o")
        await user.until(lambda: "is not there any more" in user.text())
        await user.ask("soup")
        assert "is not there any more" not in user.text()


async def test_an_editor_that_is_not_there_is_told_and_nothing_breaks(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "/nowhere/code")
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.press("ctrl+o")
        await user.until(lambda: "could not be started" in user.text())


async def test_the_screen_comes_back_from_an_editor_of_the_terminal_that_is_there_or_not(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []

    @contextmanager
    def suspend(app: SearchApp) -> Iterator[None]:
        seen.append("away")
        yield
        seen.append("back")

    monkeypatch.setattr(SearchApp, "suspend", suspend)
    script = tmp_path / "vi"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/opened\n')
    script.chmod(0o755)
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.press("enter", "f7")
        before, cursor = user.results.size, user.results.cursor
        monkeypatch.setenv("VISUAL", str(script))
        await user.press("o")
        assert (tmp_path / "opened").read_text().startswith("+")
        assert (user.results.cursor, user.results.size) == (cursor, before)
        script.write_text("#!/bin/sh\nexit 3\n")
        await user.press("o")
        assert "vi ended with exit code 3" in user.text()
        monkeypatch.setenv("VISUAL", "/nowhere/vi")
        await user.press("o")
        await user.until(lambda: "could not be started" in user.text())
    assert seen == ["away", "back"] * 3


async def test_back_from_the_editor_the_old_text_was_shown_and_searched(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @contextmanager
    def suspend(app: SearchApp) -> Iterator[None]:
        yield
        app.app_resume_signal.publish(app)

    monkeypatch.setattr(SearchApp, "suspend", suspend)
    script = tmp_path / "vi"
    script.write_text('#!/bin/sh\nfor file; do :; done\necho "# a quokka" >> "$file"\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    async with run(indexed) as user:
        await user.ask("open_socket")
        assert "quokka" not in user.text()
        await user.press("ctrl+o")
        await user.until(lambda: "quokka" in user.text())
        await user.ask("quokka")
        assert "net/sockets.py" in user.paths


async def test_places_are_copied_and_answers_exported_in_three_formats(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with run(indexed) as user:
        await user.ask("open_socket")
        best = user.results.selected
        await user.press("ctrl+y")
        assert user.app.clipboard == f"{best.file}:{best.line}"
        for downs in range(3):
            await user.press("ctrl+g", *["down"] * downs, "enter")
            await user.until(lambda: len(user.app.screen_stack) == 1)
        await user.press("ctrl+g")
        await user.until(lambda: len(user.app.screen_stack) == 2)
        user.app.screen.query_one("#path").value = "hits.jsonl"
        await user.press("enter")
        await user.until(lambda: "is there already" in user.text())
    records = [json.loads(line) for line in Path("hits.jsonl").read_text().splitlines()]
    assert records[0]["file"] == str(best.file)
    assert records[0]["text"] == best.text
    assert "```python\n" in Path("hits.md").read_text()
    assert Path("hits.qf").read_text().startswith(f"{best.file}:{best.line}:1: ")


async def test_only_what_is_marked_is_copied_and_exported_and_all_can_be_marked(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with run(indexed) as user:
        await user.ask("socket config sopa readme")
        await user.press("enter", "down", "space", "space")
        marked = [f"{hit.file}:{hit.line}" for hit in user.search.marks.values()]
        await user.press("y")
        assert user.app.clipboard.split("\n") == marked
        await user.press("x")
        await user.until(lambda: "Export 2 answers" in user.text())
        await user.press("enter")
        await user.until(lambda: len(user.app.screen_stack) == 1)
        assert len(Path("hits.jsonl").read_text().splitlines()) == 2
        await user.press("a")
        await user.until(lambda: len(user.search.marks) == len(user.results.hits))
        await user.press("a")
        await user.until(lambda: not user.search.marks)


async def test_the_interface_ended_when_a_path_that_is_no_text_was_copied(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(os.fsdecode(os.fsencode(indexed) + b"/caf\xe9.txt")).write_text("a zeppelin at noon\n")
    async with run(indexed) as user:
        await user.ask("zeppelin at noon")
        await user.until(lambda: "caf" in str(user.results.hits[0].file))
        await user.press("enter", "y")
        assert user.app.clipboard == rf"{indexed}/caf\xe9.txt:1"
        await user.press("x", "down", "down", "enter")
        await user.until(lambda: len(user.app.screen_stack) == 1)
    (exported,) = tmp_path.glob("hits.*")
    assert b"a zeppelin at noon" in exported.read_bytes()


def test_what_was_copied_did_not_reach_tmux_nor_terminals_that_take_no_escape_sequence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("tmux", "wl-copy"):
        program = tmp_path / name
        program.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/{name}.args\ncat > {tmp_path}/{name}.text\n'
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    commands = list(clipboard._commands({"TMUX": "a", "WAYLAND_DISPLAY": "b"}))
    clipboard._run(commands, "naïve.py:3")
    assert (tmp_path / "tmux.args").read_text() == "load-buffer -w -\n"
    for command in commands:
        assert (tmp_path / f"{command[0]}.text").read_text() == "naïve.py:3"
    assert not list(clipboard._commands({}))


async def test_text_is_selected_in_the_preview_without_the_line_numbers(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.until(lambda: "def close_socket(sock):" in user.text())
        code = user.screen.query_one(CodeView)
        await user.pilot.mouse_down(code, offset=(5, 3))
        await user.pilot.hover(code, offset=(20, 4))
        await user.pilot.mouse_up(code, offset=(20, 4))
        assert user.screen.get_selected_text() == 'def open_socket(host, port):\n    """Connect t'
