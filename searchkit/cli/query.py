"""`searchkit query` and `searchkit similar`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchkit.index import Index
    from searchkit.search import Hit
    from searchkit.state import Freshness


class Mode(StrEnum):
    """Which sides of the index are asked."""

    hybrid = "hybrid"
    semantic = "semantic"
    lexical = "lexical"


Limit = Annotated[int | None, typer.Option("-n", "--limit", min=1, help="At most so many hits.")]
Languages = Annotated[
    list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="One JSON object for each hit, a line each.")]
Context = Annotated[
    int, typer.Option("-C", "--context", min=0, help="The whole hit and so many lines around it.")
]
Explain = Annotated[bool, typer.Option("--explain", help="Which side found it, at what rank.")]
Fresh = Annotated[
    bool, typer.Option("--refresh/--no-refresh", help="Take in what changed before answering.")
]


@app.command()
def query(
    text: Annotated[str, typer.Argument(help="Any text; `-` reads it from stdin.")],
    path: Annotated[Path, typer.Argument(help="An indexed folder, or one inside it.")] = Path(),
    limit: Limit = None,
    mode: Annotated[Mode, typer.Option(help="Ask by words, by meaning, or both.")] = Mode.hybrid,
    lang: Languages = None,
    glob: Annotated[
        list[str] | None, typer.Option(help="Only paths that match; may be repeated.")
    ] = None,
    as_json: Json = False,
    as_jsonl: Jsonl = False,
    explain: Explain = False,
    context: Context = 0,
    refresh: Fresh = True,
    model: Annotated[str | None, typer.Option(help="The embedder it was indexed with.")] = None,
) -> int:
    """Ask an indexed folder.

    Example: searchkit query "where are sockets opened" ~/repo --lang python
    """
    from searchkit.index import Index

    if text == "-":
        text = sys.stdin.read()
    index, under = Index.find(path, model=model)
    with index:
        if mode is not Mode.lexical:
            index.warm()  # while the folder is looked through
        freshness = index.refresh(None if refresh else 0)
        hits = index.search(
            text,
            limit=limit,
            mode=mode.value,
            languages=lang or (),
            globs=glob or (),
            under=under,
        )
        _print(index, text, hits, freshness, as_json, as_jsonl, explain, context)
    return 0 if hits else 1


@app.command()
def similar(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="A line of an indexed file.")],
    limit: Limit = None,
    lang: Languages = None,
    as_json: Json = False,
    as_jsonl: Jsonl = False,
    explain: Explain = False,
    context: Context = 0,
    refresh: Fresh = True,
    model: Annotated[str | None, typer.Option(help="The embedder it was indexed with.")] = None,
) -> int:
    """Find places like the one at PATH:LINE, in any language.

    Example: searchkit similar src/server.py:120
    """
    from searchkit.index import Index

    path, line = _split(place)
    index, inside = Index.find(path.parent, model=model)
    with index:
        freshness = index.refresh(None if refresh else 0)
        hits = index.similar(
            f"{inside}/{path.name}" if inside else path.name,
            line,
            limit=limit,
            languages=lang or (),
        )
        _print(index, place, hits, freshness, as_json, as_jsonl, explain, context)
    return 0 if hits else 1


def _split(place: str) -> tuple[Path, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise typer.BadParameter(f"`{place}` is not of the form `PATH:LINE`")
    return Path(path), int(line)


def _print(
    index: "Index",
    text: str,
    hits: "Sequence[Hit]",
    freshness: "Freshness",
    as_json: bool,
    as_jsonl: bool,
    explain: bool,
    context: int,
) -> None:
    from searchkit.cli import output

    if as_json:
        output.print_json(text, index.root, hits, freshness)
    elif as_jsonl:
        output.print_jsonl(index.root, hits)
    else:
        output.print_hits(index.root, hits, context=context, explain=explain)
    if not hits:
        output.note("searchkit: nothing was found")
    output.print_freshness(index.root, freshness)
