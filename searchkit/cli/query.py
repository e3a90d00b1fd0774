"""`searchkit query` and `searchkit similar`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from searchkit.cli import app, completion, opened
from searchkit.cli.budget import Budget
from searchkit.cli.options import Folders, Limit, Narrowing, Sides
from searchkit.cli.program import SEARCH
from searchkit.cli.shape import Shape
from searchkit.cli.shared import Shared
from searchkit.query import Mode, Query
from searchkit_index.errors import QueryError

if TYPE_CHECKING:
    from searchkit.answer import Answer
    from searchkit.workspace import Workspace


@app.command(
    group=SEARCH,
    examples=[
        ('searchkit query "where are sockets opened" ~/repo --lang python', "ask for code"),
        ('searchkit query "open a socket" --all', "ask every folder that is indexed"),
        ('searchkit query "why are sockets pooled" --commits', "ask the history of git"),
        ('searchkit query "open a socket" --index s3://bucket/team', "ask a shared index"),
        ("git diff | searchkit query - --json", "ask with a text from stdin, for a program"),
    ],
)
def query(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT",
            help="Any text; `-` reads it from stdin. Left out with `--like`.",
            show_default=False,
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="An indexed folder, or one inside it; the current one by default.",
            autocompletion=completion.roots,
            show_default=False,
        ),
    ] = None,
    limit: Limit = None,
    mode: Sides = "hybrid",
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ask for places like the text of this file; `-` reads stdin."
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--commits", help="Ask the history of git: messages, and what commits touch."),
    ] = False,
    *,
    narrowing: Narrowing,
    folders: Folders,
    shared: Shared,
    shape: Shape,
    budget: Budget,
) -> int:
    """Ask indexed folders by words and by meaning, in any language."""
    if shared.url is not None and history:
        raise typer.BadParameter("a shared index holds no history: leave out `--commits`")
    if like is not None and shared.url is not None:
        folders.refuse(Path(text) if text else path)
        return _like_shared(
            _read(like), str(like), limit, narrowing, folders, shared, shape, budget
        )
    if like is not None:
        # Nothing but a folder is left to be named.
        within = folders.within(Path(text) if text else None, path, default=Path())
        return _like(_read(like), like, within, limit, narrowing, folders, shape, budget)
    if text is None:
        raise QueryError("missing argument `TEXT`", "type `searchkit query --help`")
    if shared.url is not None:
        folders.refuse(path)
    within = folders.within(path, default=Path())
    # The query refuses a mode that there is not.
    filter = narrowing.filter()
    limit = shape.limit(limit, filter)
    asked = Query(sys.stdin.read() if text == "-" else text, filter, cast(Mode, mode), limit)
    if shared.url is not None:
        team = shared.team(folders.model)
        return budget.show(asked.text, team.search(asked), shape, team)
    if history:
        from searchkit.cli import commits

        if budget.max_tokens is not None:
            raise typer.BadParameter("`--commits` goes without `--max-tokens`: give `-n`")
        return commits.ask(asked, within, folders, shape)
    with opened.workspace(folders.model) as workspace:
        folders.index_missing(workspace, within or ())
        answer = workspace.search(asked, within=within, refresh=folders.refresh)
        answer = _covered(workspace, answer, folders)
        return budget.show(asked.text, answer, shape, workspace)


def _read(file: Path) -> str:
    """Read the text of a file, or stdin for `-`."""
    if str(file) == "-":
        return sys.stdin.read()
    from searchkit_index.reading.text import Unsuitable, decode

    try:
        return decode(file.read_bytes())
    except FileNotFoundError:
        raise QueryError(f"there is no file `{file}`", "check the spelling") from None
    except Unsuitable as unsuitable:
        raise QueryError(f"`{file}` is {unsuitable.reason}", "give a text") from None


def _like(
    text: str,
    file: Path,
    within: list[Path] | None,
    limit: int | None,
    narrowing: Narrowing,
    folders: Folders,
    shape: Shape,
    budget: Budget,
) -> int:
    """Ask for places like the text of a file, or of stdin for `-`, and show them."""
    filter = narrowing.filter()
    with opened.workspace(folders.model) as workspace:
        folders.index_missing(workspace, within or ())
        answer = workspace.similar_to(
            text,
            without=None if str(file) == "-" else file,
            within=within,
            filter=filter,
            limit=shape.limit(limit, filter),
            refresh=folders.refresh,
        )
        answer = _covered(workspace, answer, folders)
        return budget.show(str(file), answer, shape, workspace)


def _like_shared(
    text: str,
    title: str,
    limit: int | None,
    narrowing: Narrowing,
    folders: Folders,
    shared: Shared,
    shape: Shape,
    budget: Budget,
) -> int:
    """Ask a shared index for places like a text, and show them."""
    filter = narrowing.filter()
    count = shape.limit(limit, filter)
    team = shared.team(folders.model)
    answer = team.similar_to(text, filter=filter, limit=count)
    return budget.show(title, answer, shape, team)


def _covered(workspace: "Workspace", answer: "Answer", folders: Folders) -> "Answer":
    """Add to an answer without a refresh what it does not cover."""
    if folders.refresh:
        return answer
    roots = [root for root in answer.roots if root not in answer.faults]
    return replace(answer, freshness={root: workspace.refresh(root, 0) for root in roots})


@app.command(
    group=SEARCH,
    examples=[
        ("searchkit similar src/server.py:120", "find code like the one at line 120"),
        ("searchkit similar notes/plan.md:8 -n 3 --lang ja", "find notes in Japanese like it"),
        ("git show HEAD:src/server.py | searchkit similar -", "find code like a text from stdin"),
        ("searchkit similar payments/api.py:9 --index s3://bucket/team", "ask a shared index"),
    ],
)
def similar(
    place: Annotated[
        str,
        typer.Argument(
            metavar="PATH:LINE", help="A line of an indexed file; `-` reads any text from stdin."
        ),
    ],
    limit: Limit = None,
    *,
    narrowing: Narrowing,
    folders: Folders,
    shared: Shared,
    shape: Shape,
    budget: Budget,
) -> int:
    """Find places like the one at PATH:LINE, in any language.

    With `--index URL` the path is one of a hit there: `payments/src/server.py:120`.
    """
    if shared.url is not None:
        folders.refuse(None)
        return _similar_shared(place, limit, narrowing, folders, shared, shape, budget)
    if place == "-":
        within = folders.within(default=Path())
        return _like(sys.stdin.read(), Path("-"), within, limit, narrowing, folders, shape, budget)
    path, line = _split(place)
    with opened.workspace(folders.model) as workspace:
        within = folders.within(default=None)
        folders.index_missing(workspace, [path, *(within or ())])
        filter = narrowing.filter()
        answer = workspace.similar(
            *(path, line),
            within=workspace.roots() if folders.everywhere else within,
            filter=filter,
            limit=shape.limit(limit, filter),
            refresh=folders.refresh,
        )
        return budget.show(place, _covered(workspace, answer, folders), shape, workspace)


def _similar_shared(
    place: str,
    limit: int | None,
    narrowing: Narrowing,
    folders: Folders,
    shared: Shared,
    shape: Shape,
    budget: Budget,
) -> int:
    if place == "-":
        text = sys.stdin.read()
        return _like_shared(text, place, limit, narrowing, folders, shared, shape, budget)
    path, line = _split(place)
    filter = narrowing.filter()
    count = shape.limit(limit, filter)
    team = shared.team(folders.model)
    answer = team.similar(path, line, filter=filter, limit=count)
    return budget.show(place, answer, shape, team)


def _split(place: str) -> tuple[Path, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise typer.BadParameter(f"`{place}` is not of the form `PATH:LINE`")
    return Path(path), int(line)
