"""Drives the real app, without a terminal, on a small indexed tree."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, Static

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit_tui.app import SearchApp
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.search_controller import SearchController
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.result_list import ResultList
from searchkit_tui.widgets.search_pane import SearchPane


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def _own_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the clipboard of whoever runs the tests alone."""
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


class User:
    """Someone in front of the app: presses keys, waits, and reads the screen."""

    def __init__(self, app: SearchApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.press = pilot.press
        self.click = pilot.click

    @property
    def screen(self) -> SearchScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, SearchScreen)
        return screen

    @property
    def pane(self) -> SearchPane:
        return self.screen.pane

    @property
    def search(self) -> SearchController:
        return self.pane.search

    @property
    def results(self) -> ResultList:
        return self.screen.query_one(ResultList)

    @property
    def paths(self) -> list[str]:
        return [hit.path for hit in self.screen.pane.search.answer.hits]

    @property
    def is_fresh(self) -> bool:
        """Whether the status line knows that nothing is left to index."""
        freshness = self.screen.index.state.freshness
        return freshness is not None and not freshness.stale and not freshness.pending

    async def until(self, happened: Callable[[], object], seconds: float = 30) -> None:
        """Wait for something to happen; fails when it does not."""
        deadline = asyncio.get_running_loop().time() + seconds
        wait = 0.002
        while not happened():
            assert asyncio.get_running_loop().time() < deadline, self.text()
            await self.pilot.pause(wait)
            wait = min(wait * 1.5, 0.05)  # looking may draw, and take time from what is awaited
        await self.pilot.pause(0)

    async def type(self, text: str) -> None:
        """Put a text into whatever line has the focus, all at once, over what is selected."""
        line = self.app.focused
        assert isinstance(line, Input)
        line.replace(text, *sorted(line.selection))
        await self.pilot.pause(0)

    async def ask(self, text: str) -> None:
        """Put a text into the query line as if it were pasted, and wait for the answer."""
        self.screen.query_one("#query").value = text
        await self.answered(text)

    async def answered(self, text: str) -> None:
        """Wait for the answer to a text."""
        await self.until(lambda: self.screen.pane.search.answer.request.text == text)

    async def coloured(self) -> None:
        """Wait until the preview has read a file and knows its colours."""
        code = self.screen.query_one(CodeView)
        await self.until(lambda: code.document is not None and code.document.blocks)

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(strip.text for strip in self.strips())

    def strips(self) -> list[Strip]:
        """The lines on the screen."""
        return list(self.app.screen._compositor.render_strips(self.app.size))

    def said(self, selector: str) -> str:
        """What a line of text says, on whichever screen is on top."""
        return str(self.app.screen.query_one(selector, Static).content)


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """Every app has the same style sheets, and would parse them anew."""
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def remembered(self: Stylesheet, css: str, *place: Any, **which: Any) -> list[RuleSet]:
        key = (*self._variables.items(), css, *place, *which.items())
        if key not in parsed:
            parsed[key] = parse(self, css, *place, **which)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", remembered)
        yield


@pytest.fixture(autouse=True)
def drawn_when_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal takes what is drawn many times a second: only what a test looks at is drawn."""

    def take_note(self: Compositor, *_: object, **__: object) -> None:
        self._dirty_regions.clear()

    monkeypatch.setattr(Compositor, "render_update", take_note)


Run = Callable[..., AbstractAsyncContextManager[User]]


@pytest.fixture
def open_index(embedder):
    """Opens the index of a folder with the quick embedder, and time to index what changed."""

    def open_(root: Path, other=None) -> Index:
        return Index(root.resolve(), other or embedder, Settings(refresh_seconds=60))

    return open_


@pytest.fixture
def run(open_index) -> Run:
    """Starts the app on a folder, and waits until it knows where it is."""

    @asynccontextmanager
    async def run_(
        path: Path,
        text: str = "",
        size: tuple[int, int] = (120, 40),
        opener=open_index,
        open_team=None,
    ) -> AsyncIterator[User]:
        app = SearchApp(path, text, open_index=opener, open_team=open_team, debounce=0)
        async with app.run_test(size=size, notifications=True) as pilot:
            user = User(app, pilot)
            await user.until(lambda: user.screen.index.state.location)
            yield user
            user.text()  # whatever stands there in the end can be drawn

    return run_


@pytest.fixture
def indexed(index_tree, embedder) -> Path:
    """The small tree, indexed."""
    return index_tree(embedder)
