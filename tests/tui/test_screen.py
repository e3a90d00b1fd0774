"""Every line fits the screen, can be read, and tells its state without colours."""

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from searchkit_tui.contrast import contrast, readable_variables
from searchkit_tui.keys import bindings_of
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.query_line import QueryLine
from searchkit_tui.widgets.result_list import ResultList
from searchkit_tui.widgets.search_pane import SearchPane

ODD = (
    "# 日本語の見出し 👩‍👩‍👧 family 🇫🇷\n\nThe word שלום עולם and مرحبا stand here;\n"
    "\u202edezrever. Tabs\tand \x1b[31mescapes\x07 and ﷽ and e\u0301.\n"
)


async def test_every_line_fits_the_screen_with_any_script(run, tree: Path, open_index) -> None:
    (tree / "字典-مرحبا-🙂.md").write_text(ODD, encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    async with run(tree, size=(80, 24)) as user:
        await user.ask("日本語 שלום escapes")
        await user.press("f3", "f7")
        await user.until(lambda: user.screen.query_one(CodeView).document)
        for size in ((80, 24), (120, 40)):
            await user.pilot.resize_terminal(*size)
            for strip in user.strips():
                assert strip.cell_length == size[0]
                assert not any(c < " " or "\u202a" <= c <= "\u202e" for c in strip.text)


async def test_the_keys_stand_whole_in_the_line_at_the_foot_wherever_the_focus_is(
    run, indexed: Path
) -> None:
    labels = {binding.description for binding in every_binding()} | {"Commands"}
    async with run(indexed, size=(120, 24)) as user:
        await user.ask("open_socket")
        await user.until(lambda: user.screen.query_one(CodeView).document)
        for key, wanted in (("", "⏎ Go"), ("enter", "⏎ Open  ?space Mark"), ("f9", "⏎ Open here")):
            if key:
                await user.press(key)
            for width in (40, 80, 120):
                await user.pilot.resize_terminal(width, 24)
                await user.until(lambda to=wanted: re.match(f" {to}", user.strips()[-1].text))
                line = user.strips()[-1].text
                assert len(line) <= width
                assert line.endswith("  f1 Help ")
                named = re.split(r"(?:^|\s+)(?:\^.|f\d|⏎|space|esc|n|w) ", line.strip())[1:]
                assert set(named) <= labels
        await user.press("f9")
        assert not user.pane.has_class("-reading")


def every_binding() -> list[Binding]:
    places = (SearchScreen, SearchPane, QueryLine, ResultList, CodeView)
    return [binding for place in places for binding in place.BINDINGS]


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES.values(), key=lambda theme: theme.name))
def test_text_can_be_read_on_every_ground_of_every_theme(theme: Theme) -> None:
    variables = theme.to_color_system().generate() | theme.variables
    colours = variables | readable_variables(variables)
    if theme.name.startswith("ansi"):
        assert colours == variables
        return
    names = ["foreground", *(name for name in colours if re.fullmatch("text-[a-z]+", name))]
    names.remove("text-disabled")
    for name in names:
        for ground in ("background", "surface", "panel"):
            on = contrast(Color.parse(colours[name]), Color.parse(colours[ground]))
            assert on >= 4.4, (name, ground)


async def test_the_path_above_the_preview_can_be_read(run, indexed: Path) -> None:
    grounds = set()
    async with run(indexed) as user:
        await user.ask("open_socket")
        await user.until(lambda: "net/sockets.py" in user.said("#heading"))
        for theme in ("textual-light", "solarized-light", "textual-dark"):
            user.app.theme = theme
            await user.pilot.pause()
            right = user.strips()[2].crop(55, 120)
            written = [segment for segment in right if segment.text.strip()]
            assert "net/sockets.py" in right.text
            for text, style, _ in written:
                ink, ground = (Color.from_rich_color(each) for each in (style.color, style.bgcolor))
                assert contrast(ink, ground) >= 4.4, (theme, text)
                grounds.add(ground)
    assert len(grounds) == 3


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


async def test_columns_beside_each_other_were_unreadable_on_a_narrow_terminal(
    run, indexed: Path
) -> None:
    async with run(indexed, size=(30, 30)) as user:
        await user.until(lambda: "Ask, for example" in user.text())
        await user.press("f1")
        await user.until(lambda: "Keys" in user.text())
        assert re.search(r"f1 \?  Help +[^\n]*\n[^\n]*    app\.help", user.text())
        await user.press("escape")
        await user.ask("socket")
        await user.press("ctrl+f")
        await user.until(lambda: re.search(r"  python +1\b", user.text()))
        await user.press("escape")


async def test_a_long_question_on_offer_takes_one_line(run, indexed: Path) -> None:
    async with run(indexed, size=(30, 30)) as user:
        await user.until(lambda: "connect to a host" in user.text())
        assert re.search(r"  connect to a host and…", user.text())
        assert "the socket" not in user.text()


async def test_in_a_narrow_window_half_of_a_message_was_not_shown(run, indexed: Path) -> None:
    async with run(indexed, size=(40, 12)) as user:
        user.app.say("no search is saved yet: ctrl+s saves")
        await user.pilot.pause()
        assert "no search is saved yet: ctrl+s saves" in user.text()
        user.app.say("copied " + "folder/" * 20 + "file.py:10")
        await user.pilot.pause()
        assert "folder/file.py:10" in user.text()
