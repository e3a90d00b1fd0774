"""Reads the weights of a causal BERT in integer arithmetic, from the file that both runtimes share.

Matrices are int8 `(inputs, outputs)` with one scale for each output. The table is in 4-bit blocks,
see `BlockTable`. Other scales, biases, norms and positions are float32. Names are those of the
graph.
"""

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from searchkit.embedders.block_table import BlockTable
from searchkit.embedders.causal_bert import CausalBert, CausalBertShape, Layer
from searchkit.embedders.integer_linear import IntegerLinear

MODEL_TYPE = "causal-bert"


def has_integer_weights(folder: Path) -> bool:
    """Tell whether the folder's `config.json` describes such a model."""
    try:
        written = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return bool(written["model_type"] == MODEL_TYPE)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def read_integer_weights(folder: Path) -> CausalBert:
    """Build the model of a folder in float32, with the rounding of integer arithmetic.

    Args:
        folder: The folder with `config.json` and `model.safetensors`.

    Returns:
        The model.

    Raises:
        OSError: A file is missing.
        KeyError: The weights are not those that the configuration describes.
    """
    from safetensors.torch import load_file

    written = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = CausalBert(CausalBertShape(**{name: written[name] for name in _SIZES}))
    arrays = load_file(folder / "model.safetensors")
    with torch.no_grad():
        _fill_embeddings_and_vector(model, arrays)
        for number, layer in enumerate(model.layers):
            for name, linear in maps_of(layer).items():
                _fill_map(linear, arrays, f"{number}.{name}")
            for name, norm in norms_of(layer).items():
                _fill_norm(norm, arrays, f"{number}.{name}.norm")
            query = layer.attention.self.query
            query.bias.mul_(layer.attention.self.size**0.5)
            query.weight.mul_(layer.attention.self.size**0.5)
    return model.eval()


_SIZES = tuple(CausalBertShape.__dataclass_fields__)


def maps_of(layer: Layer) -> dict[str, nn.Linear]:
    """Return the linear maps of a layer by their names in the file."""
    return {
        "query": layer.attention.self.query,
        "key": layer.attention.self.key,
        "value": layer.attention.self.value,
        "mixed": layer.attention.output.dense,
        "wide": layer.intermediate.dense,
        "narrow": layer.output.dense,
    }


def norms_of(layer: Layer) -> dict[str, nn.LayerNorm]:
    """Return the layer norms of a layer by their names in the file."""
    return {"mixed": layer.attention.output.LayerNorm, "narrow": layer.output.LayerNorm}


def _fill_embeddings_and_vector(model: CausalBert, arrays: dict[str, Tensor]) -> None:
    model.share(BlockTable(arrays["table"], arrays["table.step"]))
    model.embeddings.position_embeddings.weight.copy_(arrays["positions"])
    _fill_norm(model.embeddings.LayerNorm, arrays, "norm")
    model.vector.weight.copy_(arrays["vector.weight"].T)
    model.vector.bias.copy_(arrays["vector.bias"])


def _fill_map(linear: nn.Linear, arrays: dict[str, Tensor], name: str) -> None:
    linear.weight.copy_((arrays[f"{name}.weight"].float() * arrays[f"{name}.weight.step"]).T)
    linear.bias.copy_(arrays[f"{name}.bias"])
    linear.__class__ = IntegerLinear
    linear.is_rounded = True  # type: ignore[assignment]
    linear.register_buffer("input_scale", arrays[f"{name}.step"])
    linear.register_buffer("input_zero", arrays[f"{name}.zero"].float())


def _fill_norm(norm: nn.LayerNorm, arrays: dict[str, Tensor], name: str) -> None:
    norm.weight.copy_(arrays[f"{name}.weight"])
    norm.bias.copy_(arrays[f"{name}.bias"])
