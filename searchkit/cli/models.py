"""`searchkit models`."""

from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app, completion
from searchkit.cli.options import Json
from searchkit.cli.pager import paged
from searchkit.cli.program import MODELS
from searchkit.cli.terminal import note, one_line, say, say_record
from searchkit_index.errors import ModelError

if TYPE_CHECKING:
    from typing import Any

    from searchkit.embedders.registry import Model, PromptTemplate


@app.command(
    group=MODELS,
    examples=[
        ("searchkit models", "list the models"),
        ("searchkit models udever-bloom-560m --fetch", "download one, or go on with a download"),
    ],
)
def models(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Show all about this model; a name or a folder's path.",
            autocompletion=completion.models,
        ),
    ] = None,
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
    as_json: Json = False,
) -> None:
    """List the embedding models, and which are on this machine."""
    from searchkit.embedders import all_models
    from searchkit_index.errors import ModelError

    if run_foreign_code and not fetch:
        raise typer.BadParameter("`--run-foreign-code` goes with `--fetch`")
    if name is None:
        if fetch:
            raise ModelError("there is nothing to fetch", "type `searchkit models NAME --fetch`")
        known = list(all_models().values())
        if as_json:
            say_record({"models": [_record(each) for each in known]})
        else:
            _print_table(known)
        return
    model = _named(name)
    if fetch:
        _fetch(model, run_foreign_code)
    if as_json:
        say_record({"model": _record(model)})
    else:
        _print_model(model)


def _named(name: str) -> "Model":
    from searchkit.embedders.lookup import describe, find

    return describe(find(name))[0]


def _record(model: "Model") -> "dict[str, Any]":
    from dataclasses import asdict

    from searchkit.embedders.weights import folder_of

    folder = folder_of(model)
    return {**asdict(model), "folder": None if folder is None else str(folder)}


def _print_table(known: "list[Model]") -> None:
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
    with paged():
        for row in (header, *rows):
            say(one_line("  ".join(map(str.ljust, row, widths)).rstrip()))


def _print_model(model: "Model") -> None:
    from searchkit.embedders.gguf import is_gguf
    from searchkit.embedders.model_folder import is_path
    from searchkit.embedders.weights import folder_of

    is_local = is_path(model.source) or is_gguf(model.source)
    at = "" if is_local else f" at {model.revision}"
    record = {
        "model": model.name,
        "source": f"{model.source}{at}",
        "here": folder_of(model) or _how_to_get(model),
        "parameters": f"{model.millions:,} M" if model.millions else "not known",
        "dimension": ", ".join(map(str, (*model.prefixes, model.dimension))),
        "longest text": f"{model.max_tokens:,} tokens",
        "query": _template_text(model.query),
        "document": _template_text(model.document),
        "vector": _reading(model),
        "confidence": "fitted" if model.calibration else "not fitted; sides are fused by ranks",
        "languages": model.languages or "not known",
        "licence": model.licence or "not known",
    }
    for key, value in record.items():
        say(one_line(f"{key:<12}  {value}"))


def _how_to_get(model: "Model") -> str:
    from searchkit.embedders.gguf import find_gguf, is_gguf
    from searchkit.embedders.model_folder import is_path

    if not is_gguf(model.source):
        fetched = f"`searchkit models {model.name} --fetch` downloads it"
        return f"no; {'check the path' if is_path(model.source) else fetched}"
    try:
        find_gguf(model.source)
    except ModelError as error:
        return f"no; {error.hint}"
    return "packed; the first run unpacks it"


def _reading(model: "Model") -> str:
    if model.attention == "none":
        return "the mean of the tokens' own vectors"
    short = f", texts up to {model.repeat_up_to} tokens twice" if model.repeat_up_to else ""
    return f"{model.pooling}, {model.attention} attention{short}"


def _template_text(template: "PromptTemplate") -> str:
    prompt = repr(template.prompt) if template.prompt else ""
    return " + ".join(part for part in (template.begin, prompt, "TEXT", template.end) if part)


def _fetch(model: "Model", run_foreign_code: bool) -> None:
    from dataclasses import replace

    from searchkit.embedders.weights import fetch, folder_of

    if folder_of(model):
        note(f"`{model.name}` is on this machine already")
        return
    code = model.run_foreign_code or run_foreign_code
    note(f"fetching `{model.source}`, {model.licence or 'licence not known'}")
    fetch(replace(model, run_foreign_code=code))
