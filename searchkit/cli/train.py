"""`searchkit train`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from searchkit.cli import app
from searchkit_index.errors import SearchkitError


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
        require("train", "torch", "transformers", "accelerate", "peft")
        from searchkit.training.paper.run import train_by_paper

        folder = train_by_paper(recipe, data=data, work=work, device=device, say=note)
        note(f"the model stands in `{folder}`")
        return
    require("train", "torch", "onnx", "onnxscript")
    from searchkit.cli.steps import reporting
    from searchkit.training import train as run

    with reporting() as report:
        folder = run(recipe, data=data, work=work, device=device, say=note, report=report)
    note(f"the model stands in `{folder}`")


def require(command: str, *modules: str) -> None:
    """Refuse a command whose extra is not installed, before it does anything."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise SearchkitError(
            f"`searchkit {command}` needs {', '.join(f'`{name}`' for name in missing)}",
            "type `pip install 'searchkit[torch,train]'`",
        )
