"""`searchkit tui`."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.program import SEARCH, port_number
from searchkit.cli.shared import Shared
from searchkit.cli.terminal import flush, say, say_record
from searchkit_index.errors import ConfigError

_PORT = 8484


Folder = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        help="A folder, or one inside an indexed one; without it the current one.",
        autocompletion=completion.roots,
    ),
]
Text = Annotated[str, typer.Argument(help="What to ask first.", metavar="QUERY")]
Web = Annotated[bool, typer.Option("--web", help="Serve it to a browser on this computer only.")]
Port = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        help=f"The port for `--web`, up to 65,535; without it {_PORT}.",
        callback=port_number,
    ),
]


@app.command(
    group=SEARCH,
    examples=[
        ('searchkit tui ~/repo "where are sockets opened"', "open the interface with a question"),
        ("searchkit tui ~/repo --web", "open it in a browser"),
        ("searchkit tui --index s3://bucket/team", "ask a shared index"),
    ],
)
def tui(
    path: Folder = Path(),
    text: Text = "",
    web: Web = False,
    port: Port = None,
    as_json: Json = False,
    *,
    shared: Shared,
) -> None:
    """Search as you type, on the whole terminal.

    With `--json` it prints the marked hits when you leave it, also into a pipe.

    With `--index URL` it searches a shared index; what is given as PATH is then the question.
    """
    if port is not None and not web:
        raise typer.BadParameter("`--port` goes with `--web`")
    if shared.url is not None:
        if text:
            raise typer.BadParameter("`--index URL` asks no folder: leave out PATH")
        from searchkit.team.storage import address

        path, text = Path(address(shared.url)), "" if path == Path() else str(path)
    if web:
        _serve(path, text, port or _PORT, shared, as_json=as_json)
        return
    # It is drawn on stderr; without `--json`, whoever takes stdout waits for lines.
    _require_screen([sys.stdin, sys.stderr, *([] if as_json else [sys.stdout])], text)
    from searchkit_tui.app import SearchApp, leave

    open_team = partial(shared.team, None) if shared.url is not None else None
    screen = SearchApp(path, text, open_team=open_team)
    marked = screen.run() or ()
    if as_json and not screen.return_code:
        say_record({"marked": [hit.record() for hit in marked]})
    leave(screen)


def _require_screen(streams: Sequence[TextIO], text: str) -> None:
    """Refuse what shows lines only: a pipe, or the shell of an editor."""
    if "TEXTUAL_DRIVER" in os.environ:
        return
    instead = f'type `searchkit query "{text or "..."}"`'
    if not all(each.isatty() for each in streams):
        raise ConfigError("this is no terminal", instead)
    if os.environ.get("TERM") == "dumb":
        raise ConfigError("this terminal shows lines only: `TERM` is `dumb`", instead)


def _serve(path: Path, text: str, port: int, shared: Shared, *, as_json: bool) -> None:
    import shlex

    try:
        from searchkit_tui.serving import LocalServer
    except ImportError:
        raise ConfigError(
            "`--web` needs the package `textual-serve`", "type `pip install 'searchkit[web]'`"
        ) from None
    from searchkit_index.system import children

    asked = [*shared.arguments(), "--", text or "."] if shared.url is not None else None
    arguments = asked or ["--", str(path.absolute()), text]
    command = children.command("searchkit", "tui", *arguments)
    os.environ |= children.environment()
    if "PYTHONPATH" not in children.environment():
        os.environ.pop("PYTHONPATH", None)
    announce = partial(_announce, as_json=as_json)
    LocalServer(shlex.join(command), port, announce=announce).serve()


def _announce(address: str, *, as_json: bool) -> None:
    if as_json:
        say_record({"url": address})
    else:
        say(f"searchkit: open {address} in a browser; Ctrl-C ends it")
    flush()  # who waits for it may read a pipe
