"""`searchkit forget`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Url
from searchkit.cli.terminal import note, say_record


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
    """Erase the index of a folder, or every index.

    The folders themselves are not touched.
    """
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
    note(f"forgot `{path}`")
    if as_json:
        say_record({"forgotten": str(path)})


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
        say_record({"forgotten": repository, "index": shared.url})


def _forget_all(*, sure: bool, as_json: bool) -> None:
    from searchkit.indexes.erasure import forget_all
    from searchkit.wording import amount

    if not sure and not sys.stdin.isatty():
        raise typer.BadParameter("to erase every index without being asked, add `--yes`")
    if not sure:
        typer.confirm("erase every index?", abort=True, err=True)
    count = forget_all()
    note(f"forgot {amount(count, 'index', 'indexes')}")
    if as_json:
        say_record({"indexes": count})
