"""`searchkit pull`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app
from searchkit.cli.options import Json, ModelName, Quiet
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Signers, known_signers, open_shared
from searchkit.cli.terminal import note, say_record


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
        Path,
        typer.Argument(
            metavar="PATH", help="Your checkout of the repository; without it the current folder."
        ),
    ] = Path(),
    repo: Annotated[
        str | None,
        typer.Option("--repo", metavar="NAME", help="The name there; by default the folder's."),
    ] = None,
    signer: Signers = None,
    model: ModelName = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Index a checkout with the vectors of a shared index.

    Only what differs is embedded.
    """
    from searchkit import config, wording
    from searchkit.cli.progress import reporting
    from searchkit.indexes.index import Index
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
        note(f"pulled {wording.amount(pulled.vectors, 'vector')} of `{pulled.manifest.name}`")
        for line in lines:
            note(line)
    if as_json:
        counts = {"vectors": pulled.vectors, "report": asdict(pulled.report)}
        say_record({"repository": asdict(pulled.manifest), **counts})
