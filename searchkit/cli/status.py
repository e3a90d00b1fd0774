"""`searchkit status` and `searchkit forget`."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchkit.status import Freshness, Status


@app.command()
def status(
    path: Annotated[
        Path, typer.Argument(help="An indexed folder, or a path in it to ask about.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell what an index holds, what it left out and why, and how fresh it is.

    Example: searchkit status ~/repo
    """
    from searchkit.cli.output import one_line, say
    from searchkit.index import Index

    folder = path if path.is_dir() else path.parent
    index, inside = Index.find(folder)
    with index:
        if folder != path:
            relative = f"{inside}/{path.name}" if inside else path.name
            reason = index.why_skipped(relative)
            say(one_line(f"{relative}: {reason or 'indexed'}"))
            return
        found, freshness = index.status(), index.refresh(0)
    if as_json:
        say(json.dumps(asdict(found) | {"freshness": asdict(freshness)}, indent=2, default=str))
        return
    for line in _lines(found, freshness):
        say(one_line(line))


def _lines(status: "Status", freshness: "Freshness") -> "Iterator[str]":
    from searchkit_index.languages.natural import NAMES

    yield f"root       {status.root}"
    yield f"index      {status.folder}"
    yield f"model      {status.model} ({status.fingerprint})"
    yield f"files      {status.files:,} indexed, {sum(status.skipped.values()):,} skipped"
    for reason, count in status.skipped.items():
        yield f"             {count:,} {reason}"
    yield f"chunks     {status.chunks:,} ({status.passages:,} different)"
    for language, (files, chunks) in status.languages.items():
        yield f"             {language}: {files:,} files, {chunks:,} chunks"
    for code, (files, chunks) in status.natural_languages.items():
        yield f"             prose in {NAMES[code]} ({code}): {files:,} files, {chunks:,} chunks"
    if status.without_grammar:
        yield f"             no grammar is installed for {', '.join(status.without_grammar)}"
    yield f"vectors    {status.layout or 'none published'}{_recall(status)}"
    yield f"on disk    {_megabytes(status.catalog_bytes)} text and vectors, " + (
        f"{_megabytes(status.vector_bytes)} FAISS"
    )
    yield f"last run   {_time(status.last_run)}"
    yield f"changed    {freshness.stale:,} files since"
    yield f"pending    {status.pending:,} passages to embed"
    for name in ("include", "exclude"):
        globs = getattr(status.rules, name)
        if globs:
            yield f"{name}    {', '.join(globs)}"


def _recall(status: "Status") -> str:
    return "" if status.recall is None else f", recall {status.recall:.3f} at 10 of the flat scan"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "not finished yet"
    return datetime.fromtimestamp(seconds).isoformat(" ", "seconds")


@app.command()
def forget(
    path: Annotated[Path, typer.Argument(help="An indexed folder.")],
) -> None:
    """Erase the index of a folder; the folder itself is not touched.

    Example: searchkit forget ~/repo
    """
    from searchkit.cli.output import note
    from searchkit.index_dir import forget as erase

    erase(path)
    note(f"forgot `{path}`")
