"""Calibration: the fixed scales with which a float model computes in integer arithmetic."""

from collections.abc import Iterator, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.integer_linear import IntegerLinear

# Least and greatest input of every linear map, by the map's name.
Ranges = dict[str, tuple[float, float]]


@torch.no_grad()
def measure_ranges(model: CausalBert, batches: Sequence[tuple[Tensor, Tensor]]) -> Ranges:
    """Find the range of the inputs of every linear map.

    Nothing is clipped: a few channels of a BERT have inputs many times as large as all others, and
    without them the vectors are not the same.

    Args:
        model: The model, in float32.
        batches: Token ids and masks of typical texts, both int64 `(batch, length)`.

    Returns:
        The least and the greatest input of each map.
    """
    seen: dict[str, list[tuple[float, float]]] = {}

    def observe(name: str, module: nn.Module, given: tuple[Tensor]) -> None:
        low, high = given[0].aminmax()
        # Queries, keys and values have one input; the last layer's queries see a part of it.
        head, _, last = name.rpartition(".")
        parts = ("query", "key", "value") if last == "key" else (last,)
        names = [f"{head}.{part}" for part in parts]
        for each in names:
            seen.setdefault(each, []).append((float(low), float(high)))

    hooks = [
        linear.register_forward_pre_hook(partial(observe, name)) for name, linear in _linears(model)
    ]
    for ids, mask in batches:
        model(ids, mask)
    for hook in hooks:
        hook.remove()
    return {
        name: (min(low for low, _ in ends), max(high for _, high in ends))
        for name, ends in seen.items()
    }


def set_integer(model: CausalBert, ranges: Ranges) -> None:
    """Let the linear maps of all layers compute in integers, in place.

    Args:
        model: The model, in float32.
        ranges: The range of the inputs of every map, see `measure_ranges`.
    """
    for name, linear in _linears(model):
        linear.__class__ = IntegerLinear
        assert isinstance(linear, IntegerLinear)
        linear.set_range(*ranges[name])


def _linears(model: CausalBert) -> Iterator[tuple[str, nn.Linear]]:
    for name, module in model.encoder.named_modules():
        if isinstance(module, nn.Linear):
            yield name, module
