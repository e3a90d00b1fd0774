"""`searchkit models` and `searchkit config`."""

from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app

if TYPE_CHECKING:
    from searchkit.embedders.registry import Model, PromptTemplate


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="Show all about this one.")] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Download it; the same command resumes a download.")
    ] = False,
    run_foreign_code: Annotated[
        bool,
        typer.Option(
            "--run-foreign-code",
            help="Also download the model's own Python, which can do whatever you can.",
        ),
    ] = False,
) -> None:
    """List the embedders that are known, and which of them are on this machine.

    Example: searchkit models udever-bloom-560m --fetch
    """
    from searchkit.embedders import all_models
    from searchkit_index.errors import ModelError

    known = all_models()
    if name is None:
        if fetch:
            raise ModelError("there is nothing to fetch", "type `searchkit models NAME --fetch`")
        _print_table(list(known.values()))
    elif name not in known:
        raise ModelError(f"there is no model `{name}`", "type `searchkit models` to see which are")
    else:
        if fetch:
            _fetch(known[name], run_foreign_code)
        _print_model(known[name])


@app.command()
def config() -> None:
    """Print every setting, its value, and where the value comes from.

    Example: searchkit config
    """
    from searchkit import config as settings
    from searchkit.cli.output import say

    for name, (value, origin) in settings.origins().items():
        say(f"{name} = {value}  ({origin})")


def _print_table(known: "list[Model]") -> None:
    from searchkit.cli.output import say
    from searchkit.embedders.weights import folder_of

    header = ("model", "parameters", "dimension", "here", "licence", "languages")
    rows = [
        (
            model.name,
            f"{model.millions:,} M" if model.millions else "",
            str(model.dimension),
            "yes" if folder_of(model) else "no",
            model.licence,
            model.languages,
        )
        for model in known
    ]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        say("  ".join(map(str.ljust, row, widths)).rstrip())


def _print_model(model: "Model") -> None:
    from searchkit.cli.output import one_line, say
    from searchkit.embedders.weights import folder_of

    told = {
        "model": model.name,
        "source": f"{model.source} at {model.revision}",
        "here": folder_of(model) or f"no; `searchkit models {model.name} --fetch` downloads it",
        "parameters": f"{model.millions:,} M" if model.millions else "not told",
        "dimension": ", ".join(map(str, (*model.prefixes, model.dimension))),
        "longest text": f"{model.max_tokens:,} tokens",
        "query": _shown(model.query),
        "document": _shown(model.document),
        "vector": f"{model.pooling}, {model.attention} attention, padding {model.padding}",
        "languages": model.languages or "not told",
        "licence": model.licence or "not told",
    }
    for key, value in told.items():
        say(f"{key:<12}  {one_line(str(value))}")


def _shown(frame: "PromptTemplate") -> str:
    parts = (frame.begin, repr(frame.prompt) if frame.prompt else "", "TEXT", frame.end)
    return " + ".join(part for part in parts if part)


def _fetch(model: "Model", run_foreign_code: bool) -> None:
    from dataclasses import replace

    from searchkit.cli.output import note
    from searchkit.embedders.weights import fetch, folder_of

    if folder_of(model):
        note(f"`{model.name}` is on this machine already")
        return
    code = model.run_foreign_code or run_foreign_code
    note(f"fetching `{model.source}`, {model.licence or 'licence not told'}")
    fetch(replace(model, run_foreign_code=code))
