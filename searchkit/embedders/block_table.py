"""A table of token vectors in 4-bit integers: blocks of 32 numbers with one half-precision scale.

The number farthest from 0 in a block becomes -8, so its scale may be negative. Rounding a table
that was rounded before leaves it unchanged. Two integers share a byte, the first in its lower half,
which is ONNX's order.
"""

import torch
from torch import Tensor, nn

BLOCK = 32

_LOWEST, _HIGHEST = -8, 7


class BlockTable(nn.Module):
    """Looks rows up, and converts only those to float32.

    Args:
        packed: uint8, `(rows, width / 2)`.
        steps: float16, `(rows, width / BLOCK)`.
    """

    packed: Tensor
    steps: Tensor

    def __init__(self, packed: Tensor, steps: Tensor) -> None:
        super().__init__()
        self.register_buffer("packed", packed)
        self.register_buffer("steps", steps)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Return the rows of ids of any shape: float32, `(..., width)`."""
        return widen(self.packed[input_ids], self.steps[input_ids])


def pack(table: Tensor) -> tuple[Tensor, Tensor]:
    """Round a table to 4-bit integers.

    Args:
        table: float, `(rows, width)`; the width is a multiple of `BLOCK`.

    Returns:
        uint8, `(rows, width / 2)`, and the steps, float16, `(rows, width / BLOCK)`.
    """
    blocks = table.float().view(len(table), table.shape[1] // BLOCK, BLOCK)
    farthest = blocks.gather(2, blocks.abs().argmax(dim=2, keepdim=True))
    steps = (farthest / _LOWEST).half()
    divisors = torch.where(steps == 0, torch.ones_like(steps), steps).float()
    whole = (blocks / divisors).round().clamp(_LOWEST, _HIGHEST).to(torch.int8).flatten(1)
    halves = (whole & 15).to(torch.uint8)
    return halves[:, 0::2] | (halves[:, 1::2] << 4), steps.squeeze(2)


def widen(packed: Tensor, steps: Tensor) -> Tensor:
    """Convert packed rows to float32.

    Args:
        packed: uint8, `(..., width / 2)`.
        steps: float16, `(..., width / BLOCK)`.

    Returns:
        float32, `(..., width)`.
    """
    halves = torch.stack([packed & 15, packed >> 4], dim=-1).flatten(-2)
    signed = (halves ^ 8).to(torch.int8) - 8
    # In half precision, as onnxruntime multiplies them.
    blocks = signed.half().view(*steps.shape, BLOCK) * steps.unsqueeze(-1)
    return blocks.flatten(-2).float()
