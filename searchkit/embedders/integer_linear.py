"""Linear maps in integer arithmetic with fixed scales, in inference and in training.

Inputs are unsigned 8-bit integers whose scale is calibrated once and then fixed, so a vector never
depends on the rest of its batch. Weights are signed 7-bit integers: the sum of two products then
fits into 16 bits, so processors that add pairs of products in 16 bits are exact too.

The torch module simulates the arithmetic in floating point. Gradients pass the rounding unchanged
(straight-through estimator, Bengio et al., arXiv 1308.3432) and stop where an input is clipped.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

WEIGHT_LIMIT = 63
_INPUT_LIMIT = 255


class IntegerLinear(nn.Linear):
    """Multiplies rounded inputs by rounded weights.

    Attributes:
        input_scale: float32, scalar: the size of one integer step.
        input_zero: float32, scalar: the integer that stands for 0.
        is_rounded: Whether the weights are integers times a scale already, and stay so.
    """

    input_scale: Tensor
    input_zero: Tensor
    is_rounded = False

    def set_range(self, low: float, high: float) -> None:
        """Fix the scale of the inputs so that `low` to `high`, and 0, are representable."""
        low, high = min(0.0, low), max(1e-6, high)
        scale = (high - low) / _INPUT_LIMIT
        self.register_buffer("input_scale", torch.tensor(scale))
        self.register_buffer("input_zero", torch.tensor(float(round(-low / scale))))

    def forward(self, states: Tensor) -> Tensor:
        """Map `(..., inputs)` to `(..., outputs)`."""
        rounded = _round_inputs(states, self.input_scale, self.input_zero)
        weight = self.weight if self.is_rounded else _round_weight(self.weight)
        return functional.linear(rounded, weight, self.bias)


def _round_inputs(states: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    """Round to the nearest representable input, in the dtype of `states`."""
    scale, zero = scale.float(), zero.float()
    low, high = (-zero * scale).to(states.dtype), ((_INPUT_LIMIT - zero) * scale).to(states.dtype)
    clipped = torch.minimum(torch.maximum(states, low), high)
    nearest = (clipped.detach().float() / scale).round() * scale
    return clipped + (nearest.to(states.dtype) - clipped.detach())


def weight_scales(weight: Tensor) -> Tensor:
    """Return the size of one integer step in each output's weights: float32, `(outputs, 1)`."""
    largest = weight.detach().float().abs().amax(dim=1, keepdim=True)
    return (largest / WEIGHT_LIMIT).clamp(min=1e-8)


def _round_weight(weight: Tensor) -> Tensor:
    """Round to the nearest representable weights, `(outputs, inputs)`, in the same dtype."""
    scales = weight_scales(weight)
    nearest = (weight.detach().float() / scales).round() * scales
    return weight + (nearest.to(weight.dtype) - weight.detach())
