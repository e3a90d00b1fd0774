"""Writes a trained decoder as the files that ship: int8 ONNX, float16 safetensors, configuration.

The ONNX graph ends in the vector of length 1. `verify` measures how far it is from torch; nothing
here trains.
"""

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from searchkit.embedders.entries import lines_of
from searchkit.embedders.onnx import silent_runtime
from searchkit.training.learning.decoder import Decoder
from searchkit.training.learning.quantise import quantise, rounded

MATRYOSHKA = (64, 128, 256)
MAX_TOKENS = 512


class _UnitVector(nn.Module):
    """The decoder with its vector scaled to length 1 inside the graph."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return functional.normalize(self.decoder(input_ids, attention_mask), dim=-1)


def export(
    decoder: Decoder, tokenizer: Path, folder: Path, name: str = "nano", repeat_up_to: int = 0
) -> None:
    """Write all files of a model.

    Args:
        decoder: The trained decoder; left as it is.
        tokenizer: A `tokenizer.json`.
        folder: Made where it is missing.
        name: The name in the model card.
        repeat_up_to: Texts of so many tokens or fewer are read twice, see `times_read`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    decoder = rounded(decoder)
    compact(tokenizer, folder / "tokenizer.json")
    write_weights(decoder, folder / "model.safetensors")
    _write_json(folder / "config.json", transformers_config(decoder))
    _write_json(folder / "searchkit.json", model_card(folder, name, repeat_up_to))
    write_onnx(decoder, folder / "model.onnx")


def compact(tokenizer: Path, target: Path) -> None:
    """Write a `tokenizer.json` without blanks and with merges as text: it loads a third faster.

    The vocabulary of a `WordPiece` stands at the end, one entry a line, see `MappedEntries`.
    """
    written = json.loads(tokenizer.read_text(encoding="utf-8"))
    if merges := written["model"].get("merges"):
        written["model"]["merges"] = [
            merge if isinstance(merge, str) else " ".join(merge) for merge in merges
        ]
    vocabulary = written["model"].pop("vocab")
    lines = written["model"]["type"] == "WordPiece"
    written["model"]["vocab"] = {} if lines else vocabulary
    written["model"] = written.pop("model")  # to the end
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    if lines:
        text = text.removesuffix("}}}") + f"\n{lines_of(vocabulary)}\n}}}}}}"
    target.write_text(text, encoding="utf-8")


def transformers_config(decoder: Decoder) -> dict[str, Any]:
    """Build the configuration with which `AutoModel` makes the same network."""
    shape = decoder.shape
    return {
        "architectures": ["BloomModel"],
        "model_type": "bloom",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "n_layer": shape.layers,
        "n_head": shape.heads,
        "layer_norm_epsilon": 1e-5,
        "hidden_dropout": 0.0,
        "attention_dropout": 0.0,
        "apply_residual_connection_post_layernorm": False,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "use_cache": False,
        "dtype": "float16",
    }


def model_card(folder: Path, name: str, repeat_up_to: int = 0) -> dict[str, Any]:
    """Build what a runtime must know: text format, lengths, and a fingerprint of all of it."""
    digest = hashlib.blake2b((folder / "model.safetensors").read_bytes())
    digest.update((folder / "tokenizer.json").read_bytes())
    repeated = {"repeat_up_to": repeat_up_to} if repeat_up_to else {}
    digest.update(json.dumps(repeated).encode() if repeated else b"")
    card = {
        "name": name,
        "dimension": MATRYOSHKA[-1],
        "matryoshka": list(MATRYOSHKA),
        "max_tokens": MAX_TOKENS,
        "query": ["[BOQ]", "[EOQ]"],
        "document": ["[BOD]", "[EOD]"],
        "pooling": "last",
        "fingerprint": f"{name}-{digest.hexdigest()[:8]}",
    }
    return card | repeated


def write_weights(decoder: Decoder, path: Path) -> None:
    """Save the weights in float16 under transformers' names."""
    from safetensors.torch import save

    state = {key: value.half().contiguous() for key, value in decoder.state_dict().items()}
    path.write_bytes(save(state, metadata={"format": "pt"}))


def write_onnx(decoder: Decoder, path: Path) -> None:
    """Trace a rounded decoder with free batch and length, and keep its weights as int8."""
    partial = path.with_suffix(".float32.onnx")
    _trace(decoder, partial)
    _fold(partial)
    quantise(partial)
    partial.replace(path)


def _trace(decoder: Decoder, path: Path) -> None:
    import onnx

    ids = torch.randint(5, decoder.shape.vocabulary, (3, 7))
    batch, length = torch.export.Dim("batch", min=1), torch.export.Dim("length", min=2)
    axes = {0: batch, 1: length}
    with warnings.catch_warnings(action="ignore"):  # the exporter's own deprecations
        program = torch.onnx.export(
            _UnitVector(decoder).float().eval(),
            (ids, torch.ones_like(ids)),
            input_names=["input_ids", "attention_mask"],
            output_names=["unit_vector"],
            dynamic_shapes={"input_ids": axes, "attention_mask": axes},
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    del model.graph.value_info[:]  # the exporter leaves shapes from before it folded transposes
    _rename(model.graph, {"embedding": "token_vectors", "unit_vector": "embedding"})
    onnx.save(model, path)


def _fold(path: Path) -> None:
    """Compute what does not depend on the input, in place: only constant weights are quantised."""
    onnxruntime = silent_runtime()
    folded = path.with_suffix(".folded.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(path, options)
    folded.replace(path)


def _rename(graph: Any, names: dict[str, str]) -> None:
    """Rename values: the exporter calls the look-up in the table `embedding`, as our output is."""
    for value in graph.output:
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for side in (node.input, node.output):
            side[:] = [names.get(value, value) for value in side]


def verify(decoder: Decoder, path: Path, batches: list[tuple[Tensor, Tensor]]) -> float:
    """Return the lowest cosine between the ONNX file's vectors and torch's, over all rows."""
    onnxruntime = silent_runtime()
    session = onnxruntime.InferenceSession(path)
    lowest = 1.0
    for ids, mask in batches:
        with torch.inference_mode():
            ours = _UnitVector(decoder).float()(ids, mask).numpy()
        feed = {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
        theirs = session.run(["embedding"], feed)[0]
        lowest = min(lowest, float(np.min(np.sum(ours * theirs, axis=1))))
    return lowest


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
