"""Modes, filters and similarity narrow what is asked; answers are explained, marked and opened."""

import re
from pathlib import Path

import pytest

from searchkit.indexes.location import Location
from searchkit.search.selection import matching
from searchkit.status import Facets
from searchkit_tui.engine import Engine
from searchkit_tui.request import Like, NavigationHistory, Request, facet_counts
from searchkit_tui.results import hit_key
from searchkit_tui.search_controller import SearchController
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.facet_list import FacetList
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.welcome import Welcome

pytestmark = pytest.mark.integration


def test_a_folder_whose_name_holds_brackets_is_asked_and_no_other(tmp_path: Path) -> None:
    search = SearchController(Engine(), "socket")
    search.narrow_to(Location(tmp_path, "app/[slug]", indexed=True))
    matches = matching(search.request.globs)
    assert matches("app/[slug]/page.tsx")
    assert not matches("app/s/page.tsx")
    (glob,) = facet_counts(Facets({}, {}, {}, {"[slug]": 1}))["globs"]
    assert matching([glob])("[slug]/page.tsx")


async def test_modes_go_round_by_key_and_answer_to_a_click(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket")
        await user.press("ctrl+t")
        await user.until(lambda: user.search.answer.request.mode == "semantic")
        assert all(set(hit.parts) == {"semantic"} for hit in user.search.answer.hits)
        await user.click("#filters", offset=(24, 0))
        await user.until(lambda: user.search.answer.request.mode == "lexical")
        assert "[lexical]" in user.text()


def counted(user, value: str, count: int) -> bool:
    """Whether a list of the filter panel holds a value with this count."""
    return re.search(rf"[ ●] {value} +{count}\b", user.text()) is not None


async def test_filters_are_chosen_from_what_is_there_and_taken_off_by_a_click(
    run, indexed: Path
) -> None:
    async with run(indexed) as user:
        await user.ask("socket config sopa readme")
        await user.press("ctrl+f")
        await user.until(lambda: counted(user, "markdown", 2))
        await user.press("space")
        await user.until(lambda: user.search.answer.request.languages == ("markdown",))
        assert set(user.paths) == {"README.md", "notes/receta.md"}
        assert "● markdown" in user.text()
        await user.press("tab", "down", "down", "space")
        await user.until(lambda: user.search.answer.request.naturals == ("spanish",))
        assert set(user.paths) == {"notes/receta.md"}
        await user.press("escape")
        assert re.search("markdown × +spanish ×", user.text())
        await user.click("#filters", offset=(31, 0))
        await user.until(lambda: not user.search.answer.request.languages)


async def test_every_filter_is_offered_with_its_count_and_answers_to_the_mouse(
    run, indexed: Path
) -> None:
    (indexed / "tests").mkdir()
    (indexed / "tests/test_soup.py").write_text("def test_soup():\n    assert soup()\n")
    async with run(indexed, size=(80, 24)) as user:
        await user.until(lambda: user.is_fresh)
        await user.ask("socket soup sopa 散歩")
        await user.press("ctrl+f")
        await user.until(lambda: counted(user, "definition", 2))
        rows = {"python": 2, "japanese": 1, "spanish": 1, "prose": 3, "test": 1, "notes": 2}
        for value, count in rows.items():
            assert counted(user, value, count), value
        clicks = (("naturals", "japanese"), ("kinds", "test"), ("globs", "notes/**"))
        for facet, value in clicks:
            listed = user.app.screen.query_one(f"#{facet}", FacetList)
            row = list(listed.values).index(value)
            await user.click(f"#{facet}", offset=(4, row))
            await user.until(lambda facet=facet: getattr(user.search.answer.request, facet))
            if facet == "naturals":
                assert user.paths == ["notes/日記.txt"]
            await user.click(f"#{facet}", offset=(4, row))
            await user.until(lambda: not user.search.answer.request.chips)


async def test_the_panel_counts_every_folder_that_is_asked(run, indexed: Path, another) -> None:
    another("more.py", "def more():\n    return 1\n")
    async with run(indexed) as user:
        user.pane.ask_in("")
        await user.press("ctrl+f")
        await user.until(lambda: counted(user, "python", 2))


async def test_the_counts_of_many_languages_were_behind_the_scroll_bar(run, indexed: Path) -> None:
    suffixes = "c css ini java js lua php r rb rs scala sh sql toml vue yml"
    for suffix in suffixes.split():
        (indexed / f"soup.{suffix}").write_text("soup = 1\n")
    async with run(indexed, size=(90, 24)) as user:
        await user.until(lambda: user.is_fresh)
        await user.press("ctrl+f")
        await user.until(lambda: counted(user, "css", 1) and counted(user, "ini", 1))


async def test_filters_are_part_of_history(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket sopa")
        user.pane.ask(user.search.request.toggled("naturals", "spanish"))
        user.pane.ask(user.search.request.toggled("globs", "notes/**"))
        user.pane.keep()
        await user.press("alt+left")
        await user.until(lambda: user.search.answer.request.chips == (("naturals", "spanish"),))
        await user.press("alt+left")
        await user.until(lambda: not user.search.answer.request.chips)
    async with run(indexed) as user:
        await user.press("ctrl+r")
        await user.until(lambda: "hybrid, tree, spanish, notes/**" in user.text())
        await user.press("enter")
        await user.until(lambda: set(user.paths) == {"notes/receta.md"})


async def test_a_glob_is_typed_and_all_filters_go_at_once(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket config sopa readme")
        await user.press("ctrl+f")
        await user.until(lambda: counted(user, "python", 1))
        user.app.screen.query_one("#glob").focus()
        await user.pilot.pause(0)
        await user.type("*.go")
        await user.press("enter")
        await user.until(lambda: user.paths == ["parse.go"])
        await user.press("ctrl+d")
        await user.until(lambda: len(set(user.paths)) > 1)


async def test_only_definitions_or_only_prose(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket config sopa readme")
        user.pane.ask(user.search.request.toggled("kinds", "definition"))
        await user.until(lambda: user.search.answer.request.kinds)
        assert {hit.kind for hit in user.search.answer.hits} == {"definition"}


async def test_similar_goes_on_and_back_returns_to_the_same_answer(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("socket config sopa")
        await user.press("enter", "down")
        place = user.results.selected
        await user.press("f4")
        await user.until(lambda: user.search.answer.request.like)
        assert user.search.answer.hits
        await user.press("alt+left")
        await user.answered("socket config sopa")
        assert user.results.cursor == 1
        assert user.results.selected == place
        await user.press("alt+right")
        await user.until(lambda: user.search.answer.request.like)


async def test_explain_draws_what_each_side_and_each_rule_gave_or_took(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("tomate aceite receta open_socket")
        for path, rules in (("notes/receta.md", "name"), ("net/sockets.py", "depth")):
            user.results.go_to(user.paths.index(path))
            if not user.screen.query_one(Preview).explains:
                await user.press("f3")
            await user.until(lambda path=path: path in user.said("#heading"))
            hit, told = user.screen.query_one(Preview).hit, user.said("#explanation")
            assert rules in hit.shares
            assert sum(hit.shares.values()) == pytest.approx(hit.score)
            names = {"semantic": "meaning", "lexical": "words", "long_prose": "long text"}
            for rule, share in hit.shares.items():
                assert f" {names.get(rule, rule):<10} {share:+.3f} " in told
            assert f"rank {hit.parts['lexical'].rank}, BM25" in told
        assert "cosine" in told
        assert "╍" in user.text() or min(hit.shares.values()) >= 0


async def test_similar_is_explained_by_its_only_share(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.press("f4", "f3")
        await user.until(lambda: user.search.answer.request.like and user.search.answer.hits)
        await user.until(lambda: "rank 1, cosine" in user.said("#explanation"))
        assert user.said("#explanation").count("\n") == 1


async def test_the_preview_scrolls_goes_from_match_to_match_and_wraps(run, tree: Path, open_index):
    prose = "\n\n".join(f"Paragraph {n} " + "of many plain words " * 20 for n in range(60))
    (tree / "long.md").write_text(prose.replace("Paragraph 50", "Quokka here"), encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    async with run(tree) as user:
        await user.ask("quokka")
        code = user.screen.query_one(CodeView)
        await user.until(lambda: code.scroll_offset.y > 100)
        assert code.wraps
        there = code.scroll_offset.y
        code.focus()
        await user.press("g")
        await user.until(lambda: code.scroll_offset.y == 0)
        await user.press("n")
        await user.until(lambda: code.scroll_offset.y == there)
        await user.press("w")
        assert not code.wraps
        assert user.screen.query_one(Preview).hit


async def test_an_offered_question_is_asked_by_key_or_click(run, indexed: Path) -> None:
    async with run(indexed) as user:
        offers = user.screen.query_one(Welcome).query_one("#offers")
        await user.until(lambda: offers.option_count >= 1)
        await user.press("down", "enter")
        await user.until(lambda: user.search.answer.hits)
        await user.press("escape")
        await user.until(lambda: not user.search.answer.hits)
        await user.click("#offers", offset=(4, 0))
        await user.until(lambda: user.search.answer.hits)


async def test_answers_are_selected_marked_and_opened_by_the_mouse(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    async with run(indexed) as user:
        monkeypatch.setattr(user.app, "edit", opened.extend)
        await user.ask("socket config sopa readme")
        await user.click("#results", offset=(10, 3))
        assert user.results.cursor == 1
        await user.click("#results", offset=(1, 4))
        assert list(user.search.marks) == [hit_key(user.results.hits[2])]
        user.search.marks.clear()
        await user.click("#results", offset=(10, 0), times=2)
        await user.until(lambda: opened)
        assert opened[0].path == user.results.hits[0].file


def test_the_trail_goes_like_a_browser() -> None:
    navigation = NavigationHistory()
    one, two, three = Request("one"), Request("two"), Request(like=Like("a", 1))
    assert navigation.back() is None
    navigation.add(Request("o"))
    navigation.add(one, over=True)
    navigation.add(two)
    navigation.note(3)
    navigation.add(Request())
    navigation.add(three)
    assert navigation.back() == (two, 3)
    assert navigation.back() == (one, 0)
    assert navigation.back() is None
    assert navigation.forward() == (two, 3)
    navigation.add(Request("four"))
    assert navigation.forward() is None
    assert navigation.back() == (two, 3)
