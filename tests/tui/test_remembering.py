import json
from pathlib import Path

import pytest

from searchkit_tui.memory import Memory
from searchkit_tui.question import Like, Question


async def test_questions_and_saved_searches_are_there_in_the_next_run(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("sopa de tomate")
        await seat.press("enter")
        await seat.press("ctrl+s")
        await seat.until(lambda: len(seat.app.screen_stack) == 2)
        await seat.type("soup")
        await seat.press("enter")
    async with sit(indexed) as seat:
        await seat.press("ctrl+p")
        await seat.type("soup")
        await seat.until(lambda: "★ soup" in seat.text())
        await seat.press("enter")
        await seat.answered("sopa de tomate")
        await seat.press("ctrl+r")
        await seat.until(lambda: "sopa de tomate" in seat.text())
        await seat.press("escape", "ctrl+p")
        await seat.type("tomate")
        await seat.until(lambda: "↺ sopa de tomate" in seat.text())
        await seat.press("escape", "ctrl+p")
        await seat.type("drop a saved search")
        await seat.until(lambda: "Drop a saved search" in seat.text())
        await seat.press("enter")
        await seat.until(lambda: "Which saved search" in seat.text() and "soup" in seat.text())
        await seat.type("soup")
        await seat.pilot.pause(0.2)
        await seat.press("enter")
        await seat.until(lambda: not seat.app.memory.saved)


def test_a_question_survives_the_file_and_a_broken_file_is_an_empty_memory(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state" / "tui.json")
    narrowed = (("go",), ("german",), ("prose",), ("src/**",))
    question = Question("x [y]", "lexical", *narrowed, "/r", Like("a", 3))
    memory.remember(Question("first"))
    memory.remember(question)
    memory.remember(question)
    memory.save("name", question)
    again = Memory(tmp_path / "state" / "tui.json")
    assert again.history == [question, Question("first")]
    assert again.saved == {"name": question}
    assert oct((tmp_path / "state" / "tui.json").stat().st_mode & 0o777) == "0o600"
    again.forget("name")
    assert not again.saved
    for broken in ('{"history": [3, {"mode": "x"}, {"like": 1}], "saved": []}', "{", "[]", ""):
        (tmp_path / "state" / "tui.json").write_text(broken)
        assert (memory.history, memory.saved, memory.theme) == ([], {}, None)


async def test_another_folder_or_all_of_them_are_asked(
    sit, indexed: Path, open_index, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "zoo.txt").write_text("a quokka and a socket\n")
    with open_index(other) as index:
        index.build()
    async with sit(indexed) as seat:
        await seat.ask("quokka socket")
        assert "zoo.txt" not in seat.paths
        await seat.press("f6")
        await seat.until(lambda: "All folders" in seat.text())
        await seat.press("enter")
        await seat.until(lambda: {"zoo.txt", "net/sockets.py"} <= set(seat.paths))
        assert "all folders" in seat.text()
        await seat.press("f6")
        await seat.until(lambda: "All folders" in seat.text())
        await seat.type("other")
        await seat.until(lambda: "All folders" not in seat.text())
        await seat.press("enter")
        await seat.until(lambda: set(seat.paths) == {"zoo.txt"})
        await seat.press("alt+left", "alt+left")
        await seat.until(lambda: "zoo.txt" not in seat.paths and seat.paths)


async def test_a_folder_that_cannot_be_asked_is_told_and_the_others_answer(
    sit, indexed: Path, open_index, embedder, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "zoo.txt").write_text("a quokka and a socket\n")
    with open_index(other, type(embedder)(32, "stranger")) as index:
        index.build()
    async with sit(indexed) as seat:
        seat.screen.ask_in("")
        await seat.ask("socket")
        assert "net/sockets.py" in seat.paths
        assert "zoo.txt" not in seat.paths
        assert "stranger" in seat.said("#notice")
        await seat.until(lambda: "tree/net/sockets.py" in seat.said("#heading"))


async def test_the_theme_and_the_keys_are_the_users_own(
    sit, indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    (home / "keys.toml").write_text('"search.mode" = "f12"\n')
    async with sit(indexed) as seat:
        seat.app.theme = "textual-light"
        await seat.pilot.pause()
        await seat.press("f12")
        assert seat.screen.question.mode == "semantic"
    assert json.loads((home / "state" / "tui.json").read_text())["theme"] == "textual-light"
    (home / "keys.toml").write_text('"search.mod" = "f12"\n')
    async with sit(indexed) as seat:
        assert seat.app.theme == "textual-light"
        await seat.until(lambda: "did you mean" in seat.text())
