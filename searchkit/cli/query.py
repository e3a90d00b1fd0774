"""`searchkit query` and `searchkit similar`."""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app
from searchkit.cli.answer import Answer


class Mode(StrEnum):
    """Which sides of the index are asked."""

    hybrid = "hybrid"
    semantic = "semantic"
    lexical = "lexical"


class Kind(StrEnum):
    """What a chunk is."""

    definition = "definition"
    code = "code"
    prose = "prose"
    data = "data"
    test = "test"


Sides = Annotated[Mode, typer.Option(help="Ask by words, by meaning, or both.")]
Globs = Annotated[list[str] | None, typer.Option(help="Only paths that match; may be repeated.")]
Kinds = Annotated[
    list[Kind] | None, typer.Option(help="Only chunks of this kind; may be repeated.")
]
Confidence = Annotated[
    float, typer.Option(min=0, max=1, help="Only hits at least so likely to be any good.")
]
Limit = Annotated[int | None, typer.Option("-n", "--limit", min=1, help="At most so many hits.")]
Languages = Annotated[
    list[str] | None,
    typer.Option("--lang", help="Only this language: `python`, `markdown`, `ja`; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="One JSON object for each hit, a line each.")]
Context = Annotated[
    int, typer.Option("-C", "--context", min=0, help="The whole hit and so many lines around it.")
]
Explain = Annotated[bool, typer.Option("--explain", help="What each side and rule gave or took.")]
Fresh = Annotated[
    bool, typer.Option("--refresh/--no-refresh", help="Take in what changed before answering.")
]
Model = Annotated[str | None, typer.Option(help="The embedder it was indexed with.")]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How an answer is shown."""

    as_json: bool
    as_jsonl: bool
    explain: bool
    context: int

    def show(self, answer: Answer) -> int:
        """Print it, and what must be said beside it; returns the exit code."""
        from searchkit.cli import output

        if self.as_json:
            output.print_json(answer)
        elif self.as_jsonl:
            output.print_jsonl(answer)
        else:
            output.print_hits(answer, context=self.context, explain=self.explain)
        if not answer.hits:
            output.note("searchkit: nothing was found")
        elif answer.weak:
            output.note("searchkit: weak match: nothing here may be about this")
        output.print_freshness(answer.root, answer.freshness)
        return 0 if answer.hits else 1


@app.command()
def query(
    text: Annotated[str, typer.Argument(help="Any text; `-` reads it from stdin.")],
    path: Annotated[Path, typer.Argument(help="An indexed folder, or one inside it.")] = Path(),
    limit: Limit = None,
    mode: Sides = Mode.hybrid,
    lang: Languages = None,
    glob: Globs = None,
    kind: Kinds = None,
    min_confidence: Confidence = 0,
    as_json: Json = False,
    as_jsonl: Jsonl = False,
    explain: Explain = False,
    context: Context = 0,
    refresh: Fresh = True,
    model: Model = None,
) -> int:
    """Ask an indexed folder.

    Example: searchkit query "where are sockets opened" ~/repo --lang python
    """
    from searchkit.index import Index

    shape = _Shape(as_json, as_jsonl, explain, context)
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
            kinds=[one.value for one in kind or ()],
            min_confidence=min_confidence,
        )
        return shape.show(Answer(text, index.root, hits, freshness))


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
    model: Model = None,
) -> int:
    """Find places like the one at PATH:LINE, in any language.

    Example: searchkit similar src/server.py:120
    """
    from searchkit.index import Index

    shape = _Shape(as_json, as_jsonl, explain, context)
    path, line = _split(place)
    index, inside = Index.find(path.parent, model=model)
    with index:
        freshness = index.refresh(None if refresh else 0)
        inner = f"{inside}/{path.name}" if inside else path.name
        hits = index.similar(inner, line, limit=limit, languages=lang or ())
        return shape.show(Answer(place, index.root, hits, freshness))


def _split(place: str) -> tuple[Path, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise typer.BadParameter(f"`{place}` is not of the form `PATH:LINE`")
    return Path(path), int(line)
