"""Questions that are typed, and what is shown of their answers."""

import asyncio
import gc
import inspect
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from waiting import Waiting

from searchkit.ranking.confidence import WEAK
from searchkit.status import Facets
from searchkit.workspace import Workspace
from searchkit_index.errors import CatalogDamagedError
from searchkit_tui.app import SearchApp
from searchkit_tui.engine import Engine
from searchkit_tui.request import Request
from searchkit_tui.results import FIRST_HITS, Results
from searchkit_tui.widgets.preview import Preview

pytestmark = pytest.mark.integration


async def test_an_answer_tells_its_place_its_language_how_good_it_is_and_why(
    run, indexed: Path
) -> None:
    async with run(indexed, "close_socket") as user:
        await user.answered("close_socket")
        await user.until(lambda: "def close_socket" in user.text())
        place, reason = (user.strips()[row].text[:54] for row in (2, 3))
        assert re.search(r"/sockets.py:1-10  open_socket.* [━╸]", place)
        await user.until(lambda: "python" in user.said("#heading"))
        assert "def close_socket(sock):" in reason
        await user.coloured()
        await user.pilot.pause(0)
        line = next(strip for strip in user.strips() if "9 ▐ def close_socket" in strip.text)
        styles = {segment.text.strip(): segment.style for segment in line.divide([54, 120])[1]}
        assert styles["def"].color != styles["sock"].color
        marked = [text for text, style in styles.items() if style.underline]
        assert marked == ["close", "socket"]
        # A place in a file, or folders, of any length leave the name of the file in sight.
        hit = user.search.answer.hits[0]
        for path in ("net/sockets.py", f"{'a long folder/' * 9}sockets.py"):
            long = replace(hit, path=path, place="Sheet 1\x1b" + "散" * 90)
            user.results.show(user.search.answer._replace(hits=(long,)))
            assert re.search(
                r"sockets.py:Sheet 1\\x1b散.*…  [^ ]* *[━╸]", user.strips()[2].text[:56]
            )


