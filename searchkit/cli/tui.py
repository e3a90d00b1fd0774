"""`searchkit tui`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.program import SEARCH, port_number
from searchkit.cli.terminal import say
from searchkit_index.errors import ConfigError

_PORT = 8484


@app.command(
    group=SEARCH,
    examples=[
        ('searchkit tui ~/repo "where are sockets opened"', "open the interface with a question"),
        ("searchkit tui ~/repo --web", "open it in a browser"),
    ],
)
def tui(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A folder, or one inside an indexed one.",
            autocompletion=completion.roots,
        ),
    ] = Path(),
    text: Annotated[str, typer.Argument(help="What to ask first.", metavar="QUERY")] = "",
    web: Annotated[
        bool, typer.Option("--web", help="Serve it to a browser on this computer only.")
    ] = False,
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT", help="The port for `--web`, up to 65,535.", callback=port_number
        ),
    ] = _PORT,
) -> None:
    """Search as you type, on the whole terminal."""
    if web:
        _serve(path, text, port)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
        raise ConfigError("this is no terminal", f'type `searchkit query "{text or "..."}"`')
    from searchkit_tui.app import SearchApp, leave

    screen = SearchApp(path, text)
    screen.run()
    leave(screen)


def _serve(path: Path, text: str, port: int) -> None:
    import shlex

    try:
        from searchkit_tui.serving import LocalServer
    except ImportError:
        raise ConfigError(
            "`--web` needs the package `textual-serve`", "type `pip install 'searchkit[web]'`"
        ) from None
    from searchkit_index import children

    command = children.command("searchkit", "tui", "--", str(path.absolute()), text)
    os.environ |= children.environment()
    if "PYTHONPATH" not in children.environment():
        os.environ.pop("PYTHONPATH", None)
    LocalServer(shlex.join(command), port, announce=say).serve()
