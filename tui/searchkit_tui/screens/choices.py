"""Lists to choose from by typing a part of a name: folders, earlier questions, saved searches."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.command import SimpleCommand

from searchkit_tui import display
from searchkit_tui.request import Request
from searchkit_tui.user_state import UserState

_WIDEST = 100  # cells of a question that are shown: of a pasted page only the beginning


def literal(text: str) -> str:
    """Escape text for the palette, which reads markup."""
    return display.truncate(display.one_line(text), _WIDEST).replace("[", "\\[")


def titled(state: UserState) -> list[tuple[str, Request]]:
    """Return the saved searches, then the questions asked, with the titles they are listed by."""
    saved = [(f"★ {name}", request) for name, request in state.saved.items()]
    return saved + [(f"↺ {request.title}", request) for request in state.history]


def choose_folder(
    app: App[Any], roots: Iterable[Path], choose: Callable[[str], None], team: str = ""
) -> None:
    """Let one of the indexed folders be chosen, or all of them.

    Args:
        app: Shows the list.
        roots: The folders, or the repositories of a shared index.
        choose: Called with the chosen one; with the empty string for all.
        team: The address of the shared index, which stands for all of it; "" for folders.
    """
    every = ("All repositories" if team else "All folders", team)
    offers = [every, *((display.short_path(root), str(root)) for root in roots)]
    title = "Which repository?" if team else "Which folder?"
    _choose(app, title, [(name, partial(choose, root), "") for name, root in offers])


def choose_question(app: App[Any], state: UserState, choose: Callable[[Request], None]) -> bool:
    """Let a saved search or a question asked before be chosen; False when there is none."""
    offers = titled(state)
    rows = [(title, partial(choose, request), _describe(request)) for title, request in offers]
    if rows:
        _choose(app, "Ask again…", rows)
    return bool(rows)


def choose_saved(app: App[Any], state: UserState, choose: Callable[[str], None]) -> bool:
    """Let a saved search be chosen by its name; False when there is none."""
    rows = [
        (name, partial(choose, name), _describe(request)) for name, request in state.saved.items()
    ]
    if rows:
        _choose(app, "Delete which saved search?", rows)
    return bool(rows)


def _describe(request: Request) -> str:
    """Say in a few words where a question is asked, and its filters."""
    root = Path(request.root).name if request.root else "all folders"
    return ", ".join([request.mode, root, *(value for _, value in request.chips)])


def _choose(
    app: App[Any], title: str, rows: Sequence[tuple[str, Callable[[], object], str]]
) -> None:
    app.search_commands(
        [SimpleCommand(literal(name), act, literal(note) or None) for name, act, note in rows],
        title,
    )
