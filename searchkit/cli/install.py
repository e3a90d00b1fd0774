"""`searchkit install`."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.terminal import confirmed, note, say, say_record, styled
from searchkit_index.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchkit.agents.change import Change
    from searchkit.agents.programs import Program


def _programs_starting_with(incomplete: str) -> list[str]:
    from searchkit.agents.programs import BY_NAME

    return [name for name in BY_NAME if name.startswith(incomplete)]


ProgramName = Annotated[
    str | None,
    typer.Argument(
        metavar="PROGRAM",
        help="claude, codex, cursor, gemini, opencode, vscode, windsurf or zed.",
        autocompletion=_programs_starting_with,
    ),
]
Served = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help="Folders to serve; without any, the one that a person works in.",
        autocompletion=completion.roots,
    ),
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Write without asking.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what was written.")]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit install claude", "let Claude Code search the folder it is started in"),
        ("searchkit install codex --undo", "take back what was written for Codex"),
    ],
)
def install(
    program: ProgramName = None,
    paths: Served = None,
    yes: Yes = False,
    undo: Undo = False,
    as_json: Json = False,
) -> None:
    """Add searchkit to the configuration of a program with agents.

    Adds the entry of `searchkit mcp` and a short text that tells agents when to use it. Shows what
    it would write, and asks; `--undo` takes back just that. Without PROGRAM, lists the programs.
    """
    from searchkit.agents import change
    from searchkit.agents.programs import BY_NAME, PROGRAMS
    from searchkit.indexes.location import real_path
    from searchkit.suggestion import did_you_mean

    if program is None:
        if yes or undo:
            raise typer.BadParameter("`--yes` and `--undo` go with a PROGRAM")
        _list(PROGRAMS, as_json=as_json)
        return
    if program not in BY_NAME:
        hint = did_you_mean(program, BY_NAME, f"known are {', '.join(BY_NAME)}")
        raise ConfigError(f"there is no program `{program}` to install into", hint)
    chosen = BY_NAME[program]
    if undo:
        changes = change.plan_undo(chosen)
    else:
        arguments = chosen.arguments([str(real_path(path)) for path in paths or ()])
        value = chosen.entry(_command(), arguments)
        changes = change.plan_install(chosen, value)
    if changes or undo:
        _require_consent(changes, yes=yes, as_json=as_json)
        (change.undo if undo else change.install)(chosen, changes)
        done = "taken back" if undo else "written"
        note(f"{done}; restart {chosen.title} to apply it")
    else:
        note(f"{chosen.title} has searchkit already")
    if as_json:
        written = [{"path": str(each.path), "diff": list(each.diff())} for each in changes]
        say_record({"program": chosen.name, "changes": written})


def _list(programs: "Sequence[Program]", *, as_json: bool) -> None:
    if as_json:
        listed = [
            {"name": each.name, "title": each.title, "config": str(each.config())}
            for each in programs
        ]
        say_record({"programs": listed})
        return
    for each in programs:
        say(f"{each.name:<10} {each.title:<12} {each.config()}")


def _require_consent(changes: "Sequence[Change]", *, yes: bool, as_json: bool) -> None:
    """Show what is to be written, and ask for consent; raises without it."""
    for line in (line for each in changes for line in each.diff()):
        colour = {"+": "green", "-": "red"}.get(line[:1])
        if as_json:
            note(line)
        else:
            say(styled(line, colour) if colour else line)
    if not yes and not confirmed("write this?"):
        raise ConfigError("nothing was written", "give `--yes` to write it without being asked")


def _command() -> str:
    """Find this program by its whole path: a program with windows may have another `PATH`."""
    beside = Path(sys.executable).with_name("searchkit")
    return str(beside) if beside.exists() else shutil.which("searchkit") or "searchkit"