async def test_the_question_waits_for_the_last_key(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.until(lambda: user.screen.index.state.freshness)
        await user.pilot.pause(0.05)
        user.pane._debounce = 60
        asked = []
        search = user.app.engine.search
        user.app.engine.search = lambda request, *rest: (
            asked.append(request.text),
            search(request, *rest),
        )[1]
        await user.press(*"socket", "enter")
        await user.answered("socket")
        assert asked == ["socket"]
    assert inspect.signature(SearchApp).parameters["debounce"].default == 0.15


async def test_a_question_on_the_command_line_is_asked_at_once(run, indexed: Path) -> None:
    async with run(indexed, "sopa de tomate") as user:
        await user.answered("sopa de tomate")
        assert user.paths[0] == "notes/receta.md"


async def test_a_folder_inside_an_indexed_one_narrows_the_question(run, indexed: Path) -> None:
    async with run(indexed / "notes") as user:
        await user.ask("socket sopa 散歩")
        assert set(user.paths) == {"notes/receta.md", "notes/日記.txt"}
        assert user.search.request.globs == ("notes/**",)


def damaged(index):
    """The index, whose catalog cannot be asked."""

    def asking():
        raise CatalogDamagedError("the catalog is damaged", "type `searchkit forget`")

    index.sessions.asking = asking
    return index


async def test_answers_stay_until_newer_ones_come_and_late_ones_are_dropped(
    run, indexed: Path, open_index, embedder
) -> None:
    go = threading.Event()
    slow = Waiting(embedder, go, lambda texts: texts == ["slow"])
    async with run(indexed, opener=lambda root: open_index(root, slow)) as user:
        await user.ask("socket")
        drawn = []
        show = user.results.show
        user.results.show = lambda answer, *rest, **named: (
            drawn.append(answer.request.text),
            show(answer, *rest, **named),
        )
        query = user.screen.query_one("#query")
        query.value = "slow"
        await user.pilot.pause(0.05)
        assert user.results.hits
        assert user.search.answer.request.text == "socket"
        query.value = "sopa"
        await user.pilot.pause(0.05)
        go.set()
        await user.answered("sopa")
        assert drawn == ["sopa"]


async def test_a_fault_shows_in_place_with_its_hint(run, indexed: Path, open_index) -> None:
    async with run(indexed, opener=lambda root: damaged(open_index(root))) as user:
        user.screen.query_one("#query").value = "socket"
        await user.until(lambda: user.pane.notice.display)
        assert "the catalog is damaged" in user.said("#notice")
        assert "searchkit forget" in user.said("#notice")


async def test_a_preview_stayed_when_nothing_was_found_beside_a_fault(
    run, indexed: Path, open_index, another
) -> None:
    other = another()

    def opener(root: Path):
        return damaged(open_index(root)) if root == other else open_index(root)

    async with run(indexed, opener=opener) as user:
        user.pane.ask_in("")
        user.search.request = replace(user.search.request, mode="lexical")
        await user.ask("socket")
        await user.until(lambda: user.said("#heading"))
        await user.ask("xyzzyplugh")
        await user.until(lambda: not user.said("#heading"))
        assert "the catalog is damaged" in user.said("#notice")


async def test_nothing_found_says_what_to_try(run, indexed: Path) -> None:
    async with run(indexed) as user:
        user.search.request = replace(user.search.request, mode="lexical")
        await user.ask("xyzzyplugh")
        assert user.pane.notice.display
        assert "ctrl+t" in user.said("#notice")
        await user.ask("socket")
        assert not user.pane.notice.display


async def test_any_text_may_be_asked_kept_and_listed(run, indexed: Path) -> None:
    texts = ["[bold]x[/]", "\\[", "a\tb", "-x", '"', "word " * 5_000, "🙂", "שלום", "\x1b[31m"]
    async with run(indexed) as user:
        for text in texts:
            await user.ask(text)
            user.pane.keep()
        await user.press("ctrl+r")
        await user.until(lambda: "[bold]x[/]" in user.text())


async def test_grouping_by_file_keeps_the_selected_answer(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket config tree readme sopa")
        await user.press("down", "down")
        selected = user.results.selected
        await user.press("f7")
        assert user.results.grouped
        assert user.results.selected == selected
        assert "1 hit" in user.text()


async def test_the_best_come_first_and_the_rest_when_one_goes_on(
    run, tree: Path, open_index
) -> None:
    for number in range(150):
        (tree / f"note{number}.txt").write_text(f"the quokka number {number} stands here\n")
    with open_index(tree) as index:
        index.build()
    async with run(tree) as user:
        await user.ask("quokka")
        first = list(user.results.hits)
        assert len(first) == FIRST_HITS
        assert "the best 100 answers" in user.text()
        await user.press("enter", "end")
        await user.until(lambda: len(user.results.hits) >= 150)
        assert list(user.results.hits[:FIRST_HITS]) == first
        assert user.results.cursor == FIRST_HITS - 1
        assert "the best" not in user.text()
        await user.press("v")
        await user.ask("quokka number")
        await user.press("a")
        await user.until(lambda: len(user.search.marks) >= 150)


async def test_an_answer_that_is_hardly_about_the_question_is_called_weak(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(indexed, size=(80, 24)) as user:
        monkeypatch.setattr("searchkit.search.answer.confidence", lambda *_: WEAK + 0.1)
        await user.ask("socket")
        assert "weak match" not in user.text()
        monkeypatch.setattr("searchkit.search.answer.confidence", lambda *_: WEAK - 0.1)
        await user.ask("a socket")
        await user.until(lambda: "weak match: " in user.text())


async def test_copies_pages_and_rules_are_told_in_words(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket")
        told = {"copies": ("b.py", "c.py"), "copy_count": 5, "place": "page 3"}
        told["standing"] = {"Steckdose": ("socket", "plug")}
        hit = replace(user.search.answer.hits[0], **told, shares={"test_penalty": -0.1})
        user.results.show(Results(user.search.request, (hit,)))
        await user.press("f3")
        await user.until(lambda: "sockets.py:page 3" in user.said("#heading"))
        assert "sockets.py:page 3 +5" in user.text()
        assert "also in b.py, c.py and 3 more" in user.said("#explanation")
        assert "near: `Steckdose` ~ `socket`" in user.said("#explanation")
        assert " test       -0.100 " in user.said("#explanation")


async def test_enter_asks_without_waiting_and_letters_then_are_commands(run, indexed: Path) -> None:
    async with run(indexed) as user:
        user.pane._debounce = 60
        await user.type("sopa")
        await user.press("enter")
        await user.answered("sopa")
        assert user.app.focused is user.results
        await user.press("e", "v", "t")
        assert user.screen.query_one(Preview).explains
        assert user.results.grouped
        assert user.search.request.mode == "semantic"
        await user.press("slash", "e")
        assert user.search.request.text == "sopae"


async def test_an_answer_that_came_again_moved_the_selection_back_to_the_top(
    run, indexed: Path
) -> None:
    async with run(indexed) as user:
        await user.ask("socket sopa config")
        user.screen.index_grew()
        await user.press("down")
        assert user.results.cursor == 1
        await user.until(lambda: not user.app.engine.busy)
        await user.pilot.pause(0.05)
        assert user.results.cursor == 1


async def test_the_bar_of_an_answer_tells_how_likely_it_is_about_the_question(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.search.answer.confidence", lambda *_: 0.4)
    async with run(indexed) as user:
        await user.ask("open_socket")
        assert user.strips()[2].text[:54].rstrip().endswith(" ━━")
        monkeypatch.setattr("searchkit.search.answer.confidence", lambda *_: None)
        await user.ask("open_socket connect")
        assert user.strips()[2].text[:54].rstrip().endswith(" ━━━━━")


@pytest.mark.slow
async def test_two_hundred_questions_leave_no_threads_and_no_memory_behind(
    run, indexed: Path
) -> None:
    words = ("socket", "sopa", "config", "install", "散歩", "tree", "host")
    questions = [" ".join(words[: number % 7 + 1]) + str(number) for number in range(40)]
    async with run(indexed) as user:
        for question in questions:  # fills what is kept of each
            await user.ask(question)
        gc.collect()
        threads, before = threading.active_count(), len(gc.get_objects())
        for question in questions * 5:
            await user.ask(question)
            await user.press("down")
        gc.collect()
        assert threading.active_count() == threads
        assert len(gc.get_objects()) < before * 1.05


async def test_no_question_waits_while_what_a_large_index_holds_is_counted(
    indexed: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Workspace, "facets", lambda *_: go_on.wait(60) and Facets({}, {}, {}, {}))
    monkeypatch.setattr(Workspace, "status", lambda *_: go_on.wait(60))

    engine = Engine(open_index)
    counting = engine.status(indexed), engine.facets(indexed)
    found = await engine.search(Request("socket", root=str(indexed)))
    assert found.hits
    assert not any(future.done() for future in counting)
    go_on.set()
    await asyncio.gather(*counting)
    await engine.close()


async def test_a_new_question_left_its_answers_hidden_behind_the_file_that_was_read(
    run, indexed: Path
) -> None:
    async with run(indexed, "socket") as user:
        await user.answered("socket")
        await user.press("enter", "f9")
        assert not user.results.display
        await user.press("escape")
        await user.ask("sopa de tomate")
        assert user.results.display
        await user.press("enter", "f9", "f3")
        assert not user.results.display
        await user.press("f9")
        assert user.results.has_focus
        await user.press("f9", "ctrl+t")
        await user.until(lambda: user.search.answer.request.mode == "semantic")
        assert user.results.display


async def test_letters_overtook_a_backspace_among_keys_that_waited(run, indexed: Path) -> None:
    async with run(indexed) as user:
        typed = [
            "z",
            "escape",
            "s",
            "o",
            "c",
            "x",
            "backspace",
            "k",
            "home",
            "a",
            "end",
            "e",
            "ctrl+w",
            "t",
            "u",
        ]
        for key in [*typed, "ctrl+a", "delete", "p", "left", "u"]:
            user.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await user.until(lambda: user.search.answer.request.text == "upu")
