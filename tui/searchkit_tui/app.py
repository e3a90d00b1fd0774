"""Runs the app: holds the engine, the kept state, the theme and the keys; starts editors.

Imports nothing heavy: the model and the index are loaded in the search thread, after the first
screen is up.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, SuspendNotSupported, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen

from searchkit.hits.hit import Hit
from searchkit.printable import encodable
from searchkit.wording import amount
from searchkit_index.errors import SearchkitError
from searchkit_tui import clipboard, editor
from searchkit_tui.bidi import VisualOrder
from searchkit_tui.commands import HistoryProvider
from searchkit_tui.contrast import readable_variables
from searchkit_tui.engine import Engine, OpenIndex, OpenTeam
from searchkit_tui.keys import bindings_of, read_keys
from searchkit_tui.request import Request
from searchkit_tui.screens.help import PLACES, HelpScreen
from searchkit_tui.screens.prompt import ConfirmScreen
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.user_state import UserState
from searchkit_tui.widgets.status_line import StatusLine

_MANY_FILES = 12  # opened without asking
_TERMINATED = 128 + signal.SIGTERM


class SearchApp(App[Sequence[Hit]]):
    """The app: search as you type; returns the marked answers when it is left.

    Args:
        path: The folder to search, or one inside it.
        text: What to ask first.
        open_index: Opens the index of a root; with the configured model when None.
        open_team: Opens a shared index, which is asked in place of folders; None for none.
        debounce: Seconds after the last key before a question is asked.
    """

    TITLE = "searchkit"
    CSS_PATH = "tui.tcss"
    COMMANDS: ClassVar = App.COMMANDS | {HistoryProvider}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
        Binding(
            "ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="app.suspend"
        ),
        Binding("ctrl+c", "hint_quit", show=False, system=True),
    ]

    def __init__(
        self,
        path: Path,
        text: str = "",
        *,
        open_index: OpenIndex | None = None,
        open_team: OpenTeam | None = None,
        debounce: float = 0.15,
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (50, "-narrow"), (110, "-wide")]
        from searchkit import config

        self.engine = Engine(open_index, open_team)
        self.state = UserState(config.home() / "state" / "tui.json")
        self._path, self._text, self._debounce = path, text, debounce
        self._visual_order = VisualOrder()

    def get_default_screen(self) -> Screen[None]:
        """Make the search screen."""
        return SearchScreen(self._path, self._text, self._debounce)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of drawn lines: in a browser, text from right to left is reordered."""
        filters = super().get_line_filters()
        return [*filters, self._visual_order] if self.is_web else filters

    def get_css_variables(self) -> dict[str, str]:
        """Return the colours of the theme, with those of text changed until they are readable."""
        variables = super().get_css_variables()
        variables |= readable_variables(variables)
        self.theme_variables = variables
        return variables

    def on_mount(self) -> None:
        """Put on the theme and the keys of last time."""
        remembered = self.state.theme
        if remembered in self.available_themes and "TEXTUAL_THEME" not in os.environ:
            self.theme = remembered
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember_theme(theme.name))
        try:
            self.set_keymap(read_keys(bindings_of(type(self), *PLACES.values())))
        except SearchkitError as error:
            self.report(error)
        self._end_when_told()
        self.app_resume_signal.subscribe(self, self._come_back)

    def _come_back(self, _: App[Any]) -> None:
        """Look at the files at once: in the editor or the shell they were probably changed."""
        self.refresh(layout=True)  # after a stop by a signal only what changes next is drawn
        self._search_screen.refresh_index()

    def _end_when_told(self) -> None:
        """Give the terminal back before SIGTERM ends the program, as a browser's driver does."""
        if not self.is_web and sys.platform != "win32":
            end = partial(self.exit, return_code=_TERMINATED)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)

    def _remember_theme(self, name: str) -> None:
        self.state.theme = name

    async def on_unmount(self) -> None:
        """Stop the engine, and wait for it a moment only."""
        await self.engine.close()

    def say(self, message: str) -> None:
        """Show a message in the status line, where it covers nothing."""
        self._search_screen.query_one(StatusLine).say(message)

    def report(self, error: SearchkitError) -> None:
        """Show an error over whatever is on the screen."""
        self.notify(
            error.hint or " ", title=error.message, severity="error", timeout=10, markup=False
        )

    def recall(self, request: Request) -> None:
        """Ask a question again, in the folder that it was asked in."""
        self._search_screen.pane.recall(request)

    @property
    def _search_screen(self) -> SearchScreen:
        """The screen below all others."""
        screen = self.screen_stack[0]
        assert isinstance(screen, SearchScreen)
        return screen

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Yield a palette entry for each key of the search screen, and those of Textual."""
        if isinstance(screen, SearchScreen):
            yield SystemCommand("Delete a saved search", "Choose which", screen.action_forget)
            for node in (screen, screen.pane):
                for binding in bindings_of(type(node)).values():
                    if (binding.id or "").startswith("search."):
                        yield self._command(node, binding)
        yield from super().get_system_commands(screen)

    def _command(self, node: DOMNode, binding: Binding) -> SystemCommand:
        """Make a palette entry of a binding: its first key, and its action's docstring."""
        action = getattr(node, f"action_{binding.action.partition('(')[0]}")
        meaning = (action.__doc__ or "").partition("\n")[0].rstrip(".")
        key = self.get_key_display(binding.with_key(binding.key.partition(",")[0]))

        async def run() -> None:
            await self.run_action(binding.action, node)

        return SystemCommand(binding.description, f"{key}: {meaning}", run)

    async def action_quit(self) -> None:
        """Leave; the app returns the marked answers."""
        self.exit(self._search_screen.marked)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text by the terminal's escape sequence, and by the clipboard programs."""
        super().copy_to_clipboard(encodable(text))
        clipboard.copy(text)

    def action_help(self) -> None:
        """Show what every key does."""
        if not isinstance(self.screen, HelpScreen | CommandPalette):
            self.push_screen(HelpScreen())

    def action_hint_quit(self) -> None:
        """Tell how to leave, after the key that ends other programs."""
        self.say("ctrl+q quits")

    def edit(self, targets: Sequence[editor.Target]) -> None:
        """Open files at their lines in the user's editor, and come back to the same screen."""
        if len(targets) <= _MANY_FILES:
            self._edit(targets)
            return
        request = f"Open {amount(len(targets), 'place')} in the editor?"
        self.push_screen(ConfirmScreen(request), lambda yes: self._edit(targets if yes else ()))

    def _edit(self, targets: Sequence[editor.Target]) -> None:
        documents = [target for target in targets if editor.is_document(target.path)]
        texts = [target for target in targets if not editor.is_document(target.path)]
        if documents:
            self._open_with(editor.desktop_opener, documents)
        if texts:
            self._open_with(editor.text_editor, texts)

    def _open_with(
        self, program: Callable[[], editor.Editor], targets: Sequence[editor.Target]
    ) -> None:
        try:
            chosen = program()
            commands = chosen.commands(targets)
            code = self._run(commands, windowed=chosen.windowed)
        except SearchkitError as error:
            self.report(error)
        except SuspendNotSupported:
            self.notify("an editor in the terminal cannot be opened from here", severity="error")
        except OSError as error:
            self.notify(
                f"{error.strerror}: set VISUAL to a command that is there",
                title=f"the editor {chosen.words[0]} could not be started",
                severity="error",
                markup=False,
            )
        else:
            name = Path(chosen.words[0]).name
            in_turn = ", one after another" if len(commands) > 1 and not chosen.windowed else ""
            opened = f"opened {amount(len(targets), 'place')} in {name}{in_turn}"
            self.say(f"{name} ended with exit code {code}" if code else opened)

    def _run(self, commands: Sequence[Sequence[str]], *, windowed: bool) -> int:
        """Start the editor.

        Args:
            commands: Command lines, to be run one after another.
            windowed: Whether the editor opens a window of its own.

        Returns:
            The exit code of an editor in the terminal that told of a problem, else 0.

        Raises:
            OSError: It could not be started.
            SuspendNotSupported: The terminal cannot be given to it.
        """
        if windowed:
            for command in commands:
                _start(command)
            return 0
        with self.suspend():
            ended = _run_in_terminal(commands)
        # Raised once the screen is back: an exception inside `suspend` leaves it suspended.
        if isinstance(ended, OSError):
            raise ended
        return ended


