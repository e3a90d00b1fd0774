"""Lists to choose from by typing a part of a name: folders, questions asked, searches saved."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.command import SimpleCommand

from searchkit_tui import shown
from searchkit_tui.memory import Memory
from searchkit_tui.question import Question
from searchkit_tui.widgets.status_line import short

_WIDEST = 100  # cells of a question: a pasted page is known by its beginning


def literal(text: str) -> str:
    """Return text that the palette, which reads markup, shows as it stands."""
    return shown.clipped(shown.line(text), _WIDEST).replace("[", "\\[")


def titled(memory: Memory) -> list[tuple[str, Question]]:
    """Return the saved searches, then the questions asked, with the titles they are listed by."""
    saved = [(f"★ {name}", question) for name, question in memory.saved.items()]
    return saved + [(f"↺ {question.title}", question) for question in memory.history]


def choose_folder(app: App[Any], roots: Iterable[Path], choose: Callable[[str], None]) -> None:
    """Let one of the indexed folders be chosen, or all of them, which is the empty text."""
    offers = [("All folders", ""), *((short(root), str(root)) for root in roots)]
    _choose(app, "Which folder?", [(name, partial(choose, root), "") for name, root in offers])


def choose_question(app: App[Any], memory: Memory, choose: Callable[[Question], None]) -> bool:
    """Let a saved search or a question asked before be chosen; False when there is none."""
    offers = titled(memory)
    rows = [(title, partial(choose, question), describe(question)) for title, question in offers]
    if rows:
        _choose(app, "Ask again…", rows)
    return bool(rows)


def choose_saved(app: App[Any], memory: Memory, choose: Callable[[str], None]) -> bool:
    """Let a saved search be chosen by its name; False when there is none."""
    rows = [
        (name, partial(choose, name), describe(question)) for name, question in memory.saved.items()
    ]
    if rows:
        _choose(app, "Delete which saved search?", rows)
    return bool(rows)


def describe(question: Question) -> str:
    """Say in a few words where a question is asked and what narrows it."""
    root = Path(question.root).name if question.root else "all folders"
    return ", ".join([question.mode, root, *(value for _, value in question.chips)])


def _choose(
    app: App[Any], title: str, rows: Sequence[tuple[str, Callable[[], object], str]]
) -> None:
    app.search_commands(
        [SimpleCommand(literal(name), act, literal(note) or None) for name, act, note in rows],
        title,
    )
