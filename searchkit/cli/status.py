"""`searchkit status`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit import wording
from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.pager import paged
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Repositories, Url
from searchkit.cli.terminal import hint, one_line, say, say_record
from searchkit.printable import shell_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searchkit.indexes.path_status import PathStatus
    from searchkit.workspace import Workspace


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit status ~/repo", "see what an index holds"),
        ("searchkit status ~/repo/photo.png", "see why a file is not indexed"),
        ("searchkit status ~/repo --skipped", "see every file that was left out, and why"),
    ],
)
def status(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="An indexed folder, or a path in it to ask about; without it the current one.",
            autocompletion=completion.roots,
        ),
    ] = Path(),
    skipped: Annotated[
        bool,
        typer.Option("--skipped", help="Name every file that was left out, or in part, and why."),
    ] = False,
    url: Url = None,
    repo: Repositories = None,
    as_json: Json = False,
) -> None:
    """Tell what is indexed, what is not and why, and how fresh it is."""
    from searchkit.workspace import Workspace

    if url is not None:
        if skipped or path != Path():
            raise typer.BadParameter("`--index URL` has no folder: leave out PATH and `--skipped`")
        _status_shared(url, repo or (), as_json=as_json)
        return
    if repo:
        raise typer.BadParameter("`--repo` goes with `--index URL`")
    with Workspace() as workspace:
        known = _path_status(workspace, path)
        if known:
            _print_path(known, as_json=as_json)
            return
        if skipped:
            _print_skipped(workspace, path, as_json=as_json)
            return
        root = workspace.locate(path).root
        found, freshness = workspace.status(root), workspace.refresh(root, 0)
    if as_json:
        say_record({**asdict(found), "freshness": asdict(freshness)})
        return
    with paged():
        _say_rows(wording.status_rows(found, freshness))
    if found.skipped or found.partial:
        hint(f"type `searchkit status {shell_word(path)} --skipped` to see what was left out")


def _say_rows(rows: "Iterable[tuple[str, str]]") -> None:
    """Print labels and values; a row without a label goes on with the one above."""
    for line in wording.aligned(rows):
        say(one_line(line))


def _status_shared(url: str, repositories: "Sequence[str]", *, as_json: bool) -> None:
    from searchkit.cli.shared import open_shared
    from searchkit.team.wording import rows_of

    found = open_shared(url).snapshot(repositories).manifests
    if as_json:
        say_record({"index": url, "repositories": [asdict(each) for each in found]})
        return
    with paged():
        for number, manifest in enumerate(found):
            if number:
                say()
            _say_rows(rows_of(manifest))


def _print_skipped(workspace: "Workspace", path: Path, *, as_json: bool) -> None:
    """Name every file that an index left out, or in part, in all of a folder or below a path."""
    from searchkit.indexes.path_status import larger_files_hint, may_be_larger
    from searchkit.search.selection import below

    here = workspace.locate(path)
    is_below = below([here.inside] if here.inside else ())
    rows = [row for row in workspace.skipped(here.root) if is_below(row[0])]
    if as_json:
        named = [{"path": path, "reason": reason} for path, reason in rows]
        say_record({"root": str(here.root), "skipped": named})
        return
    with paged():
        for name, reason in rows:
            say(one_line(f"{name}: {reason}"))
    if any(may_be_larger(name, reason) for name, reason in rows):
        hint(larger_files_hint())


def _path_status(workspace: "Workspace", path: Path) -> "PathStatus | None":
    """Find what is to be said of a path alone; None for a folder with an index of its own."""
    if not path.is_dir():
        return workspace.path_status(path)
    location = workspace.locate(path)
    if location.indexed and not location.inside:
        return None
    if path.is_symlink() and workspace.locate(path, follow=False).indexed:
        return workspace.path_status(path)
    known = workspace.path_status(location.root / location.inside)
    return None if known.indexed else known


def _print_path(known: "PathStatus", *, as_json: bool) -> None:
    if as_json:
        say_record(asdict(known))
        return
    say(one_line(f"{known.path}: {known.words}"))
    if known.hint:
        hint(known.hint)
