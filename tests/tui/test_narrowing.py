import re
from pathlib import Path

import pytest

from searchkit_tui.question import Like, Question, Trail
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.facet import FacetList
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.status_line import StatusLine
from searchkit_tui.widgets.welcome import Welcome


def is_fresh(seat) -> bool:
    """Whether what changed was taken in."""
    freshness = seat.screen.query_one(StatusLine).freshness
    return freshness is not None and not freshness.stale and not freshness.pending


async def test_modes_go_round_by_key_and_answer_to_a_click(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket")
        await seat.press("ctrl+t")
        await seat.until(lambda: seat.screen.answer.question.mode == "semantic")
        assert all(set(found.hit.parts) == {"semantic"} for found in seat.screen.answer.found)
        await seat.click("#scope", offset=(24, 0))
        await seat.until(lambda: seat.screen.answer.question.mode == "lexical")
        assert "[lexical]" in seat.text()


def counted(seat, value: str, count: int) -> bool:
    """Whether a list of the filter panel holds a value with this count."""
    return re.search(rf"[ ●] {value} +{count}\b", seat.text()) is not None


async def test_filters_are_chosen_from_what_is_there_and_taken_off_by_a_click(
    sit, indexed: Path
) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket config sopa readme")
        await seat.press("ctrl+f")
        await seat.until(lambda: counted(seat, "markdown", 2))
        await seat.press("space")
        await seat.until(lambda: seat.screen.answer.question.languages == ("markdown",))
        assert set(seat.paths) == {"README.md", "notes/receta.md"}
        assert "● markdown" in seat.text()
        await seat.press("tab", "down", "down", "space")
        await seat.until(lambda: seat.screen.answer.question.naturals == ("spanish",))
        assert set(seat.paths) == {"notes/receta.md"}
        await seat.press("escape")
        assert re.search("markdown × +spanish ×", seat.text())
        await seat.click("#scope", offset=(31, 0))
        await seat.until(lambda: not seat.screen.answer.question.languages)


async def test_every_filter_is_offered_with_its_count_and_answers_to_the_mouse(
    sit, indexed: Path
) -> None:
    (indexed / "tests").mkdir()
    (indexed / "tests/test_soup.py").write_text("def test_soup():\n    assert soup()\n")
    async with sit(indexed, size=(80, 24)) as seat:
        await seat.until(lambda: is_fresh(seat))
        await seat.ask("socket soup sopa 散歩")
        await seat.press("ctrl+f")
        await seat.until(lambda: counted(seat, "definition", 2))
        rows = {"python": 2, "japanese": 1, "spanish": 1, "prose": 3, "test": 1, "notes": 2}
        for value, count in rows.items():
            assert counted(seat, value, count), value
        clicks = (("naturals", "japanese"), ("kinds", "test"), ("globs", "notes/**"))
        for facet, value in clicks:
            listed = seat.app.screen.query_one(f"#{facet}", FacetList)
            row = list(listed.values).index(value)
            await seat.click(f"#{facet}", offset=(4, row))
            await seat.until(lambda facet=facet: getattr(seat.screen.answer.question, facet))
            if facet == "naturals":
                assert seat.paths == ["notes/日記.txt"]
            await seat.click(f"#{facet}", offset=(4, row))
            await seat.until(lambda: not seat.screen.answer.question.chips)


async def test_the_panel_counts_every_folder_that_is_asked(
    sit, indexed: Path, open_index, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "more.py").write_text("def more():\n    return 1\n")
    with open_index(other) as index:
        index.build()
    async with sit(indexed) as seat:
        seat.screen.ask_in("")
        await seat.press("ctrl+f")
        await seat.until(lambda: counted(seat, "python", 2))


async def test_filters_are_part_of_history(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket sopa")
        seat.screen.ask(seat.screen.question.toggled("naturals", "spanish"))
        seat.screen.ask(seat.screen.question.toggled("globs", "notes/**"))
        seat.screen.commit()
        await seat.press("alt+left")
        await seat.until(lambda: seat.screen.answer.question.chips == (("naturals", "spanish"),))
        await seat.press("alt+left")
        await seat.until(lambda: not seat.screen.answer.question.chips)
    async with sit(indexed) as seat:
        await seat.press("ctrl+r")
        await seat.until(lambda: "hybrid, tree, spanish, notes/**" in seat.text())
        await seat.press("enter")
        await seat.until(lambda: set(seat.paths) == {"notes/receta.md"})


async def test_a_glob_is_typed_and_all_filters_go_at_once(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket config sopa readme")
        await seat.press("ctrl+f")
        await seat.until(lambda: counted(seat, "python", 1))
        seat.app.screen.query_one("#glob").focus()
        await seat.pilot.pause(0)
        await seat.type("*.go")
        await seat.press("enter")
        await seat.until(lambda: seat.paths == ["parse.go"])
        await seat.press("ctrl+d")
        await seat.until(lambda: len(set(seat.paths)) > 1)


async def test_only_definitions_or_only_prose(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket config sopa readme")
        seat.screen.ask(seat.screen.question.toggled("kinds", "definition"))
        await seat.until(lambda: seat.screen.answer.question.kinds)
        assert {found.hit.kind for found in seat.screen.answer.found} == {"definition"}


async def test_similar_goes_on_and_back_returns_to_the_same_answer(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("socket config sopa")
        await seat.press("enter", "down")
        place = seat.results.selected
        await seat.press("f4")
        await seat.until(lambda: seat.screen.answer.question.like)
        assert seat.screen.answer.found
        await seat.press("alt+left")
        await seat.answered("socket config sopa")
        assert seat.results.cursor == 1
        assert seat.results.selected.key == place.key
        await seat.press("alt+right")
        await seat.until(lambda: seat.screen.answer.question.like)


async def test_explain_draws_what_each_side_and_each_rule_gave_or_took(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("tomate aceite receta open_socket")
        for path, rules in (("notes/receta.md", "name"), ("net/sockets.py", "definition")):
            seat.results.go_to(seat.paths.index(path))
            if not seat.screen.query_one(Preview).explains:
                await seat.press("f3")
            await seat.until(lambda path=path: path in seat.said("#heading"))
            hit, told = seat.screen.query_one(Preview).found.hit, seat.said("#reasons")
            assert rules in hit.shares
            assert sum(hit.shares.values()) == pytest.approx(hit.score)
            names = {"semantic": "meaning", "lexical": "words"}
            for rule, share in hit.shares.items():
                assert f" {names.get(rule, rule):<10} {share:+.3f} " in told
            assert f"rank {hit.parts['lexical'].rank}, BM25" in told
        assert "cosine" in told
        assert "╍" in seat.text() or min(hit.shares.values()) >= 0


async def test_similar_is_explained_by_its_only_share(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("open_socket")
        await seat.press("f4", "f3")
        await seat.until(lambda: seat.screen.answer.question.like and seat.screen.answer.found)
        await seat.until(lambda: "rank 1, cosine" in seat.said("#reasons"))
        assert seat.said("#reasons").count("\n") == 1


async def test_the_preview_scrolls_goes_from_match_to_match_and_wraps(sit, tree: Path, open_index):
    prose = "\n\n".join(f"Paragraph {n} " + "of many plain words " * 20 for n in range(60))
    (tree / "long.md").write_text(prose.replace("Paragraph 50", "Quokka here"), encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    async with sit(tree) as seat:
        await seat.ask("quokka")
        code = seat.screen.query_one(CodeView)
        await seat.until(lambda: code.scroll_offset.y > 100)
        assert code.wraps
        there = code.scroll_offset.y
        code.focus()
        await seat.press("g")
        await seat.until(lambda: code.scroll_offset.y == 0)
        await seat.press("n")
        await seat.until(lambda: code.scroll_offset.y == there)
        await seat.press("w")
        assert not code.wraps
        assert seat.screen.query_one(Preview).found


async def test_an_offered_question_is_asked_by_key_or_click(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        offers = seat.screen.query_one(Welcome).query_one("#offers")
        await seat.until(lambda: offers.option_count >= 1)
        await seat.press("down", "enter")
        await seat.until(lambda: seat.screen.answer.found)
        await seat.press("escape")
        await seat.until(lambda: not seat.screen.answer.found)
        await seat.click("#offers", offset=(4, 0))
        await seat.until(lambda: seat.screen.answer.found)


async def test_answers_are_selected_marked_and_opened_by_the_mouse(
    sit, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    async with sit(indexed) as seat:
        monkeypatch.setattr(seat.app, "edit", opened.extend)
        await seat.ask("socket config sopa readme")
        await seat.click("#results", offset=(10, 3))
        assert seat.results.cursor == 1
        await seat.click("#results", offset=(1, 4))
        assert [found.key for found in seat.screen.marks.values()] == [seat.results.found[2].key]
        seat.screen.marks.clear()
        await seat.click("#results", offset=(10, 0), times=2)
        await seat.until(lambda: opened)
        assert opened[0].path == seat.results.found[0].path


def test_the_trail_goes_like_a_browser() -> None:
    trail = Trail()
    one, two, three = Question("one"), Question("two"), Question(like=Like("a", 1))
    assert trail.back() is None
    trail.add(Question("o"))
    trail.add(one, over=True)
    trail.add(two)
    trail.note(3)
    trail.add(Question())
    trail.add(three)
    assert trail.back() == (two, 3)
    assert trail.back() == (one, 0)
    assert trail.back() is None
    assert trail.forward() == (two, 3)
    trail.add(Question("four"))
    assert trail.forward() is None
    assert trail.back() == (two, 3)
