"""Writes a student as the files that ship: one of weights, a graph that refers to it, tokenizer."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.entry_costs import COSTS
from searchkit.embedders.integer_weights import MODEL_TYPE
from searchkit.training.learning.export import compact, model_card
from searchkit.training.learning.integer_graph import arrays_of, write_graph, write_weights


def export_integer(
    model: CausalBert,
    tokenizer: Path,
    folder: Path,
    name: str,
    prefixes: Sequence[int] = (),
    languages: str = "",
    licence: str = "",
    repeat_up_to: int = 0,
    costs: npt.NDArray[np.uint8] | None = None,
) -> None:
    """Write all files of a model.

    Args:
        model: In integer arithmetic, see `calibrate`.
        tokenizer: A `tokenizer.json`.
        folder: Made where it is missing.
        name: The name in the model card.
        prefixes: Lengths to which vectors may be cut; the last is the whole.
        languages: What the model reads, in words.
        licence: Its usual short name.
        repeat_up_to: Texts of so many tokens or fewer are read twice, see `times_read`.
        costs: uint8, one for each entry: what questions are cut by, see `entry_costs`; None to cut
            all texts greedily.
    """
    folder.mkdir(parents=True, exist_ok=True)
    compact(tokenizer, folder / "tokenizer.json")
    beside = {} if costs is None else {COSTS: costs}
    write_weights(arrays_of(model) | beside, folder / "model.safetensors")
    write_graph(model, folder / "model.safetensors", folder / "model.onnx")
    _write_json(folder / "config.json", {"model_type": MODEL_TYPE, **asdict(model.shape)})
    about = {"languages": languages, "licence": licence}
    card = model_card(folder, name, repeat_up_to) | _sizes(model, prefixes) | about
    _write_json(folder / "searchkit.json", card)


def _sizes(model: CausalBert, prefixes: Sequence[int]) -> dict[str, object]:
    hidden, table = model.shape.hidden, model.shape.vocabulary * model.shape.width
    layers = sum(each.numel() for each in model.encoder.parameters())
    return {
        "millions": round((table + layers) / 1e6),
        "dimension": hidden,
        "matryoshka": list(prefixes or (hidden,)),
        "max_tokens": model.shape.positions,
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
