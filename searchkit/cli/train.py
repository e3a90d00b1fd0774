"""`searchkit train` and `searchkit eval`."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app
from searchkit_index.errors import SearchkitError

if TYPE_CHECKING:
    from searchkit.evaluation import Result
    from searchkit.evaluation.baseline import Bm25
    from searchkit_index.embedder import Embedder


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(help="A TOML file, such as the one beside `nano`.")],
    data: Annotated[Path, typer.Option(help="The folder that the recipe's sources start from.")],
    work: Annotated[Path, typer.Option(help="Takes shards, checkpoint, log and the model.")],
    device: Annotated[
        str | None, typer.Option(help="cpu or cuda; by default what is there.")
    ] = None,
) -> None:
    """Train an embedder by a recipe; the same command resumes a run that was broken off.

    Example: searchkit train recipe.toml --data ~/pairs --work ~/run
    """
    from searchkit.cli.output import note

    from searchkit.training.paper.recipe import is_paper_recipe

    if is_paper_recipe(recipe):
        _require("train", "torch", "transformers", "accelerate", "peft")
        from searchkit.training.paper.run import train_by_paper

        folder = train_by_paper(recipe, data=data, work=work, device=device, say=note)
        note(f"the model stands in `{folder}`")
        return
    _require("train", "torch", "onnx", "onnxscript")
    from searchkit.cli.steps import reporting
    from searchkit.training import train as run

    with reporting() as report:
        folder = run(recipe, data=data, work=work, device=device, say=note, report=report)
    note(f"the model stands in `{folder}`")


@app.command(name="eval")
def evaluate(
    tasks: Annotated[list[Path], typer.Argument(help="Task folders.", metavar="TASK_DIR...")],
    model: Annotated[str | None, typer.Option(help="The embedder; see `searchkit models`.")] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also BM25 and all-MiniLM-L6-v2, in the same run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All figures, by language.")] = False,
) -> None:
    """Measure an embedder on tasks in BEIR's layout, on similarity and on classification.

    Example: searchkit eval ~/tasks/* --baselines
    """
    from searchkit import config
    from searchkit.cli.output import note, say
    from searchkit.embedders import load_embedder
    from searchkit.evaluation.evaluate import evaluate as measure
    from searchkit.evaluation.report import as_json as record
    from searchkit.evaluation.report import markdown, rows

    _require("eval", "sklearn", *(["bm25s"] if baselines else []))
    systems: list[Embedder | Bm25] = [load_embedder(model or config.load().model)]
    if baselines:
        from searchkit.evaluation import baseline

        systems += [baseline.Bm25(), baseline.MiniLm()]
    results: dict[str, list[Result | None]] = {system.name: [] for system in systems}
    for task in tasks:
        for system in systems:
            note(f"{task.name}: {system.name}")
            results[system.name].append(measure(system, task))
    say(json.dumps(record(results), indent=2) if as_json else markdown(rows(results)))


def _require(command: str, *modules: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise SearchkitError(
            f"`searchkit {command}` needs {', '.join(f'`{name}`' for name in missing)}",
            "type `pip install 'searchkit[torch,train]'`",
        )
