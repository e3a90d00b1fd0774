"""`searchkit push` and `searchkit pull`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.faults import SCHEMA
from searchkit.cli.models import Json, ModelName
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Signers, known_signers, open_shared
from searchkit.cli.terminal import note, say, say_json

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.team.index import SharedIndex
    from searchkit.team.push import Pushed

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print no progress and no summary.")]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit push ~/repo --to s3://bucket/team", "let others ask it without the sources"),
        ("searchkit push ~/repo --to /mnt/share/team --name payments", "by a name of your own"),
        ("searchkit push --key", "print your public key, for those who demand it"),
    ],
)
def push(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A folder.", autocompletion=completion.roots),
    ] = Path(),
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL",
            help="The shared index: a folder, `s3://`, `gs://` or `az://` and what follows.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the repository there; the folder's by default."),
    ] = None,
    model: ModelName = None,
    key: Annotated[
        bool, typer.Option("--key", help="Print the public key that your pushes are signed with.")
    ] = False,
    replacing: Annotated[
        bool,
        typer.Option("--replace", help="Take the place of another folder of the same name there."),
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Index a folder, and send what changed to a shared index, in one commit."""
    if key:
        from searchkit.team.signing import public_key

        say(public_key())
        return
    if to is None:
        raise typer.BadParameter("say where to, as `--to s3://bucket/team`")
    from searchkit.cli.index import build
    from searchkit.index import Index
    from searchkit.team.manifest import check_name

    with Index.open(path, model=model) as index:
        named = check_name(name or index.root.name)
        shared = open_shared(to)
        build(index, quiet=quiet)
        pushed = _push(index, shared, named, quiet=quiet, replacing=replacing)
    if as_json:
        counts = {"added": pushed.added, "removed": pushed.removed, "seconds": pushed.seconds}
        say_json({"schema": SCHEMA, "repository": asdict(pushed.manifest), **counts}, indent=2)


def _push(
    index: "Index", shared: "SharedIndex", name: str, *, quiet: bool, replacing: bool
) -> "Pushed":
    from searchkit import wording
    from searchkit.team.push import push as send
    from searchkit.team.wording import state
    from searchkit_index.errors import CatalogBusyError

    try:
        pushed = send(index, shared, name, wait=False, replacing=replacing)
    except CatalogBusyError as busy:
        note(f"searchkit: {busy.message}; waiting for it")
        pushed = send(index, shared, name, replacing=replacing)
    if not quiet:
        added, removed = (wording.amount(each, "chunk") for each in (pushed.added, pushed.removed))
        note(
            f"pushed `{name}` to `{shared.url}`: {added} sent, {removed} removed in"
            f" {pushed.seconds:.1f} s; {state(pushed.manifest)}"
        )
    return pushed


@app.command(
    group=MANAGE,
    examples=[
        (
            "searchkit pull s3://bucket/team --repo payments ~/src/payments",
            "index a checkout with the vectors that others made",
        ),
        ("searchkit pull /mnt/share/team ~/src/payments", "the same from a shared folder"),
    ],
)
def pull(
    url: Annotated[str, typer.Argument(metavar="URL", help="The shared index.")],
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Your checkout of the repository.")
    ] = Path(),
    repo: Annotated[
        str | None,
        typer.Option("--repo", metavar="NAME", help="Its name there; by default the folder's."),
    ] = None,
    signer: Signers = None,
    model: ModelName = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Index a checkout with the vectors of a shared index: only what differs is embedded."""
    from searchkit import config, wording
    from searchkit.cli.progress import reporting
    from searchkit.index import Index
    from searchkit.team.pull import pull as fetch

    settings = config.load()
    with Index.open(path, model=model, settings=settings) as index, reporting(quiet=quiet) as shown:
        pulled = fetch(
            index,
            open_shared(url),
            repo or index.root.name,
            signers=known_signers(signer),
            cache_bytes=settings.cache_bytes,
            progress=shown,
        )
        lines = wording.indexed(index.root, index.status(), pulled.report)
    if not quiet:
        note(f"pulled {pulled.vectors:,} vectors of `{pulled.manifest.name}`")
        for line in lines:
            note(line)
    if as_json:
        counts = {"vectors": pulled.vectors, "report": asdict(pulled.report)}
        say_json({"schema": SCHEMA, "repository": asdict(pulled.manifest), **counts}, indent=2)
