"""`searchkit mcp`."""

import os
import stat
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json, ModelName
from searchkit.cli.program import SEARCH, port_number
from searchkit.cli.shared import Shared
from searchkit.cli.terminal import flush, hint, note, say_record
from searchkit.printable import error_line
from searchkit_index.errors import ConfigError
from searchkit_index.system import private

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchkit.mcp.tools import Tools

_PORT = 8485


Served = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help="The folders to serve; without any, the current one.",
        autocompletion=completion.roots,
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Serve every folder that is indexed now.")]
Http = Annotated[bool, typer.Option("--http", help="Serve over HTTP, on this computer only.")]
Port = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        help=f"The port for `--http`, up to 65,535; without it {_PORT}.",
        callback=port_number,
    ),
]


@app.command(
    group=SEARCH,
    examples=[
        ("searchkit mcp ~/repo", "serve one folder to the agent that starts this"),
        ("searchkit mcp --all --http", "serve every indexed folder to programs on this computer"),
        ("searchkit mcp --index s3://bucket/team", "serve a shared index"),
    ],
)
def mcp(
    paths: Served = None,
    everything: Everything = False,
    http: Http = False,
    port: Port = None,
    model: ModelName = None,
    as_json: Json = False,
    *,
    shared: Shared,
) -> None:
    """Answer agents over the Model Context Protocol (MCP).

    Answers on stdin and stdout, or with `--http` at an address. Serves the folders it was started
    with and nothing outside them, and changes no file in them. A folder is indexed by `searchkit
    index` alone; changes in it are indexed before each answer. With `--index URL` it serves a
    shared index, or of it the repositories that `--repo` names.
    """
    if port is not None and not http:
        raise typer.BadParameter("`--port` goes with `--http`")
    if paths and everything:
        raise typer.BadParameter("`--all` serves every index: leave out PATH")
    if shared.url is None:
        make = partial(_tools, _folders(paths or [Path()], everything), model)
    elif paths or everything:
        raise typer.BadParameter("`--index URL` serves no folder: leave out PATH and `--all`")
    else:
        make = partial(_shared_tools, shared, model)
    _serve(make, http=http, port=port or _PORT, as_json=as_json)


def _folders(paths: list[Path], everything: bool) -> list[Path]:
    """Find the folders to serve: those that were typed, or all that are indexed."""
    from searchkit.indexes.home import indexed_roots
    from searchkit.indexes.location import nothing_to_ask, real_path

    folders = indexed_roots() if everything else [real_path(path) for path in paths]
    if not folders:
        raise nothing_to_ask()
    return folders


def _serve(make: "Callable[[], Tools]", *, http: bool, port: int, as_json: bool) -> None:
    try:
        from searchkit.mcp import server
    except ImportError:
        raise ConfigError(
            "`searchkit mcp` needs the package `mcp`", "type `pip install 'searchkit[mcp]'`"
        ) from None
    if not http:
        server.serve_stdio(make)
        return
    given = os.environ.get("SEARCHKIT_TOKEN")
    file = None if given else _token_file()
    token = given or _token_in(_token_file())
    place = file or "SEARCHKIT_TOKEN"
    listening = server.listen(port)
    url = f"http://{server.HOST}:{listening.getsockname()[1]}{server.PATH}"
    note(f"answering at {url}; ends with Ctrl-C")
    hint(f"send the header `Authorization: Bearer TOKEN`; the token is in `{place}`")
    if as_json:
        say_record({"url": url, "token_file": file and str(file)})
        flush()  # who waits for it reads a pipe
    server.serve_http(make, listening, token)


def _tools(folders: list[Path], model: str | None) -> "Tools":
    from searchkit.mcp.local import LocalTools
    from searchkit.mcp.scope import Scope
    from searchkit.workspace import Workspace

    workspace = Workspace(model=model)
    return LocalTools(workspace, Scope(workspace, folders))


def _shared_tools(shared: Shared, model: str | None) -> "Tools":
    from searchkit.mcp.shared import SharedTools

    return SharedTools(shared.team(model))


def _token_file() -> Path:
    from searchkit.config import home

    return home() / "token"


def _is_open(file: Path) -> bool:
    """Tell whether a file is there that others may read, or a link."""
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) or bool(mode & 0o077)


def _token_in(file: Path) -> str:
    """Read the token of HTTP clients from a file that only its owner can read.

    Args:
        file: The file.

    Returns:
        The token; a new one if there is no file, or if others could read or replace it.

    Raises:
        ConfigError: The file cannot be read or written.
    """
    import secrets

    try:
        private.make_folder(file.parent)
        if os.name != "nt" and _is_open(file):
            file.unlink()
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "r+", encoding="ascii") as stream:
            token = stream.read().strip()
            if not token:
                token = secrets.token_urlsafe(32)
                stream.write(token + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the token in `{file}` cannot be used: {error_line(error)}", "remove it"
        ) from None
    return token
