"""`searchkit status` and `searchkit forget`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app


@app.command()
def status(
    path: Annotated[
        Path, typer.Argument(help="An indexed folder, or a path in it to ask about.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell what an index holds, what it left out and why, and how fresh it is.

    Example: searchkit status ~/repo
    """
    from searchkit import wording
    from searchkit.cli.output import one_line, say
    from searchkit.workspace import Workspace

    with Workspace() as workspace:
        location = workspace.locate(path if path.is_dir() else path.parent)
        root = location.root
        if not path.is_dir():
            relative = "/".join(filter(None, (location.inside, path.name)))
            reason = workspace.why_skipped(root, relative)
            say(one_line(f"{relative}: {reason or 'indexed'}"))
            return
        found, freshness = workspace.status(root), workspace.refresh(root, 0)
    if as_json:
        say(json.dumps(asdict(found) | {"freshness": asdict(freshness)}, indent=2, default=str))
        return
    for label, value in wording.status_rows(found, freshness):
        say(one_line(f"{label:<10} {value}" if label else f"{'':13}{value}"))


@app.command()
def forget(
    path: Annotated[Path, typer.Argument(help="An indexed folder.")],
) -> None:
    """Erase the index of a folder; the folder itself is not touched.

    Example: searchkit forget ~/repo
    """
    from searchkit.cli.output import note
    from searchkit.index_dir import forget as erase

    erase(path)
    note(f"forgot `{path}`")
