"""`searchkit query` and `searchkit similar`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from searchkit.cli import app, completion
from searchkit.cli.models import Json, ModelName
from searchkit.cli.program import SEARCH, not_negative
from searchkit.cli.terminal import note
from searchkit.query import KINDS, MODES, Filter, Kind, Mode, Query

if TYPE_CHECKING:
    from searchkit.answer import Answer
    from searchkit.workspace import Workspace


Sides = Annotated[
    str,
    typer.Option(
        metavar="MODE",
        help="Ask by words (lexical), by meaning (semantic), or both (hybrid).",
        autocompletion=lambda: list(MODES),
    ),
]
Globs = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Only paths that match, as `src/**`; may be repeated."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        help=f"Only chunks of this kind: {', '.join(KINDS)}; may be repeated.",
        metavar="KIND",
        autocompletion=lambda: list(KINDS),
    ),
]
Confidence = Annotated[
    float,
    typer.Option(
        metavar="SHARE", help="Only hits at least so likely about what is asked, from 0 to 1."
    ),
]
Limit = Annotated[
    int | None, typer.Option("-n", "--limit", metavar="N", help="At most so many hits.")
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        help="Only this language: `python`, `markdown`, `ja`; may be repeated.",
        autocompletion=completion.languages,
    ),
]
Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="Print one JSON object for each hit, a line each.")
]
Context = Annotated[
    int,
    typer.Option(
        "-C",
        "--context",
        metavar="N",
        help="Show the whole hit and so many lines around it.",
        callback=not_negative,
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Show what each side and rule gave or took.")
]
Fresh = Annotated[
    bool, typer.Option("--refresh/--no-refresh", help="Take in what changed before answering.")
]
Model = ModelName


@dataclass(frozen=True, slots=True)
class _Shape:
    """How an answer is shown.

    Attributes:
        as_json: As one JSON object.
        as_jsonl: As one JSON object a line for each hit.
        explain: With the shares of each score.
        context: The whole hit and so many lines around it; 0 for an excerpt.
    """

    as_json: bool
    as_jsonl: bool
    explain: bool
    context: int

    def show(self, asked: str, answer: "Answer") -> int:
        """Print it, and what must be said beside it; returns the exit code."""
        from searchkit import wording
        from searchkit.cli import output

        if self.as_json:
            output.print_json(asked, answer)
        elif self.as_jsonl:
            output.print_jsonl(answer.hits)
        else:
            output.print_hits(answer.hits, context=self.context, explain=self.explain)
        if not answer.hits:
            note(f"searchkit: {wording.NOTHING_FOUND}")
        elif answer.weak:
            note(f"searchkit: {wording.WEAK_MATCH}")
        output.print_freshness(answer)
        return 0 if answer.hits else 1


def _looked_through(workspace: "Workspace", answer: "Answer") -> "Answer":
    """Add to an answer without a refresh what it does not cover."""
    return replace(answer, freshness={root: workspace.refresh(root, 0) for root in answer.roots})


def _filter(
    lang: Sequence[str] | None,
    glob: Sequence[str] | None,
    kind: Sequence[str] | None,
    min_confidence: float,
) -> Filter:
    # The filter refuses a kind that there is not.
    kinds = cast("Sequence[Kind]", kind or ())
    return Filter(lang or (), glob or (), kinds=kinds, min_confidence=min_confidence)


@app.command(
    group=SEARCH,
    examples=[
        ('searchkit query "where are sockets opened" ~/repo --lang python', "ask for code"),
        ("git diff | searchkit query - --json", "ask with a text from stdin, for a program"),
    ],
)
def query(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Any text; `-` reads it from stdin.")],
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="An indexed folder, or one inside it.",
            autocompletion=completion.roots,
        ),
    ] = Path(),
    limit: Limit = None,
    mode: Sides = "hybrid",
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
    """Ask an indexed folder by words and by meaning, in any language."""
    from searchkit.workspace import Workspace

    shape = _Shape(as_json, as_jsonl, explain, context)
    filter = _filter(lang, glob, kind, min_confidence)
    # The query refuses a mode that there is not.
    asked = Query(sys.stdin.read() if text == "-" else text, filter, cast(Mode, mode), limit)
    with Workspace(model=model) as workspace:
        answer = workspace.search(asked, within=[path], refresh=refresh)
        if not refresh:
            answer = _looked_through(workspace, answer)
        return shape.show(asked.text, answer)


@app.command(
    group=SEARCH,
    examples=[
        ("searchkit similar src/server.py:120", "find code like the one at line 120"),
        ("searchkit similar notes/plan.md:8 -n 3 --lang ja", "find notes in Japanese like it"),
    ],
)
def similar(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="A line of an indexed file.")],
    limit: Limit = None,
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
    """Find places like the one at PATH:LINE, in any language."""
    from searchkit.workspace import Workspace

    shape = _Shape(as_json, as_jsonl, explain, context)
    path, line = _split(place)
    with Workspace(model=model) as workspace:
        answer = workspace.similar(
            *(path, line),
            filter=_filter(lang, glob, kind, min_confidence),
            limit=limit,
            refresh=refresh,
        )
        if not refresh:
            answer = _looked_through(workspace, answer)
        return shape.show(place, answer)


def _split(place: str) -> tuple[Path, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise typer.BadParameter(f"`{place}` is not of the form `PATH:LINE`")
    return Path(path), int(line)
