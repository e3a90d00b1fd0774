from pathlib import Path

import pytest

from searchkit_tui.keys import bindings_of
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.widgets.code import CodeView
from searchkit_tui.widgets.results import ResultList

ODD = (
    "# 日本語の見出し 👩‍👩‍👧 family 🇫🇷\n\nThe word שלום עולם and مرحبا stand here;\n"
    "\u202edezrever. Tabs\tand \x1b[31mescapes\x07 and ﷽ and e\u0301.\n"
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_line_fits_the_screen_with_any_script(
    sit, tree: Path, open_index, size: tuple[int, int]
) -> None:
    (tree / "字典-مرحبا-🙂.md").write_text(ODD, encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    async with sit(tree, size=size) as seat:
        await seat.ask("日本語 שלום escapes")
        await seat.press("f3", "f7")
        await seat.until(lambda: seat.screen.query_one(CodeView).document)
        for strip in seat.strips():
            assert strip.cell_length == size[0]
            assert not any(c < " " or "\u202a" <= c <= "\u202e" for c in strip.text)


async def test_without_colours_the_state_is_told_by_shapes(
    sit, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit(indexed) as seat:
        await seat.ask("socket config sopa")
        await seat.press("enter", "space")
        text = seat.text()
        assert "[hybrid]" in text
        assert " ● " in text
        assert "▌" in text
        for strip in seat.strips():
            for segment in strip:
                color = segment.style and segment.style.color
                assert not color or len(set(color.triplet or (0, 0, 0))) == 1


async def test_help_and_the_palette_name_every_command(sit, indexed: Path) -> None:
    async with sit(indexed, size=(120, 120)) as seat:
        await seat.press("f1")
        await seat.pilot.pause()
        for place in (SearchScreen, ResultList, CodeView):
            for id_ in bindings_of(place):
                assert id_ in seat.text()
        await seat.press("escape", "ctrl+p")
        await seat.until(lambda: "Copy path:line" in seat.text())
        for words in ("Filters", "Similar", "History", "Save this search", "Theme", "Mark all"):
            assert words in seat.text()


def test_every_key_has_an_id_that_nothing_else_has() -> None:
    places = (SearchScreen, ResultList, CodeView)
    ids = [binding.id for place in places for binding in place.BINDINGS]
    assert all(ids)
    assert len(ids) == len(set(ids))
