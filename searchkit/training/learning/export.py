"""Writes a student as the files that ship: weights, graph, tokenizer and card."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.entry_costs import COSTS
from searchkit.embedders.integer_weights import MODEL_TYPE
from searchkit.training.learning.compact_tokenizer import compact
from searchkit.training.learning.integer_graph import arrays_of, write_graph, write_weights


@dataclass(frozen=True, slots=True)
class About:
    """What the card of a model says that its weights do not.

    Attributes:
        name: Its name.
        prefixes: Lengths to which vectors may be cut; the last is the whole length.
        languages: What the model reads, in words.
        licence: Its usual short name.
        repeat_up_to: The most tokens of a text that is read twice, see `times_read`.
    """

    name: str
    prefixes: Sequence[int] = ()
    languages: str = ""
    licence: str = ""
    repeat_up_to: int = 0


def export(
    model: CausalBert,
    about: About,
    tokenizer: Path,
    folder: Path,
    costs: npt.NDArray[np.uint8] | None = None,
) -> None:
    """Write all files of a model.

    Args:
        model: The student, in integer arithmetic, see `set_integer`.
        about: For its card.
        tokenizer: A `tokenizer.json`.
        folder: Made where it is missing.
        costs: uint8, one for each entry: costs by which questions are cut, see `entry_costs`; None
            to cut all texts greedily.
    """
    folder.mkdir(parents=True, exist_ok=True)
    compact(tokenizer, folder / "tokenizer.json")
    beside = {} if costs is None else {COSTS: costs}
    write_weights(arrays_of(model) | beside, folder / "model.safetensors")
    write_graph(model, folder / "model.safetensors", folder / "model.onnx")
    _write_json(folder / "config.json", {"model_type": MODEL_TYPE, **asdict(model.shape)})
    card = {
        "name": about.name,
        "dimension": model.shape.hidden,
        "matryoshka": list(about.prefixes or (model.shape.hidden,)),
        "max_tokens": model.shape.positions,
        "query": ["[BOQ]", "[EOQ]"],
        "document": ["[BOD]", "[EOD]"],
        "pooling": "last",
        "fingerprint": f"{about.name}-{_digest(folder, about.repeat_up_to)}",
        **_repeated(about.repeat_up_to),
        "millions": _millions(model),
        "languages": about.languages,
        "licence": about.licence,
    }
    _write_json(folder / "searchkit.json", card)


def _digest(folder: Path, repeat_up_to: int) -> str:
    """Return eight hex digits that change with weights, tokenizer and how texts are read."""
    digest = hashlib.blake2b((folder / "model.safetensors").read_bytes())
    digest.update((folder / "tokenizer.json").read_bytes())
    if repeat_up_to:
        digest.update(json.dumps(_repeated(repeat_up_to)).encode())
    return digest.hexdigest()[:8]


def _repeated(repeat_up_to: int) -> Mapping[str, int]:
    return {"repeat_up_to": repeat_up_to} if repeat_up_to else {}


def _millions(model: CausalBert) -> int:
    """Count the weights of table and layers, in millions."""
    layers = sum(each.numel() for each in model.encoder.parameters())
    return round((model.shape.vocabulary * model.shape.width + layers) / 1e6)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
