"""`searchkit help`."""

from collections.abc import Iterator
from typing import Annotated, Any, cast

import typer

from searchkit.cli import app
from searchkit.cli.options import Json
from searchkit.cli.pager import paged
from searchkit.cli.program import MANAGE, Groups
from searchkit.cli.terminal import say, say_record


def _commands_starting_with(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Complete the name of a command."""
    group: Any = context.find_root().command
    return (name for name in group.commands if name.startswith(incomplete))


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit help", "list the commands"),
        ("searchkit help query", "see what a command takes, with examples"),
    ],
)
def help(
    context: typer.Context,
    command: Annotated[
        str | None,
        typer.Argument(
            metavar="COMMAND",
            help="The command; without it, list all.",
            autocompletion=_commands_starting_with,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the help of a command."""
    root: Any = context.find_root()
    if command is None:
        text = root.get_help()
    else:
        name, found, _ = cast(Groups, root.command).resolve_command(root, [command])
        with type(root)(found, info_name=name, parent=root) as inner:
            text = inner.get_help()
    if as_json:
        say_record({"command": command, "help": text})
        return
    with paged():
        say(text)
