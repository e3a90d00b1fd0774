"""The whole screen, colours and all, as it was when someone last looked at it and found it good.

After a wanted change: `SNAPSHOTS=write pytest tests/tui/test_snapshots.py`, then look at them.
"""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from textual.widgets import Input

from searchkit_tui.screens.asking import AskingScreen
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.status_line import StatusLine

KEPT = Path(__file__).parent / "snapshots"

# Another version draws a few cells otherwise; `pip install '.[dev]'` brings this one.
pytestmark = pytest.mark.skipif(version("textual") != "8.2.8", reason="drawn with textual 8.2.8")


@pytest.fixture(autouse=True)
def still(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on the screen tells the time, the machine, or who sits before it."""
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tree.parent))
    took = property(lambda _: 0.012, lambda _, __: None)
    monkeypatch.setattr(AskingScreen, "_seconds", took, raising=False)
    monkeypatch.setattr("searchkit.search.confidence", lambda *_: 0.9)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)  # no blinking


def compare(seat, name: str) -> None:
    """Hold the screen against the kept one; the names of styles and fonts are left out."""
    drawn = re.sub(r"terminal-\d+", "terminal", seat.app.export_screenshot(title=name))
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    path = KEPT / f"{name}.svg"
    if os.environ.get("SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), seat.text()


def at_rest(seat) -> bool:
    """Whether the file is shown in its colours, and what changed was taken in."""
    document = seat.screen.query_one("#code").document
    freshness = seat.screen.query_one(StatusLine).freshness
    return document and document.pieces and freshness and not freshness.stale


async def test_the_first_screen_of_a_folder_without_an_index(sit, tree: Path) -> None:
    async with sit(tree, size=(80, 24)) as seat:
        await seat.until(lambda: "Ask, for example" in seat.text())
        await seat.until(lambda: "f5 Index" in seat.text())
        compare(seat, "first")


async def test_answers_on_a_small_screen(sit, indexed: Path) -> None:
    async with sit(indexed, size=(80, 24)) as seat:
        await seat.ask("公園を散歩 sopa socket")
        await seat.press("enter", "space", "down")
        await seat.until(lambda: at_rest(seat) and "sockets.py" in seat.said("#heading"))
        await seat.pilot.pause(0.1)
        compare(seat, "answers")


async def test_reasons_on_a_large_screen(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("open_socket connect")
        await seat.press("enter", "f3")
        await seat.until(lambda: at_rest(seat) and seat.screen.query_one(Preview).explains)
        await seat.pilot.pause(0.1)
        compare(seat, "reasons")


async def test_filters_on_a_large_screen(sit, indexed: Path) -> None:
    async with sit(indexed) as seat:
        await seat.ask("sopa socket config")
        await seat.press("enter")
        await seat.until(lambda: at_rest(seat))
        await seat.press("ctrl+f")
        await seat.until(lambda: "english" in seat.text())
        await seat.press("tab", "space")
        await seat.until(lambda: seat.screen.answer.question.naturals)
        await seat.coloured()
        await seat.pilot.pause(0.1)
        compare(seat, "filters")
