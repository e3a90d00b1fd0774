"""Questions, saved searches and folders are there in the next run."""

import json
from pathlib import Path

import pytest

from searchkit_tui.request import Like, Request
from searchkit_tui.user_state import UserState

pytestmark = pytest.mark.integration


async def test_questions_and_saved_searches_are_there_in_the_next_run(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("sopa de tomate")
        await user.press("enter")
        await user.press("ctrl+s")
        await user.until(lambda: len(user.app.screen_stack) == 2)
        await user.type("soup")
        await user.press("enter")
    async with run(indexed) as user:
        await user.press("ctrl+p")
        await user.type("soup")
        await user.until(lambda: "★ soup" in user.text())
        await user.press("enter")
        await user.answered("sopa de tomate")
        await user.press("ctrl+r")
        await user.until(lambda: "sopa de tomate" in user.text())
        await user.press("escape", "ctrl+p")
        await user.type("tomate")
        await user.until(lambda: "↺ sopa de tomate" in user.text())
        await user.press("escape", "ctrl+p")
        await user.type("delete a saved search")
        await user.until(lambda: "Delete a saved search" in user.text())
        await user.press("enter")
        await user.until(lambda: "Delete which saved" in user.text() and "soup" in user.text())
        await user.type("soup")
        await user.pilot.pause(0.2)
        await user.press("enter")
        await user.until(lambda: not user.app.state.saved)


def test_a_question_survives_the_file_and_a_broken_file_is_an_empty_memory(tmp_path: Path) -> None:
    state = UserState(tmp_path / "state" / "tui.json")
    narrowed = (("go",), ("german",), ("prose",), ("src/**",))
    request = Request("x [y]", "lexical", *narrowed, "/r", Like("a", 3))
    state.remember(Request("first"))
    state.remember(request)
    state.remember(request)
    state.save("name", request)
    again = UserState(tmp_path / "state" / "tui.json")
    assert again.history == [request, Request("first")]
    assert again.saved == {"name": request}
    assert oct((tmp_path / "state" / "tui.json").stat().st_mode & 0o777) == "0o600"
    again.forget("name")
    assert not again.saved
    records = '{"history": [3, {"mode": "x"}, {"like": 1}], "saved": []}'
    for broken in (records, "{", "[]", "[" * 100_000, ""):
        (tmp_path / "state" / "tui.json").write_text(broken)
        assert (state.history, state.saved, state.theme) == ([], {}, None)


FORGED = [
    *({"text": value} for value in (["a"], None, 3, {"a": 1})),
    *({"text": "a", "root": value} for value in (3, None, ["a"])),
    *({"text": "a", "mode": value} for value in (["hybrid"], None, "x")),
    *({"text": "a", "languages": value} for value in ("go", None, [None], [["a"]], {"a": 1})),
    *({"like": value} for value in ("a3", ["a"], ["a", 10**30], ["a", -1], [None, 1], {"a": 1})),
    *({"like": ["a", value]} for value in (float("inf"), float("nan"), "1", None)),
    *([], 3, None, "x"),
]


@pytest.mark.parametrize("record", FORGED, ids=str)
def test_a_forged_question_in_the_state_stopped_the_interface(tmp_path: Path, record) -> None:
    state = UserState(tmp_path / "tui.json")
    kept = {"text": "soup", "like": None, "globs": []}
    written = {"history": [record, kept], "saved": {"a": record, "b": kept}, "theme": record}
    (tmp_path / "tui.json").write_text(json.dumps(written))
    assert state.history == [Request("soup")]
    assert state.saved == {"b": Request("soup")}
    state.remember(Request("next"))
    assert state.history == [Request("next"), Request("soup")]


async def test_another_folder_or_all_of_them_are_asked(run, indexed: Path, another) -> None:
    another("zoo.txt", "a quokka and a socket\n")
    async with run(indexed) as user:
        await user.ask("quokka socket")
        assert "zoo.txt" not in user.paths
        await user.press("f6")
        await user.until(lambda: "All folders" in user.text())
        await user.press("enter")
        await user.until(lambda: {"zoo.txt", "net/sockets.py"} <= set(user.paths))
        assert "all folders" in user.text()
        await user.press("f6")
        await user.until(lambda: "All folders" in user.text())
        await user.type("other")
        await user.until(lambda: "All folders" not in user.text())
        await user.press("enter")
        await user.until(lambda: set(user.paths) == {"zoo.txt"})
        await user.press("alt+left", "alt+left")
        await user.until(lambda: "zoo.txt" not in user.paths and user.paths)


async def test_a_folder_that_cannot_be_asked_is_told_and_the_others_answer(
    run, indexed: Path, another, embedder
) -> None:
    another("zoo.txt", "a quokka and a socket\n", type(embedder)(32, "stranger"))
    async with run(indexed) as user:
        user.pane.ask_in("")
        await user.ask("socket")
        assert "net/sockets.py" in user.paths
        assert "zoo.txt" not in user.paths
        assert "stranger" in user.said("#notice")
        await user.until(lambda: "tree/net/sockets.py" in user.said("#heading"))


async def test_the_theme_and_the_keys_are_the_users_own(
    run, indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    (home / "keys.toml").write_text('"search.mode" = "f12"\n')
    async with run(indexed) as user:
        user.app.theme = "textual-light"
        await user.pilot.pause()
        await user.press("f12")
        assert user.search.request.mode == "semantic"
    assert json.loads((home / "state" / "tui.json").read_text())["theme"] == "textual-light"
    (home / "keys.toml").write_text('"search.mod" = "f12"\n')
    async with run(indexed) as user:
        assert user.app.theme == "textual-light"
        await user.until(lambda: "did you mean" in user.text())


async def test_a_key_of_the_guide_was_refused_when_it_was_to_be_changed(
    run, indexed: Path, home: Path
) -> None:
    (home / "keys.toml").write_text('"app.quit" = "f12"\n')
    async with run(indexed) as user:
        assert "unknown binding" not in user.text()
        await user.press("f1")
        assert "app.quit" in user.text()
        await user.press("f12")
        assert not user.app.is_running


async def test_a_search_that_could_not_be_saved_was_said_to_be(
    run, indexed: Path, home: Path
) -> None:
    async with run(indexed) as user:
        await user.ask("sopa de tomate")
        (home / "state").write_text("in the way")
        await user.press("ctrl+s")
        await user.type("soup")
        await user.press("enter")
        await user.until(lambda: "soup was not saved" in user.text())
