"""Reads a model folder as sentence-transformers saves it.

`modules.json` lists the steps from text to vector; each step has a folder with a `config.json`.
`config_sentence_transformers.json` holds the prompts of queries and documents.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from searchkit.embedders.card import read_json
from searchkit.embedders.model_folder import refuse_pickle
from searchkit.embedders.registry import OWN, Model, PromptTemplate
from searchkit_index.errors import ModelError

Pooling = Literal["last", "first", "mean", "weighted", "max"]

# The names of each way of pooling, in current and older files.
_POOLINGS: dict[str, Pooling] = {
    "cls": "first",
    "pooling_mode_cls_token": "first",
    "mean": "mean",
    "pooling_mode_mean_tokens": "mean",
    # The sum over the root of the length has the direction of the mean, and every vector is scaled
    # to length 1 here. It is refused if layers follow it, which would see the difference.
    "mean_sqrt_len_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean",
    "weightedmean": "weighted",
    "pooling_mode_weightedmean_tokens": "weighted",
    "lasttoken": "last",
    "pooling_mode_lasttoken": "last",
    "max": "max",
    "pooling_mode_max_tokens": "max",
}
_SQUARE_ROOTS = {"mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens"}

_LONGEST = 131_072  # if the folder does not tell the most tokens of a text


def has_modules(folder: Path) -> bool:
    """Tell whether the folder was made by sentence-transformers."""
    return (folder / "modules.json").is_file()


def read(folder: Path) -> tuple[Model, Path]:
    """Describe the model of a folder by its files.

    Args:
        folder: An absolute path.

    Returns:
        The model, and the folder with its weights and its tokenizer, which may be one inside.

    Raises:
        ModelError: A file cannot be read, the weights are a pickle, or the model has a step that
            cannot be run here.
    """
    steps = list(_steps(folder))
    kinds = [kind for kind, _ in steps]
    if kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
        return _static(folder, steps[0][1])
    if kinds[:2] != ["Transformer", "Pooling"]:
        raise _unsupported(folder, f"begins with {' and '.join(f'`{kind}`' for kind in kinds[:2])}")
    inner, pooling_folder = steps[0][1], steps[1][1]
    dense = [path for kind, path in steps[2:] if kind == "Dense"]
    _refuse_other_steps(folder, kinds[2:])
    refuse_pickle(inner)
    config = _read(inner / "config.json")
    pooling, width = _pooling(folder, _read(pooling_folder / "config.json"), dense)
    last = _read(dense[-1] / "config.json") if dense else {}
    settings = _read(inner / "sentence_bert_config.json")
    query, document = _prompts(folder)
    model = Model(
        name=str(folder),
        source=str(inner),
        dimension=_first_positive(last.get("out_features"), width, config.get("hidden_size")),
        max_tokens=_max_tokens(inner, settings, config),
        query=PromptTemplate(OWN, query, OWN),
        document=PromptTemplate(OWN, document, OWN),
        pooling=pooling,
        attention=_attention(config, pooling),
        dense=tuple(str(path) if inner != folder else path.name for path in dense),
        lowercase=settings.get("do_lower_case") is True,
        licence=_licence(folder),
    )
    if not 1 <= model.dimension <= _LONGEST:
        raise ModelError(f"`{folder}` does not say how long its vectors are")
    return model, inner


def _static(folder: Path, inner: Path) -> tuple[Model, Path]:
    """Describe a model that is a table of vectors."""
    from searchkit.embedders.static import width

    refuse_pickle(inner)
    query, document = _prompts(folder)
    model = Model(
        name=str(folder),
        source=str(inner),
        dimension=width(inner),
        max_tokens=_LONGEST,
        query=PromptTemplate("", query, ""),
        document=PromptTemplate("", document, ""),
        pooling="mean",
        attention="none",
        licence=_licence(folder),
    )
    return model, inner


def _steps(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield kind and folder of each step that changes vectors."""
    listed = read_json(folder / "modules.json")
    for step in listed if isinstance(listed, list) else ():
        kind = str(step.get("type", "")).rpartition(".")[2] if isinstance(step, dict) else ""
        written = str(step.get("path") or "") if kind else ""
        path = folder / written
        if "\0" in written or not path.resolve().is_relative_to(folder.resolve()):
            raise _unsupported(folder, "has a step outside the folder")
        if kind != "Dropout":  # used in training only
            yield kind, path


