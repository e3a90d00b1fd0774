"""`searchkit push`."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json, ModelName, Quiet
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import open_shared
from searchkit.cli.terminal import note, say, say_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchkit.indexes.index import Index
    from searchkit.team.index import SharedIndex
    from searchkit.team.push import Pushed

Folders = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help="Folders; without any, the current one.",
        autocompletion=completion.roots,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="URL",
        help="The shared index: a folder, `s3://`, `gs://` or `az://` and what follows.",
        show_default=False,
    ),
]
RepositoryName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The name there; by default the folder's."),
]
Key = Annotated[
    bool, typer.Option("--key", help="Print the public key that your pushes are signed with.")
]
Replacing = Annotated[
    bool, typer.Option("--replace", help="Take the place of another folder of the same name there.")
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Have the files read and embedded by a Ray cluster: `auto`, or HOST:PORT.",
        show_default=False,
    ),
]


def _cards(number: float) -> float:
    """Refuse a number of graphics cards that is neither whole nor a part of one."""
    if number < 0 or (number > 1 and number % 1):
        raise typer.BadParameter("`--gpus` takes a part of one card, or a whole number")
    return number


Gpus = Annotated[
    float,
    typer.Option(
        metavar="N",
        help="With `--ray`: graphics cards for each worker; parts too.",
        callback=_cards,
        show_default=False,
    ),
]


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
    paths: Folders = None,
    to: Target = None,
    name: RepositoryName = None,
    model: ModelName = None,
    key: Key = False,
    replacing: Replacing = False,
    ray: RayAddress = None,
    gpus: Gpus = 0.0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Index folders, and send what changed to a shared index.

    Each folder is sent in one commit. With `--ray` no index is made here: the workers of the
    cluster read and embed the files.
    """
    if key:
        _print_key(as_json=as_json)
        return
    if to is None:
        raise typer.BadParameter("say where to, as `--to s3://bucket/team`")
    if name is not None and len(paths or ()) > 1:
        raise typer.BadParameter("`--name` names one folder: push each by itself")
    if gpus and ray is None:
        raise typer.BadParameter("`--gpus` goes with `--ray`")
    sending = _Sending(open_shared(to), name, model, replacing, quiet)
    asked = paths or [Path()]
    done = []
    for pushed in sending.from_here(asked) if ray is None else sending.by_ray(asked, ray, gpus):
        if not quiet:
            _tell(pushed, sending.shared)
        done.append(pushed)
    if as_json:
        _print_records(done)


def _print_key(*, as_json: bool) -> None:
    from searchkit.team.signing import public_key

    if as_json:
        say_record({"key": public_key()})
    else:
        say(public_key())


@dataclass(frozen=True, slots=True)
class _Sending:
    """Where folders are pushed to, and how."""

    shared: "SharedIndex"
    name: str | None
    model: str | None
    replacing: bool
    quiet: bool

    def from_here(self, paths: "Sequence[Path]") -> "Iterator[Pushed]":
        """Index folders here, and push each."""
        from searchkit.cli.building import build
        from searchkit.indexes.index import Index
        from searchkit.team.manifest import check_name

        self.shared.check_place()
        for path in paths:
            with Index.open(path, model=self.model) as index:
                self.shared.refuse_inside(index.root)
                named = check_name(self.name or index.root.name)
                build(index, quiet=self.quiet)
                yield _push(index, self.shared, named, replacing=self.replacing)

    def by_ray(self, paths: "Sequence[Path]", address: str, gpus: float) -> "Iterator[Pushed]":
        """Have folders read and embedded by a cluster, and push each."""
        from contextlib import closing
        from functools import partial

        from searchkit import config
        from searchkit.cli.progress import reporting
        from searchkit.embedders import load_embedder
        from searchkit.indexes.location import resolved
        from searchkit.team.cluster import Cluster, Folder
        from searchkit.team.ray_workers import RayWorkers
        from searchkit_index.pipeline.report import Progress

        settings = config.load()
        load = partial(load_embedder, self.model or settings.model, threads=1)
        roots = [resolved(path) for path in paths]
        for root in roots:
            self.shared.refuse_inside(root)
        folders = [Folder(root, self.name or root.name) for root in roots]
        with closing(RayWorkers(address, gpus=gpus)) as workers, reporting(quiet=self.quiet) as to:
            if not workers.places:
                note(
                    f"searchkit: no machine at `{address}` has what `--gpus {gpus:g}` asks; waiting"
                )
            cluster = Cluster(
                self.shared, workers, load, settings=settings, replacing=self.replacing
            )
            yield from cluster.push(folders, lambda *reached: to(Progress("read", *reached)))


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


def _print_records(done: "Sequence[Pushed]") -> None:
    """Print what was pushed as JSON: of one folder, or a list of several."""
    records: list[dict[str, Any]] = [
        {
            "repository": asdict(each.manifest),
            "added": each.added,
            "removed": each.removed,
            "seconds": each.seconds,
        }
        for each in done
    ]
    say_record(records[0] if len(records) == 1 else {"pushed": records})
