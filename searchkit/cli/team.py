"""`searchkit push` and `searchkit pull`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from searchkit.cli import app, completion
from searchkit.cli.faults import SCHEMA
from searchkit.cli.models import Json, ModelName
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Signers, known_signers, open_shared
from searchkit.cli.terminal import note, say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchkit.index import Index
    from searchkit.team.index import SharedIndex
    from searchkit.team.push import Pushed

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print no progress and no summary.")]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit push ~/repo --to s3://bucket/team", "let others ask it without the sources"),
        ("searchkit push ~/repo --to /mnt/share/team --name payments", "by a name of your own"),
        ("searchkit push ~/a ~/b --to s3://bucket/team --ray auto", "have a cluster embed them"),
        ("searchkit push --key", "print your public key, for those who demand it"),
    ],
)
def push(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Folders; without any, the current one.",
            autocompletion=completion.roots,
        ),
    ] = None,
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
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Have the files read and embedded by a Ray cluster: `auto`, or HOST:PORT.",
            show_default=False,
        ),
    ] = None,
    gpus: Annotated[
        float,
        typer.Option(
            metavar="N", min=0, help="With `--ray`: graphics cards for each worker; parts too."
        ),
    ] = 0.0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Index folders, and send what changed to a shared index, each in one commit.

    With `--ray` no index is made here: the workers of the cluster read and embed the files.
    """
    if key:
        from searchkit.team.signing import public_key

        if as_json:
            say_json({"schema": SCHEMA, "key": public_key()}, indent=2)
        else:
            say(public_key())
        return
    if to is None:
        raise typer.BadParameter("say where to, as `--to s3://bucket/team`")
    if name is not None and len(paths or ()) > 1:
        raise typer.BadParameter("`--name` names one folder: push each by itself")
    if gpus > 1 and gpus % 1:
        raise typer.BadParameter("`--gpus` takes a part of one card, or a whole number")
    shared, asked = open_shared(to), paths or [Path()]
    if ray is None:
        done = _pushed(asked, shared, name, model, replacing=replacing, quiet=quiet)
    else:
        done = _pushed_by_ray(
            *(asked, shared, name, model, ray, gpus), replacing=replacing, quiet=quiet
        )
    records: list[dict[str, Any]] = []
    for pushed in done:
        if not quiet:
            _tell(pushed, shared)
        counts = {"added": pushed.added, "removed": pushed.removed, "seconds": pushed.seconds}
        records.append({"repository": asdict(pushed.manifest), **counts})
    if as_json:
        alone = len(records) == 1  # of several folders each is told in a list
        say_json({"schema": SCHEMA, **(records[0] if alone else {"pushed": records})}, indent=2)


def _pushed(
    paths: "Sequence[Path]",
    shared: "SharedIndex",
    name: str | None,
    model: str | None,
    *,
    replacing: bool,
    quiet: bool,
) -> "Iterator[Pushed]":
    """Index folders here, and push each."""
    from searchkit.cli.index import build
    from searchkit.index import Index
    from searchkit.team.manifest import check_name

    shared.check_place()
    for path in paths:
        with Index.open(path, model=model) as index:
            named = check_name(name or index.root.name)
            build(index, quiet=quiet)
            yield _push(index, shared, named, replacing=replacing)


def _pushed_by_ray(
    paths: "Sequence[Path]",
    shared: "SharedIndex",
    name: str | None,
    model: str | None,
    address: str,
    gpus: float,
    *,
    replacing: bool,
    quiet: bool,
) -> "Iterator[Pushed]":
    """Have folders read and embedded by a cluster, and push each."""
    from contextlib import closing
    from functools import partial

    from searchkit import config
    from searchkit.cli.progress import reporting
    from searchkit.embedders import load_embedder
    from searchkit.index_dir import resolved
    from searchkit.team.cluster import Folder, push_all
    from searchkit.team.ray_workers import RayWorkers
    from searchkit_index.report import Progress

    settings = config.load()
    load = partial(load_embedder, model or settings.model)
    roots = [resolved(path) for path in paths]
    folders = [Folder(root, name or root.name) for root in roots]
    with closing(RayWorkers(address, gpus=gpus)) as workers, reporting(quiet=quiet) as shown:
        if not workers.places:
            note(f"searchkit: no machine at `{address}` has what `--gpus {gpus:g}` asks; waiting")
        yield from push_all(
            *(folders, shared, workers, load(threads=settings.threads), partial(load, threads=1)),
            settings=settings,
            replacing=replacing,
            progress=lambda done, total: shown(Progress("read", done, total)),
        )


def _push(index: "Index", shared: "SharedIndex", name: str, *, replacing: bool) -> "Pushed":
    from searchkit.team.push import push as send
    from searchkit_index.errors import CatalogBusyError

    try:
        return send(index, shared, name, wait=False, replacing=replacing)
    except CatalogBusyError as busy:
        note(f"searchkit: {busy.message}; waiting for it")
        return send(index, shared, name, replacing=replacing)


def _tell(pushed: "Pushed", shared: "SharedIndex") -> None:
    from searchkit import wording
    from searchkit.team.wording import state

    added, removed = (wording.amount(each, "chunk") for each in (pushed.added, pushed.removed))
    note(
        f"pushed `{pushed.manifest.name}` to `{shared.url}`: {added} sent, {removed} removed in"
        f" {pushed.seconds:.1f} s; {state(pushed.manifest)}"
    )


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
