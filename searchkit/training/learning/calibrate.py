"""Calibration: the fixed scales with which a float model computes in integer arithmetic."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.integer_linear import IntegerLinear

# Share of a map's inputs at either end that is clipped.
_CLIPPED = 1e-5

# Inputs of one map that are looked at, per batch: what `torch.quantile` takes.
_SAMPLE = 1 << 20


@torch.no_grad()
def calibrate(model: CausalBert, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Turn the linear maps of all layers into integer ones, in place.

    Args:
        model: In float32.
        batches: Token ids and masks of typical texts, both int64 `(batch, length)`.
    """
    ranges: dict[nn.Module, list[Tensor]] = {}

    def observe(module: nn.Module, given: tuple[Tensor]) -> None:
        values = given[0].flatten().float()
        values = values[:: -(-len(values) // _SAMPLE)]
        ends = torch.quantile(values, torch.tensor([_CLIPPED, 1 - _CLIPPED]))
        ranges.setdefault(module, []).append(ends)

    linears = [each for each in model.encoder.modules() if isinstance(each, nn.Linear)]
    hooks = [each.register_forward_pre_hook(observe) for each in linears]
    for ids, mask in batches:
        model(ids, mask)
    for hook in hooks:
        hook.remove()
    for layer in model.layers:
        maps = layer.attention.self
        # One input goes into all three; in the last layer queries see a part of it alone.
        shared = [*ranges[maps.query], *ranges[maps.key]]
        ranges |= dict.fromkeys((maps.query, maps.key, maps.value), shared)
    for linear in linears:
        low, high = torch.stack(ranges[linear]).unbind(1)
        set_integer(linear, float(low.min()), float(high.max()))


def set_integer(linear: nn.Linear, low: float, high: float) -> None:
    """Make a linear map an integer one whose inputs range from `low` to `high`."""
    linear.__class__ = IntegerLinear
    assert isinstance(linear, IntegerLinear)
    linear.set_range(low, high)