def _start(command: Sequence[str]) -> None:
    """Start a program with a window of its own."""
    null = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=null, stdout=null, stderr=null, start_new_session=True
    )
    # Wait for it, or it stays in the process table (a zombie) when it ends.
    threading.Thread(target=process.wait, daemon=True).start()


def _run_in_terminal(commands: Sequence[Sequence[str]]) -> OSError | int:
    """Run commands one after another; return the error of the one that could not start.

    Else return the last exit code that is not 0, or 0.
    """
    code = 0
    shown = sys.stdout.isatty()  # else stdout is a pipe for the marked answers
    for number, command in enumerate(commands, 1):
        if len(commands) > 1:
            sys.stderr.write(f"searchkit: {number} of {len(commands)}, leave the editor to go on\n")
            sys.stderr.flush()
        try:
            done = subprocess.run(command, check=False, stdout=None if shown else sys.stderr)
        except OSError as error:
            return error
        code = done.returncode or code
    return code


def leave(app: SearchApp) -> None:
    """End the process at once when a thread is still at work or the app failed, with its exit code.

    The thread's work is safe: every batch is one transaction. The interpreter would wait for it,
    and it may be inside the model for seconds. A process that was told to end, and gave the
    terminal back first, ends by that signal.
    """
    if app.return_code == _TERMINATED:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    if app.engine.busy or app.return_code:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(app.return_code or 0)
