"""`searchkit eval`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.program import MODELS
from searchkit.cli.terminal import note, say, say_record
from searchkit.cli.train import require
from searchkit.wording import amount

if TYPE_CHECKING:
    from searchkit.evaluation.baseline import Bm25
    from searchkit.evaluation.evaluate import Result
    from searchkit_index.embedder import Embedder

    Results = dict[str, list[Result | None]]


Tasks = Annotated[list[Path] | None, typer.Argument(help="Task folders.", metavar="TASK_DIR...")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        metavar="MODEL",
        help="The embedding model, see `searchkit models`; may be repeated.",
        autocompletion=completion.models,
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        metavar="DEVICE",
        help="auto, cpu, cuda, cuda:1, mps.",
        autocompletion=completion.devices,
    ),
]
Baselines = Annotated[
    bool, typer.Option("--baselines", help="Also BM25 and all-MiniLM-L6-v2, in the same run.")
]
Repo = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="An indexed folder, to ask it your own questions.",
        autocompletion=completion.roots,
    ),
]
Questions = Annotated[
    Path | None,
    typer.Option(help="JSON lines: query, relevant (paths), lang.", metavar="FILE.jsonl"),
]
ByLanguage = Annotated[
    bool, typer.Option("--by-language", help="Also a row for each language and file type.")
]


def _picture(chart: Path | None) -> Path | None:
    """Refuse, before anything is measured, a picture that could not be written."""
    if chart and chart.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise typer.BadParameter(f"`{chart}` ends in none of .png, .svg, .pdf")
    if chart and not chart.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder `{chart.parent}`")
    return chart


Chart = Annotated[
    Path | None,
    typer.Option(help="Also draw bars, as PNG, SVG or PDF.", metavar="FILE.png", callback=_picture),
]


@app.command(
    name="eval",
    group=MODELS,
    examples=[
        ("searchkit eval ~/tasks/* --baselines --chart bars.png", "measure on tasks, and draw"),
        (
            "searchkit eval --repo ~/repo --questions mine.jsonl",
            "measure your own index by your own questions",
        ),
    ],
)
def evaluate(
    tasks: Tasks = None,
    model: Models = None,
    device: Device = None,
    baselines: Baselines = False,
    repo: Repo = None,
    questions: Questions = None,
    languages: ByLanguage = False,
    chart: Chart = None,
    as_json: Json = False,
) -> None:
    """Measure an embedding model on tasks, or on your own questions.

    A task is a folder in BEIR's layout, or one of similarity or classification. With `--repo` and
    `--questions` your own questions are put to your own index.
    """
    from searchkit import config

    require("eval", "ir_measures", "scipy", *(["matplotlib"] if chart else []))
    names = model or [config.load().model]
    if repo or questions:
        if tasks or not (repo and questions):
            raise typer.BadParameter("give task folders, or `--repo` and `--questions`, not both")
        if device or baselines:
            raise typer.BadParameter("`--device` and `--baselines` go with task folders")
        results = _ask(repo, questions, names)
    elif tasks:
        require("eval", "sklearn", *(["bm25s"] if baselines else []))
        results = _measure(tasks, _systems(names, device, baselines))
    else:
        raise typer.BadParameter("give task folders, or `--repo` and `--questions`")
    _print(results, languages=languages or repo is not None, as_json=as_json)
    if chart:
        from searchkit.evaluation.chart import draw

        draw(results, chart)
        note(f"drew `{chart}`")


def _systems(names: list[str], device: str | None, baselines: bool) -> "list[Embedder | Bm25]":
    from searchkit.embedders import load_embedder

    systems: list[Embedder | Bm25] = [load_embedder(name, device=device) for name in names]
    if baselines:
        from searchkit.evaluation import baseline

        systems += [baseline.Bm25(), baseline.MiniLm()]
    return systems


def _measure(tasks: list[Path], systems: "list[Embedder | Bm25]") -> "Results":
    from searchkit.evaluation.evaluate import evaluate as measure

    results: Results = {system.name: [] for system in systems}
    steps = [(task, system) for task in tasks for system in systems]
    for number, (task, system) in enumerate(steps, 1):
        note(f"{number} of {len(steps)}: {task.name}: {system.name}")
        results[system.name].append(measure(system, task))
    return results


def _ask(repo: Path, path: Path, names: list[str]) -> "Results":
    from searchkit.evaluation.question import ask, read_questions, unindexed
    from searchkit.indexes.index import Index

    questions = read_questions(path)
    results: Results = {}
    for name in names:
        with Index.open(repo, model=name) as index:
            missing = unindexed(index, questions)
            if missing:
                expected = amount(len(missing), "expected file")
                be = "is" if len(missing) == 1 else "are"
                note(f"{expected} {be} not indexed, as `{missing[0]}`")
            note(f"{amount(len(questions), 'question')}: {name}")
            results[name] = [ask(index, questions)]
    return results


def _print(results: "Results", *, languages: bool, as_json: bool) -> None:
    from searchkit.evaluation.report import as_json as record
    from searchkit.evaluation.report import by_language, markdown, rows

    if as_json:
        say_record({"results": record(results)})
        return
    say(markdown(rows(results)))
    if languages:
        say()
        say(markdown(by_language(results)))
