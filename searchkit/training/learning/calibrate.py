"""Calibration: the fixed scales with which a float model computes in integer arithmetic."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.integer_linear import IntegerLinear

# Share of a map's inputs at either end that is clipped.
_CLIPPED = 1e-4

# Inputs of one map that are looked at, per batch.
_SAMPLE = 1 << 16


@dataclass(frozen=True)
class Range:
    """Where the inputs of a linear map lie.

    Attributes:
        low: The least input, after smoothing.
        high: The greatest.
        smoothing: float32, `(inputs,)`, see `IntegerLinear`.
    """

    low: float
    high: float
    smoothing: Tensor


Ranges = dict[str, Range]
Batches = Sequence[tuple[Tensor, Tensor]]


def calibrate(model: CausalBert, batches: Batches) -> None:
    """Turn the linear maps of all layers into integer ones, in place.

    Args:
        model: In float32.
        batches: Token ids and masks of typical texts, both int64 `(batch, length)`.
    """
    set_integer(model, measure_ranges(model, batches))


def measure_ranges(model: CausalBert, batches: Batches) -> Ranges:
    """Find the range of the inputs of every linear map, by the map's name."""
    linears, groups = dict(_linears(model)), _groups(model)
    largest = _observe(model, batches, linears, lambda name, rows: rows.abs().amax(dim=0))
    smoothing: dict[str, Tensor] = {}
    for group in groups:
        inputs = torch.stack([largest[name] for name in group]).amax(dim=0)
        weights = torch.stack([linears[name].weight.detach().abs().amax(dim=0) for name in group])
        smoothing |= dict.fromkeys(group, _smoothing(inputs, weights.amax(dim=0)))

    def ends(name: str, rows: Tensor) -> Tensor:
        values = (rows / smoothing[name]).flatten()
        values = values[:: -(-len(values) // _SAMPLE)]
        low, high = torch.quantile(values, torch.tensor([_CLIPPED, 1 - _CLIPPED]))
        return torch.stack([-low, high])

    found = _observe(model, batches, linears, ends)
    ranges: Ranges = {}
    for group in groups:
        low, high = torch.stack([found[name] for name in group]).amax(dim=0).tolist()
        ranges |= {name: Range(-low, high, smoothing[name]) for name in group}
    return ranges


def set_integer(model: CausalBert, ranges: Ranges) -> None:
    """Make the linear maps of all layers integer ones whose inputs lie in the ranges."""
    for name, linear in _linears(model):
        linear.__class__ = IntegerLinear
        assert isinstance(linear, IntegerLinear)
        given = ranges[name]
        linear.set_range(given.low, given.high, given.smoothing)


def _smoothing(inputs: Tensor, weights: Tensor) -> Tensor:
    """Share the size of each channel between inputs and weights, by the root of both."""
    shared = (inputs.clamp(min=1e-5) / weights.clamp(min=1e-5)).sqrt()
    return shared / shared.log().mean().exp()


@torch.no_grad()
def _observe(
    model: CausalBert,
    batches: Batches,
    linears: Mapping[str, nn.Linear],
    look: Callable[[str, Tensor], Tensor],
) -> dict[str, Tensor]:
    """Return the greatest of what `look` finds in the inputs of each map, `(rows, inputs)`."""
    found: dict[str, Tensor] = {}

    def observe(name: str, module: nn.Module, given: tuple[Tensor]) -> None:
        seen = look(name, given[0].flatten(0, -2).float())
        found[name] = torch.maximum(found[name], seen) if name in found else seen

    hooks = [
        linear.register_forward_pre_hook(partial(observe, name)) for name, linear in linears.items()
    ]
    for ids, mask in batches:
        model(ids, mask)
    for hook in hooks:
        hook.remove()
    return found


def _groups(model: CausalBert) -> list[list[str]]:
    """Names of maps with one input: queries, keys and values together, all others alone."""
    groups: dict[str, list[str]] = {}
    for name, _ in _linears(model):
        head, _, last = name.rpartition(".")
        groups.setdefault(head if last in ("query", "key", "value") else name, []).append(name)
    return list(groups.values())


def _linears(model: CausalBert) -> Iterator[tuple[str, nn.Linear]]:
    for name, module in model.encoder.named_modules():
        if isinstance(module, nn.Linear):
            yield name, module
