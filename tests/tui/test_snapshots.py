"""The whole screen, colours and all, as it was when someone last looked at it and found it good.

After a wanted change: `SNAPSHOTS=write pytest tests/tui/test_snapshots.py`, then look at them.
"""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from textual.widgets import Input

from searchkit_tui.search_controller import SearchController
from searchkit_tui.widgets.preview import Preview

KEPT = Path(__file__).parent / "snapshots"

# Another version draws a few cells otherwise; `pip install '.[dev]'` brings this one.
pytestmark = pytest.mark.skipif(version("textual") != "8.2.8", reason="drawn with textual 8.2.8")


@pytest.fixture(autouse=True)
def drawn_when_looked_at() -> None:
    """A picture is what was drawn."""


@pytest.fixture(autouse=True)
def still(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on the screen tells the time, the machine, or who sits before it."""
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tree.parent))
    took = property(lambda _: 0.012, lambda _, __: None)
    monkeypatch.setattr(SearchController, "seconds", took, raising=False)
    monkeypatch.setattr("searchkit.search.answer.confidence", lambda *_: 0.9)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)  # no blinking


def compare(user, name: str) -> None:
    """Hold the screen against the kept one; the names of styles and fonts are left out."""
    drawn = re.sub(r"terminal-\d+", "terminal", user.app.export_screenshot(title=name))
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    path = KEPT / f"{name}.svg"
    if os.environ.get("SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), user.text()


def at_rest(user) -> bool:
    """Whether the file is shown in its colours, and what changed was indexed."""
    document = user.screen.query_one("#code").document
    freshness = user.screen.index.state.freshness
    return document and document.blocks and freshness and not freshness.stale


async def test_the_first_screen_of_a_folder_without_an_index(run, tree: Path) -> None:
    async with run(tree, size=(80, 24)) as user:
        await user.until(lambda: "parseConfig" in user.text())
        await user.until(lambda: "f5 Index" in user.text())
        compare(user, "first")


async def test_answers_on_a_small_screen(run, indexed: Path) -> None:
    async with run(indexed, size=(80, 24)) as user:
        await user.ask("公園を散歩 sopa socket")
        await user.press("enter", "space")
        await user.until(lambda: at_rest(user) and "sockets.py" in user.said("#heading"))
        await user.pilot.pause(0.1)
        compare(user, "answers")


async def test_reasons_on_a_large_screen(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("open_socket connect")
        await user.press("enter", "f3")
        await user.until(lambda: at_rest(user) and user.screen.query_one(Preview).explains)
        await user.pilot.pause(0.1)
        compare(user, "reasons")


async def test_filters_on_a_large_screen(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("sopa socket config")
        await user.press("enter")
        await user.until(lambda: at_rest(user))
        await user.press("ctrl+f")
        await user.until(lambda: "english" in user.text())
        await user.press("tab", "space")
        await user.until(lambda: user.search.answer.request.naturals)
        await user.coloured()
        await user.pilot.pause(0.1)
        compare(user, "filters")
