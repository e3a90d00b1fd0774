"""`searchkit train`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.program import MODELS
from searchkit.cli.terminal import note, say_record
from searchkit_index.errors import SearchkitError


@app.command(
    group=MODELS,
    examples=[
        ("searchkit train recipe.toml --data ~/pairs --work ~/run", "train, or go on training"),
        ("searchkit train recipe.toml --data ~/pairs --work ~/run --device cuda", "train on a GPU"),
        (
            "searchkit train recipe.toml --data ~/pairs --work ~/run --gather",
            "make the pairs from public repositories first",
        ),
    ],
)
def train(
    recipe: Annotated[
        Path,
        typer.Argument(metavar="RECIPE", help="A TOML file, such as the one beside `nano`."),
    ],
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder that the recipe's sources start from.")
    ],
    work: Annotated[
        Path, typer.Option(metavar="DIR", help="Takes shards, checkpoint, log and the model.")
    ],
    device: Annotated[
        str | None,
        typer.Option(
            metavar="DEVICE",
            help="`cpu` or `cuda`; by default what is there.",
            autocompletion=completion.devices,
        ),
    ] = None,
    gather: Annotated[
        bool,
        typer.Option(
            "--gather",
            help="First clone the repositories of the `sources.toml` beside the recipe into "
            "`sources/` in the data folder, and write the pair files that it lacks.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Train an embedding model by a recipe.

    The same command resumes a run that was broken off.
    """
    folder = _trained(recipe, data, work, device, gather)
    note(f"the model stands in `{folder}`")
    if as_json:
        say_record({"folder": str(folder)})


def _trained(recipe: Path, data: Path, work: Path, device: str | None, gather: bool) -> Path:
    from searchkit.training.paper.recipe import is_paper_recipe, load_paper_recipe

    if is_paper_recipe(recipe):
        if gather:
            told = f"`{recipe}` fine-tunes a `base`; `--gather` is for recipes with a `[student]`"
            raise SearchkitError(told, "leave out `--gather`")
        require("train", "torch", "transformers", "accelerate")
        from searchkit.training.paper.run import train_by_paper

        paper = load_paper_recipe(recipe)
        return train_by_paper(paper, data=data, work=work, device=device, say=note)
    require("train", "torch", "transformers", "onnx")
    from searchkit.cli.training_progress import reporting
    from searchkit.training.run import train as run

    with reporting() as report:
        return run(
            recipe, data=data, work=work, device=device, gathers=gather, say=note, report=report
        )


def require(command: str, *modules: str) -> None:
    """Refuse a command whose extra is not installed, before it does anything."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise SearchkitError(
            f"`searchkit {command}` needs {', '.join(f'`{name}`' for name in missing)}",
            "type `pip install 'searchkit[torch,train]'`",
        )
