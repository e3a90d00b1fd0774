"""`searchkit get`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app
from searchkit.cli.budget import MaxTokens
from searchkit.cli.options import Json
from searchkit.cli.place import split
from searchkit.cli.program import SEARCH
from searchkit.cli.terminal import note, say, say_record


@app.command(
    group=SEARCH,
    examples=[
        ("searchkit get src/server.py:10-40", "print lines 10 to 40"),
        ("searchkit get notes/plan.md --max-tokens 500", "print as much as 500 tokens hold"),
    ],
)
def get(
    place: Annotated[
        str,
        typer.Argument(metavar="PATH:LINES", help="An indexed file, and `:10-40` for some lines."),
    ],
    max_tokens: MaxTokens = None,
    as_json: Json = False,
) -> None:
    """Print lines of an indexed file.

    They are those of the file as it is now, or of a document's text as it was indexed. PATH:10 is
    one line, PATH:10- all from there. What an index leaves out is not printed.
    """
    from searchkit.embedders import count_tokens
    from searchkit.hits import budget
    from searchkit.source import read_lines
    from searchkit.wording import amount
    from searchkit.workspace import Workspace

    path, first, last = _split(place)
    with Workspace() as workspace:
        source = read_lines(workspace, path, first, last)
        lines = source.lines
        if max_tokens is not None:
            lines = budget.leading(lines, max_tokens, partial(count_tokens, workspace.embedder))
    cut = len(source.lines) - len(lines)
    if as_json:
        total = source.total or None  # they are not counted for some lines of a large file
        record = {"file": str(source.file), "start_line": source.first, "total_lines": total}
        say_record({**record, "note": source.note, "cut": cut, "lines": lines})
    for line in () if as_json else lines:
        say(line)
    if source.note:
        note(f"searchkit: {source.note}")
    if cut:
        on = f"go on with `searchkit get {path}:{source.first + len(lines)}-{source.last}`"
        note(f"searchkit: {amount(cut, 'line')} left out to keep within `--max-tokens`: {on}")


def _split(place: str) -> tuple[Path, int, int | None]:
    """Split what was typed into path and lines; a file with all of that for its name is whole."""
    found = None if Path(place).exists() else split(place)
    return found or (Path(place), 1, None)
