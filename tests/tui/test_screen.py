from pathlib import Path

import pytest

from searchkit_tui.keys import bindings_of
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.results import ResultList
from searchkit_tui.widgets.search_pane import SearchPane

ODD = (
    "# 日本語の見出し 👩‍👩‍👧 family 🇫🇷\n\nThe word שלום עולם and مرحبا stand here;\n"
    "\u202edezrever. Tabs\tand \x1b[31mescapes\x07 and ﷽ and e\u0301.\n"
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_line_fits_the_screen_with_any_script(
    run, tree: Path, open_index, size: tuple[int, int]
) -> None:
    (tree / "字典-مرحبا-🙂.md").write_text(ODD, encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    async with run(tree, size=size) as user:
        await user.ask("日本語 שלום escapes")
        await user.press("f3", "f7")
        await user.until(lambda: user.screen.query_one(CodeView).document)
        for strip in user.strips():
            assert strip.cell_length == size[0]
            assert not any(c < " " or "\u202a" <= c <= "\u202e" for c in strip.text)


async def test_without_colours_the_state_is_told_by_shapes(
    run, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with run(indexed) as user:
        await user.ask("socket config sopa")
        await user.press("enter", "space")
        text = user.text()
        assert "[hybrid]" in text
        assert " ● " in text
        assert "▌" in text
        for strip in user.strips():
            for segment in strip:
                color = segment.style and segment.style.color
                assert not color or len(set(color.triplet or (0, 0, 0))) == 1


async def test_help_and_the_palette_name_every_command(run, indexed: Path) -> None:
    async with run(indexed, size=(120, 120)) as user:
        await user.press("f1")
        await user.pilot.pause()
        for place in (SearchScreen, SearchPane, ResultList, CodeView):
            for id_ in bindings_of(place):
                assert id_ in user.text()
        await user.press("escape", "ctrl+p")
        await user.until(lambda: "Copy path:line" in user.text())
        for words in ("Filters", "Similar", "History", "Save this search", "Theme", "Mark all"):
            assert words in user.text()


def test_every_key_has_an_id_that_nothing_else_has() -> None:
    places = (SearchScreen, SearchPane, ResultList, CodeView)
    ids = [binding.id for place in places for binding in place.BINDINGS]
    assert all(ids)
    assert len(ids) == len(set(ids))
