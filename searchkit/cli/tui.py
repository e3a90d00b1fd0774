"""`searchkit tui`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app
from searchkit.cli.program import SEARCH
from searchkit_index.errors import ConfigError

_PORT = 8484


@app.command(group=SEARCH)
def tui(
    path: Annotated[Path, typer.Argument(help="A folder, or one inside an indexed one.")] = Path(),
    text: Annotated[str, typer.Argument(help="What to ask first.", metavar="[QUERY]")] = "",
    web: Annotated[
        bool, typer.Option("--web", help="Serve it to a browser on this computer only.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where, with `--web`.", min=1, max=65535)] = _PORT,
) -> None:
    """Search as you think, on the whole terminal.

    Example: searchkit tui ~/repo "where are sockets opened"
    """
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
    from searchkit.cli.output import say
    from searchkit_index import children

    command = children.command("searchkit", "tui", "--", str(path.absolute()), text)
    os.environ |= children.environment()
    if "PYTHONPATH" not in children.environment():
        os.environ.pop("PYTHONPATH", None)
    LocalServer(shlex.join(command), port, announce=say).serve()
