"""`searchkit status` and `searchkit forget`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.faults import SCHEMA
from searchkit.cli.models import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Repositories, Url
from searchkit.cli.terminal import hint, note, one_line, paged, say, say_json
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
            help="An indexed folder, or a path in it to ask about.",
            autocompletion=completion.roots,
        ),
    ] = Path(),
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Name every file that was left out, and why.")
    ] = False,
    url: Url = None,
    repo: Repositories = None,
    as_json: Json = False,
) -> None:
    """Tell what an index holds, what it left out and why, and how fresh it is."""
    from searchkit import wording
    from searchkit.workspace import Workspace

    if url is not None:
        if skipped:
            raise typer.BadParameter("`--skipped` goes with a folder, and not with `--index URL`")
        _status_shared(url, repo or (), as_json=as_json)
        return
    with Workspace() as workspace:
        known = _of_path(workspace, path)
        if known:
            _print_path(known, as_json=as_json)
            return
        if skipped:
            _print_skipped(workspace, path, as_json=as_json)
            return
        root = workspace.locate(path).root
        found, freshness = workspace.status(root), workspace.refresh(root, 0)
    if as_json:
        say_json({"schema": SCHEMA, **asdict(found), "freshness": asdict(freshness)}, indent=2)
        return
    with paged():
        _say_rows(wording.status_rows(found, freshness))
    if found.skipped:
        hint(f"type `searchkit status {shell_word(path)} --skipped` to see what was left out")


def _say_rows(rows: "Iterable[tuple[str, str]]") -> None:
    """Print labels and values; a row without a label goes on with the one above."""
    for label, value in rows:
        say(one_line(f"{label:<10} {value}" if label else f"{'':13}{value}"))


def _status_shared(url: str, repositories: "Sequence[str]", *, as_json: bool) -> None:
    from searchkit.cli.shared import open_shared
    from searchkit.team.wording import rows_of

    found = open_shared(url).snapshot(repositories).manifests
    if as_json:
        record = {"index": url, "repositories": [asdict(each) for each in found]}
        say_json({"schema": SCHEMA, **record}, indent=2)
        return
    with paged():
        for number, manifest in enumerate(found):
            if number:
                say()
            _say_rows(rows_of(manifest))


def _print_skipped(workspace: "Workspace", path: Path, *, as_json: bool) -> None:
    """Name every file that an index left out, in all of a folder or a part of it."""
    from searchkit.search.selection import below

    here = workspace.locate(path)
    is_below = below([here.inside] if here.inside else ())
    rows = [row for row in workspace.skipped(here.root) if is_below(row[0])]
    if as_json:
        named = [{"path": path, "reason": reason} for path, reason in rows]
        say_json({"schema": SCHEMA, "root": str(here.root), "skipped": named}, indent=2)
        return
    with paged():
        for name, reason in rows:
            say(one_line(f"{name}: {reason}"))


def _of_path(workspace: "Workspace", path: Path) -> "PathStatus | None":
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
        say_json({"schema": SCHEMA, **asdict(known)}, indent=2)
        return
    say(one_line(f"{known.path}: {known.words}"))
    if known.hint:
        hint(known.hint)


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit forget ~/repo", "erase the index of a folder"),
        ("searchkit forget --index s3://bucket/team --repo payments", "erase it for all who ask"),
        ("searchkit forget --all", "erase every index, and the vectors that they share"),
    ],
)
def forget(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="An indexed folder.", autocompletion=completion.roots),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Erase every index.")] = False,
    sure: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    url: Url = None,
    repo: Annotated[
        str | None, typer.Option("--repo", metavar="NAME", help="A repository of a shared index.")
    ] = None,
    deleted: Annotated[
        bool,
        typer.Option(
            "--deleted", help="With `--index`: erase the bytes of all that pushes deleted, at once."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Erase the index of a folder, or every index; the folders themselves are not touched."""
    from searchkit.indexes.erasure import forget as erase

    if url is not None or repo is not None or deleted:
        if url is None or (repo is None) != deleted or path is not None or every:
            raise typer.BadParameter(
                "of a shared index give `--index URL`, and `--repo NAME` or `--deleted`"
            )
        _forget_shared(url, repo, as_json=as_json)
        return
    if (path is None) != every:
        raise typer.BadParameter("give one folder, or `--all`")
    if path is None:
        _forget_all(sure=sure, as_json=as_json)
        return
    erase(path)
    note(one_line(f"forgot `{path}`"))
    if as_json:
        say_json({"schema": SCHEMA, "forgotten": str(path)}, indent=2)


def _forget_shared(url: str, repository: str | None, *, as_json: bool) -> None:
    from searchkit.cli.shared import open_shared

    shared = open_shared(url)
    if repository is None:
        shared.erase_deleted()
        note(f"erased the bytes of what was deleted in `{shared.url}`")
    else:
        shared.forget(repository)
        note(f"forgot `{repository}` in `{shared.url}`")
    if as_json:
        say_json({"schema": SCHEMA, "forgotten": repository, "index": shared.url}, indent=2)


def _forget_all(*, sure: bool, as_json: bool) -> None:
    from searchkit.indexes.erasure import forget_all

    if not sure and not sys.stdin.isatty():
        raise typer.BadParameter("to erase every index without being asked, add `--yes`")
    if not sure:
        typer.confirm("erase every index?", abort=True, err=True)
    count = forget_all()
    note(f"forgot {count:,} index{'' if count == 1 else 'es'}")
    if as_json:
        say_json({"schema": SCHEMA, "indexes": count}, indent=2)