def _refuse_other_steps(folder: Path, kinds: list[str]) -> None:
    """Refuse steps after pooling, except linear layers and a last scaling to length 1."""
    for place, kind in enumerate(kinds):
        if kind != "Dense" and not (kind == "Normalize" and "Dense" not in kinds[place:]):
            raise _unsupported(folder, f"has the step `{kind}` after pooling")


def _pooling(folder: Path, written: Mapping[str, Any], dense: list[Path]) -> tuple[Pooling, int]:
    """Find the way of pooling, and the dimension of the states."""
    named = written.get("pooling_mode")
    if isinstance(named, str):
        modes = [named]
    elif isinstance(named, list):
        modes = [str(each) for each in named]
    else:
        modes = [key for key in _POOLINGS if written.get(key) is True] or ["mean"]
    known = len(modes) == 1 and modes[0] in _POOLINGS
    if not known or (dense and modes[0] in _SQUARE_ROOTS):
        raise _unsupported(folder, f"pools by {' and '.join(f'`{mode}`' for mode in modes)}")
    if written.get("include_prompt") is False and any(_prompts(folder)):
        raise _unsupported(folder, "leaves its prompts out of the vector")
    width = _first_positive(
        written.get("embedding_dimension"), written.get("word_embedding_dimension")
    )
    return _POOLINGS[modes[0]], width


def _prompts(folder: Path) -> tuple[str, str]:
    """Find the prompts of queries and documents, as sentence-transformers chooses them."""
    written = _read(folder / "config_sentence_transformers.json")
    prompts = written.get("prompts")
    prompts = prompts if isinstance(prompts, dict) else {}
    default = prompts.get(str(written.get("default_prompt_name"))) or ""
    document = next(
        (prompts[name] for name in ("document", "passage", "corpus") if prompts.get(name)), default
    )
    return str(prompts.get("query") or default), str(document)


def _max_tokens(inner: Path, settings: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    """Find the most tokens of a text: as set, else what tokenizer and network both allow."""
    tokenizer = _read(inner / "tokenizer_config.json")
    limits = [settings.get("max_seq_length")]
    if not _first_positive(*limits):
        limits = [tokenizer.get("model_max_length"), config.get("max_position_embeddings")]
    return max(3, min([_LONGEST, *filter(None, map(_first_positive, limits))]))


def _first_positive(*values: Any) -> int:
    """Return the first whole number above 0; 0 where there is none."""
    return next((each for each in values if type(each) is int and each > 0), 0)


def _attention(
    config: Mapping[str, Any], pooling: Pooling
) -> Literal["causal", "bidirectional", "opened"]:
    """Find whether tokens attend to later ones, which a decoder may have been trained to."""
    if config.get("is_causal") is False:
        return "opened"
    return "causal" if pooling == "last" else "bidirectional"


def _licence(folder: Path) -> str:
    """Find the licence in the header of the folder's `README.md`."""
    try:
        lines = (folder / "README.md").read_text(encoding="utf-8", errors="replace")[:20_000]
    except OSError:
        return ""
    found = (
        line.partition(":")[2].strip() for line in lines.split("\n") if line.startswith("license:")
    )
    return next(found, "")


def _read(path: Path) -> Mapping[str, Any]:
    """Read a table in JSON; an empty one where there is no such file."""
    if not path.is_file():
        return {}
    written = read_json(path)
    if not isinstance(written, dict):
        raise ModelError(f"`{path}` is no table")
    return written


def _unsupported(folder: Path, what: str) -> ModelError:
    return ModelError(
        f"the model in `{folder}` {what}, which cannot be run here",
        "describe it in a `[models.NAME]` table of the configuration, or take another model",
    )
