"""`searchkit index`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchkit.index import Index
    from searchkit_index.build import Report
    from searchkit_index.walk.walker import Rules


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(help="Folders to index.", metavar="PATH...")],
    model: Annotated[str | None, typer.Option(help="The embedder; see `searchkit models`.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda (every GPU), cuda:1, mps.")] = "auto",
    run_foreign_code: Annotated[
        bool,
        typer.Option(
            "--run-foreign-code",
            help="Run the Python that the model brings, which can do whatever you can.",
        ),
    ] = False,
    include: Annotated[
        list[str] | None, typer.Option(help="Take files that an ignore file names.", metavar="GLOB")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Leave files out.", metavar="GLOB")
    ] = None,
    secrets: Annotated[
        bool | None,
        typer.Option(
            "--include-secrets/--no-secrets",
            help="Take, or leave out again, files that look like they hold keys or tokens.",
            show_default=False,
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file anew, whatever its time says.")
    ] = False,
    memory: Annotated[
        str | None,
        typer.Option(help="Hold no more than this, as `512MB`.", metavar="SIZE"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be indexed, and do nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no summary.")] = False,
) -> None:
    """Index folders, or bring their indexes up to date.

    Example: searchkit index ~/repo --exclude 'vendor/**'
    """
    from searchkit import config
    from searchkit.cli.output import note
    from searchkit.embedders import Describing, load_embedder
    from searchkit.index import Index
    from searchkit.index_dir import resolved
    from searchkit_index.memory import size
    from searchkit_index.walk.walker import Rules

    ceiling = None if memory is None else size(memory)
    # A path that cannot be indexed is told before any other takes its minutes.
    settings = config.load()
    embedder = load_embedder(
        model or settings.model,
        threads=settings.threads,
        device=device,
        run_foreign_code=run_foreign_code,
    )
    if not quiet and not dry_run and isinstance(embedder, Describing):
        note(f"embedding with `{embedder.name}` on {embedder.described()}")
    for root in [Index(resolved(path), embedder, settings) for path in paths]:
        with root:
            if dry_run:
                _print_plan(
                    root, Rules(tuple(include or ()), tuple(exclude or ()), secrets=bool(secrets))
                )
            else:
                build = partial(
                    root.build,
                    include=include,
                    exclude=exclude,
                    secrets=secrets,
                    verify=verify,
                    memory=ceiling,
                )
                _build(root, build, quiet)


def _print_plan(root: "Index", rules: "Rules") -> None:
    from searchkit.cli.output import note, one_line, say
    from searchkit_index.walk.walker import File, walk

    count = size = 0
    for entry in walk(root.root, rules):
        if isinstance(entry, File):
            say(one_line(entry.path))
            count, size = count + 1, size + entry.size
        else:
            note(f"{one_line(entry.path)}: {entry.reason}")
    note(f"{count:,} files, {size / 1e6:,.1f} MB")


def _build(root: "Index", build: "Callable[..., Report]", quiet: bool) -> None:
    from searchkit import wording
    from searchkit.cli.output import note
    from searchkit.cli.progress import reporting
    from searchkit_index.errors import CatalogBusyError

    with reporting(quiet=quiet) as progress:
        try:
            try:
                report = build(progress=progress, wait=False)
            except CatalogBusyError:
                note(f"searchkit: another process is indexing `{root.root}`; waiting for it")
                report = build(progress=progress)
        except KeyboardInterrupt:
            note("\nsearchkit: interrupted; all that was done is kept, and the next run goes on")
            raise
    if not quiet:
        for line in wording.indexed(root.root, root.status(), report):
            note(line)
