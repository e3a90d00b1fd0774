"""Linear maps that compute in whole numbers, as the exported graph does, while they still learn.

Inputs have eight bits without a sign, on a scale that is measured once and then fixed, so a vector
never depends on what else is in its batch. Weights have seven bits and a sign: two products of such
numbers fit into sixteen bits, so processors that add them there are exact, too. Gradients pass the
rounding as if it were not there (straight-through, Bengio et al., arXiv 1308.3432), but not its ends.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from searchkit.training.causal import Causal

LARGEST_WEIGHT = 63
LARGEST_INPUT = 255

# Part of the inputs at either end that may lie beyond the scale.
_BEYOND = 1e-5

# Inputs of a map that are looked at, per batch.
_SEEN = 1 << 20


class IntegerLinear(nn.Linear):
    """A linear map of rounded inputs by rounded weights.

    Attributes:
        step: float32, a scalar: what one whole number stands for.
        zero: float32, a scalar: the whole number that stands for 0.
    """

    step: Tensor
    zero: Tensor

    def forward(self, states: Tensor) -> Tensor:
        """Map `(..., inputs)` to `(..., outputs)`."""
        return functional.linear(
            on_grid(states, self.step, self.zero), rounded_weight(self.weight), self.bias
        )


def on_grid(states: Tensor, step: Tensor, zero: Tensor) -> Tensor:
    """Inputs as the whole numbers can say them."""
    low, high = -zero * step, (LARGEST_INPUT - zero) * step
    kept = torch.minimum(torch.maximum(states, low.to(states.dtype)), high.to(states.dtype))
    near = (kept.detach().float() / step).round() * step
    return kept + (near.to(states.dtype) - kept.detach())


def weight_steps(weight: Tensor) -> Tensor:
    """What one whole number stands for in each output's weights: `(outputs, 1)`."""
    return (weight.detach().float().abs().amax(dim=1, keepdim=True) / LARGEST_WEIGHT).clamp(min=1e-8)


def rounded_weight(weight: Tensor) -> Tensor:
    """Weights as the whole numbers can say them, with the gradient of the weights."""
    steps = weight_steps(weight)
    near = (weight.detach().float() / steps).round() * steps
    return weight + (near.to(weight.dtype) - weight.detach())


@torch.no_grad()
def make_integer(student: Causal, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Turn the layers' maps into maps of whole numbers, in place.

    Args:
        student: In float32.
        batches: Ids and masks of typical texts, to measure the scales with.
    """
    seen: dict[nn.Module, list[tuple[float, float]]] = {}

    def look(module: nn.Module, given: tuple[Tensor]) -> None:
        values = given[0].flatten()
        values = values[:: max(1, len(values) // _SEEN)].float()
        ends = torch.quantile(values[: _SEEN], torch.tensor([_BEYOND, 1 - _BEYOND]))
        seen.setdefault(module, []).append((float(ends[0]), float(ends[1])))

    linears = [each for each in student.encoder.modules() if isinstance(each, nn.Linear)]
    hooks = [each.register_forward_pre_hook(look) for each in linears]
    for ids, mask in batches:
        student(ids, mask)
    for hook in hooks:
        hook.remove()
    for linear in linears:
        _fix(linear, seen[linear])
    for layer in student.encoder.layer:
        _share(layer.attention.self)  # type: ignore[union-attr, arg-type]


def _fix(linear: nn.Linear, ends: list[tuple[float, float]]) -> None:
    """The widest ends seen, 0 between them, as a step and the number that stands for 0."""
    low, high = min(0.0, *(each[0] for each in ends)), max(1e-6, *(each[1] for each in ends))
    step = (high - low) / LARGEST_INPUT
    linear.__class__ = IntegerLinear
    linear.register_buffer("step", torch.tensor(step))
    linear.register_buffer("zero", torch.tensor(float(round(-low / step))))


def _share(attention: nn.Module) -> None:
    """Queries, keys and values are made of one input: of the last layer's, the wider scale."""
    parts = [attention.query, attention.key, attention.value]
    lows = [-float(each.zero * each.step) for each in parts]
    highs = [float((LARGEST_INPUT - each.zero) * each.step) for each in parts]
    for each in parts:
        _fix(each, [(min(lows), max(highs))])
