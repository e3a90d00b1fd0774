"""`searchkit status` and `searchkit forget`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.faults import SCHEMA
from searchkit.cli.models import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.terminal import note, one_line, paged, say, say_json


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit status ~/repo", "see what an index holds"),
        ("searchkit status ~/repo/photo.png", "see why a file is not indexed"),
    ],
)
def status(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="An indexed folder, or a path in it to ask about.",
            autocompletion=completion.roots,
        ),
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Tell what an index holds, what it left out and why, and how fresh it is."""
    from searchkit import wording
    from searchkit.workspace import Workspace

    with Workspace() as workspace:
        location = workspace.locate(path if path.is_dir() else path.parent)
        root = location.root
        if not path.is_dir():
            relative = "/".join(filter(None, (location.inside, path.name)))
            reason = workspace.why_skipped(root, relative)
            if as_json:
                told = {"schema": SCHEMA, "root": str(root), "path": relative, "skipped": reason}
                say_json(told, indent=2)
            else:
                say(one_line(f"{relative}: {reason or 'indexed'}"))
            return
        found, freshness = workspace.status(root), workspace.refresh(root, 0)
    if as_json:
        say_json({"schema": SCHEMA, **asdict(found), "freshness": asdict(freshness)}, indent=2)
        return
    with paged():
        for label, value in wording.status_rows(found, freshness):
            say(one_line(f"{label:<10} {value}" if label else f"{'':13}{value}"))


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit forget ~/repo", "erase the index of a folder"),
        ("searchkit forget .", "erase the index of the folder one stands in"),
    ],
)
def forget(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="An indexed folder.", autocompletion=completion.roots),
    ],
    as_json: Json = False,
) -> None:
    """Erase the index of a folder; the folder itself is not touched."""
    from searchkit.index_dir import forget as erase

    erase(path)
    note(f"forgot `{path}`")
    if as_json:
        say_json({"schema": SCHEMA, "forgotten": str(path)}, indent=2)
