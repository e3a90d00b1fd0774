"""The options that say which folders are asked, with which model, and how fresh they must be."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import completion
from searchkit.cli.options import ModelName
from searchkit.cli.program import OptionGroup
from searchkit.cli.terminal import confirmed

if TYPE_CHECKING:
    from searchkit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Folders(OptionGroup):
    """Which folders are asked, with which model."""

    section = "Which folders are asked"

    inside: Annotated[
        list[Path] | None,
        typer.Option(
            "--in",
            metavar="PATH",
            help="Ask this folder, or a part of it; may be repeated.",
            autocompletion=completion.roots,
        ),
    ] = None
    everywhere: Annotated[bool, typer.Option("--all", help="Ask every index.")] = False
    index: Annotated[
        bool, typer.Option("--index-missing", help="First index a folder that never was.")
    ] = False
    refresh: Annotated[
        bool,
        typer.Option("--refresh/--no-refresh", help="Index what changed before answering."),
    ] = True
    model: ModelName = None

    def within(self, *paths: Path | None, default: Path | None) -> list[Path] | None:
        """Tell which folders are to be asked.

        Args:
            *paths: Those that were typed as arguments; None where one was left out.
            default: The one to ask when none was typed.

        Returns:
            The folders; None for all that are indexed, and where there is no default.

        Raises:
            BadParameter: All and some were asked for.
        """
        named = [path for path in (*paths, *(self.inside or ())) if path is not None]
        if self.everywhere and named:
            raise typer.BadParameter("`--all` asks every index: leave out PATH and `--in`")
        if self.everywhere or named or default is None:
            return named or None
        return [default]

    def refuse(self, path: Path | None) -> None:
        """Refuse folders, where a shared index is asked in their place."""
        if path is not None or self.inside or self.everywhere or self.index:
            others = "PATH, `--in`, `--all` and `--index-missing`"
            raise typer.BadParameter(f"`--index URL` asks no folder: leave out {others}")

    def index_missing(self, workspace: "Workspace", paths: Sequence[Path]) -> None:
        """Index folders that never were, with `--index-missing` or where a person agrees to it."""
        from searchkit.cli.building import build

        for path in paths:
            location = workspace.locate(path)
            if not location.indexed and (self.index or _ask_consent(location.root)):
                build(workspace.index(location.root))


def _ask_consent(root: Path) -> bool:
    if "--json" in sys.argv or "--jsonl" in sys.argv:
        return False
    return confirmed(f"`{root}` was never indexed; index it now?")
