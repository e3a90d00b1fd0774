import gc
import inspect
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.ranking.confidence import WEAK
from searchkit_index.errors import CatalogDamagedError
from searchkit_tui import matches, shown
from searchkit_tui.app import SearchApp
from searchkit_tui.desk import FIRST, Answer, Found
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.preview import Preview


async def test_typing_finds_and_the_preview_shows_the_file_at_the_hit(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.press("o", "p", "e", "n", "space")
        await seat.type("socket")
        await seat.answered("open socket")
        assert seat.paths[0] == "net/sockets.py"
        await seat.until(lambda: "net/sockets.py" in seat.said("#heading"))
        await seat.until(lambda: "def close_socket(sock):" in seat.text())
        assert "python" in seat.text()


async def test_an_answer_tells_its_place_its_language_how_good_it_is_and_why(
    sit, indexed: Path
) -> None:
    async with sit(indexed, "close_socket") as seat:
        await seat.answered("close_socket")
        await seat.until(lambda: "def close_socket" in seat.text())
        place, reason = (seat.strips()[row].text[:54] for row in (2, 3))
        assert re.search(r"/sockets.py:1-10  open_socket.* python ━━━━━", place)
        assert "def close_socket(sock):" in reason
        await seat.coloured()
        await seat.pilot.pause(0)
        line = next(strip for strip in seat.strips() if "9 ▐ def close_socket" in strip.text)
        styles = {segment.text.strip(): segment.style for segment in line.divide([54, 120])[1]}
        assert styles["def"].color != styles["sock"].color
        marked = [text for text, style in styles.items() if style.underline]
        assert marked == ["close", "socket"]


async def test_the_question_waits_for_the_last_key(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        seat.screen._debounce = 0.15
        asked = []
        search = seat.app.engine.search
        seat.app.engine.search = lambda question, *rest: (
            asked.append(question.text),
            search(question, *rest),
        )[1]
        await seat.press(*"socket")
        await seat.answered("socket")
        assert asked[-1] == "socket"
        assert len(asked) < len("socket")
    assert inspect.signature(SearchApp).parameters["debounce"].default == 0.15


async def test_a_question_on_the_command_line_is_asked_at_once(sit, indexed: Path) -> None:
    async with sit(indexed, "sopa de tomate") as seat:
        await seat.answered("sopa de tomate")
        assert seat.paths[0] == "notes/receta.md"


async def test_a_folder_inside_an_indexed_one_narrows_the_question(sit, indexed: Path) -> None:
    async with sit(indexed / "notes") as seat:
        await seat.ask("socket sopa 散歩")
        assert set(seat.paths) == {"notes/receta.md", "notes/日記.txt"}
        assert seat.screen.question.globs == ("notes/**",)


class Slow:
    """An index that answers one text only when it is told to."""

    def __init__(self, index, text: str, go: threading.Event) -> None:
        self._index, self._text, self._go = index, text, go

    def __getattr__(self, name: str):
        return getattr(self._index, name)

    def search(self, text: str, **options):
        if text == self._text:
            assert self._go.wait(10)
        return self._index.search(text, **options)


async def test_answers_stay_until_newer_ones_come_and_late_ones_are_dropped(
    sit, indexed: Path, open_index
) -> None:
    go = threading.Event()
    async with sit(indexed, opener=lambda root: Slow(open_index(root), "slow", go)) as seat:
        await seat.ask("socket")
        drawn = []
        show = seat.results.show
        seat.results.show = lambda answer, *rest, **named: (
            drawn.append(answer.question.text),
            show(answer, *rest, **named),
        )
        query = seat.screen.query_one("#query")
        query.value = "slow"
        await seat.pilot.pause(0.05)
        assert seat.results.found
        assert seat.screen.answer.question.text == "socket"
        query.value = "sopa"
        await seat.pilot.pause(0.05)
        go.set()
        await seat.answered("sopa")
        assert drawn == ["sopa"]


async def test_a_fault_shows_in_place_with_its_hint(sit, indexed: Path, open_index) -> None:
    class Damaged(Slow):
        def search(self, text: str, **options):
            raise CatalogDamagedError("the catalog is damaged", "type `searchkit forget`")

    async with sit(indexed, opener=lambda root: Damaged(open_index(root), "", None)) as seat:
        seat.screen.query_one("#query").value = "socket"
        await seat.until(lambda: seat.screen.notice.display)
        assert "the catalog is damaged" in seat.said("#notice")
        assert "searchkit forget" in seat.said("#notice")


async def test_a_preview_stayed_when_nothing_was_found_beside_a_fault(
    sit, indexed: Path, open_index, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with open_index(other) as index:
        index.build()

    class Damaged(Slow):
        def search(self, text: str, **options):
            raise CatalogDamagedError("the catalog is damaged", "type `searchkit forget`")

    def opener(root: Path):
        return Damaged(open_index(root), "", None) if root == other else open_index(root)

    async with sit(indexed, opener=opener) as seat:
        seat.screen.ask_in("")
        seat.screen.question = replace(seat.screen.question, mode="lexical")
        await seat.ask("socket")
        await seat.until(lambda: seat.said("#heading"))
        await seat.ask("xyzzyplugh")
        await seat.until(lambda: not seat.said("#heading"))
        assert "the catalog is damaged" in seat.said("#notice")


async def test_nothing_found_says_what_to_try(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        seat.screen.question = replace(seat.screen.question, mode="lexical")
        await seat.ask("xyzzyplugh")
        assert seat.screen.notice.display
        assert "ctrl+t" in seat.said("#notice")
        await seat.ask("socket")
        assert not seat.screen.notice.display


async def test_any_text_may_be_asked_kept_and_listed(sit, indexed: Path) -> None:
    texts = ["[bold]x[/]", "\\[", "a\tb", "-x", '"', "word " * 5_000, "🙂", "שלום", "\x1b[31m"]
    async with sit(indexed) as seat:
        for text in texts:
            await seat.ask(text)
            seat.screen.commit()
        await seat.press("ctrl+r")
        await seat.until(lambda: "[bold]x[/]" in seat.text())


async def test_grouping_by_file_keeps_the_selected_answer(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket config tree readme sopa")
        await seat.press("down", "down")
        selected = seat.results.selected
        await seat.press("f7")
        assert seat.results.grouped
        assert seat.results.selected == selected
        assert "1 hit" in seat.text()


async def test_the_best_come_first_and_the_rest_when_one_goes_on(
    sit, tree: Path, open_index
) -> None:
    for number in range(150):
        (tree / f"note{number}.txt").write_text(f"the quokka number {number} stands here\n")
    with open_index(tree) as index:
        index.build()
    async with sit(tree) as seat:
        await seat.ask("quokka")
        first = list(seat.results.found)
        assert len(first) == FIRST
        assert "the best 100 answers" in seat.text()
        await seat.press("enter", "end")
        await seat.until(lambda: len(seat.results.found) >= 150)
        assert list(seat.results.found[:FIRST]) == first
        assert seat.results.cursor == FIRST - 1
        assert "the best" not in seat.text()
        await seat.press("v")
        await seat.ask("quokka number")
        await seat.press("a")
        await seat.until(lambda: len(seat.screen.marks) >= 150)


async def test_an_answer_that_is_hardly_about_the_question_is_called_weak(
    sit, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(indexed, size=(80, 24)) as seat:
        monkeypatch.setattr("searchkit.search.confidence", lambda *_: WEAK + 0.1)
        await seat.ask("socket")
        assert "weak match" not in seat.text()
        monkeypatch.setattr("searchkit.search.confidence", lambda *_: WEAK - 0.1)
        await seat.ask("a socket")
        await seat.until(lambda: "weak match: " in seat.text())


async def test_a_huge_file_opens_at_the_hit_and_only_what_is_in_sight_is_coloured(
    sit, indexed: Path, tmp_path: Path
) -> None:
    filler = "".join(f"value_{number} = {number}\n" for number in range(25_000))
    (tmp_path / "huge.py").write_text(filler + "def quokka():\n    return 1\n" + filler)
    async with sit(indexed) as seat:
        await seat.ask("socket")
        hit = replace(seat.screen.answer.found[0].hit, path="huge.py", start_line=25_001)
        found = Found(tmp_path, replace(hit, end_line=25_002, language="python"))
        seat.results.show(Answer(seat.screen.question, (found,)), frozenset())
        code = seat.screen.query_one(CodeView)
        await seat.until(lambda: code.document and len(code.document.lines) > 50_000)
        await seat.until(lambda: "def quokka():" in seat.text())
        await seat.coloured()
        assert len(code.document.coloured) < 5_000


async def test_a_file_that_changed_or_went_is_told(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("ParseConfig")
        await seat.until(lambda: seat.screen.query_one(Preview).found)
        (indexed / "parse.go").unlink()
        await seat.press("down", "up")
        await seat.until(lambda: "indexed" in seat.said("#heading"))
        assert "func ParseConfig" in seat.text()


def test_words_are_marked_in_every_script_and_inside_identifiers() -> None:
    def marked(question: str, line: str) -> list[str]:
        spans = matches.spans(line, matches.telling(question))
        return [line[start:end] for start, end in spans]

    assert marked("where is the config file", "parseConfigFile(the_file)") == [
        "Config",
        "File",
        "file",
    ]
    assert marked("散歩", "公園を散歩しました") == ["散歩"]
    assert marked("日本語", "これは日本語です") == ["日本語"]
    assert marked("cafe", "le Café noir") == ["Café"]
    assert marked("is it", "it is") == ["it", "is"]


@given(st.text(), st.text())
def test_marks_lie_inside_the_line_and_the_best_line_is_one_of_the_text(
    question: str, text: str
) -> None:
    terms = matches.telling(question)
    assert all(0 <= start < end <= len(text) for start, end in matches.spans(text, terms))
    offset, line = matches.best_line(text, terms)
    assert text.split("\n")[offset].strip() == line


@given(st.text(), st.integers(0, 40))
def test_what_is_kindis_one_safe_line_no_wider_than_asked(text: str, width: int) -> None:
    from rich.cells import cell_len

    safe = shown.line(text)
    assert len(safe.splitlines()) <= 1
    assert not any(character < " " or "\u202a" <= character <= "\u202e" for character in safe)
    assert cell_len(shown.clipped(safe, width)) <= width
    assert cell_len(shown.clipped_left(safe, width)) <= width


async def test_enter_asks_without_waiting_and_letters_then_are_commands(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        seat.screen._debounce = 60
        await seat.type("sopa")
        await seat.press("enter")
        await seat.answered("sopa")
        assert seat.app.focused is seat.results
        await seat.press("e", "v", "t")
        assert seat.screen.query_one(Preview).explains
        assert seat.results.grouped
        assert seat.screen.question.mode == "semantic"
        await seat.press("slash", "e")
        assert seat.screen.question.text == "sopae"


async def test_the_keys_of_former_moments_are_let_go(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("sopa socket")
        for _ in range(3):
            await seat.press("tab", "slash")
        await seat.pilot.pause()
        gc.collect()
        kind = type(seat.screen.query("FooterKey").first())
        held = sum(type(each) is kind for each in gc.get_objects())
        assert held < 4 * len(seat.screen.query(kind))


@pytest.mark.slow
async def test_two_hundred_questions_leave_no_threads_and_no_memory_behind(
    sit, indexed: Path
) -> None:
    words = ("socket", "sopa", "config", "install", "散歩", "tree", "host")
    async with sit(indexed) as seat:
        for number in range(40):
            await seat.ask(" ".join(words[: number % 7 + 1]) + str(number))
        gc.collect()
        threads, before = threading.active_count(), len(gc.get_objects())
        for number in range(200):
            await seat.ask(" ".join(words[: number % 7 + 1]) + str(number % 40))
            await seat.press("down")
        gc.collect()
        assert threading.active_count() == threads
        assert len(gc.get_objects()) < before * 1.05
