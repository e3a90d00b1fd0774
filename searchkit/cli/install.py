"""`searchkit install`."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.program import MANAGE
from searchkit.cli.terminal import confirmed, note, say, styled
from searchkit_index.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from searchkit.agents.change import Change
    from searchkit.agents.programs import Program


def _names(incomplete: str) -> list[str]:
    from searchkit.agents.programs import BY_NAME

    return [name for name in BY_NAME if name.startswith(incomplete)]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit install claude", "let Claude Code search the folder it is started in"),
        ("searchkit install codex --undo", "take back what was written for Codex"),
    ],
)
def install(
    program: Annotated[
        str | None,
        typer.Argument(
            metavar="PROGRAM",
            help="claude, codex, cursor, gemini, opencode, vscode, windsurf or zed.",
            autocompletion=_names,
        ),
    ] = None,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Folders to serve; without any, the one that a person works in.",
            autocompletion=completion.roots,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Write without asking.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was written.")] = False,
) -> int:
    """Write searchkit into the configuration of a program that hosts agents.

    Adds the entry of `searchkit mcp` and a short text that tells agents when to use it. Shows what
    it would write, and asks; `--undo` takes back just that. Without PROGRAM, lists the programs.
    """
    from searchkit.agents import change
    from searchkit.agents.programs import BY_NAME, PROGRAMS
    from searchkit.index_dir import real_path
    from searchkit.suggestion import did_you_mean

    if program is None:
        for each in PROGRAMS:
            say(f"{each.name:<10} {each.title:<12} {each.config()}")
        return 0
    if program not in BY_NAME:
        hint = did_you_mean(program, BY_NAME, f"known are {', '.join(BY_NAME)}")
        raise ConfigError(f"there is no program `{program}` to install into", hint)
    chosen = BY_NAME[program]
    if undo:
        changes = change.undoing(chosen)
        return _written(chosen, changes, yes, done=change.forget)
    value = change.entry(chosen, _command(), [str(real_path(path)) for path in paths or ()])
    changes = change.installing(chosen, value)
    if not changes:
        note(f"{chosen.title} has searchkit already")
        return 0
    return _written(chosen, changes, yes, done=change.remember)


def _written(
    program: "Program", changes: "Sequence[Change]", yes: bool, done: "Callable[..., None]"
) -> int:
    for each in changes:
        for line in each.diff():
            colour = {"+": "green", "-": "red"}.get(line[:1])
            say(styled(line, colour) if colour else line)
    if not yes and not confirmed("write this?"):
        raise ConfigError("nothing was written", "give `--yes` to write it without being asked")
    for each in changes:
        each.write()
    done(program, changes)
    note(f"written; start {program.title} anew for it to be seen")
    return 0


def _command() -> str:
    """Find this program by its whole path: a program with windows may have another `PATH`."""
    beside = Path(sys.executable).with_name("searchkit")
    return str(beside) if beside.exists() else shutil.which("searchkit") or "searchkit"
