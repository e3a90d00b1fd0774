"""Adds low-rank terms to the linear layers of a decoder whose own weights stay (LoRA).

Hu et al., ICLR 2022. Both terms and both ways are written out here, each sum into the product that
is there already: peft's layers, through autograd, take a third more time on a processor.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

# The term counts twice, as if LoRA's `alpha` were twice the rank. Written as sums below, since a
# compiler of layers would take a number for one that may change.
_SCALE = 2.0


class _LowRank(torch.autograd.Function):
    """`x (W + scale * up down)^T + bias`, with gradients for `x`, `down` and `up` alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Any, down: Tensor, up: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1]).to(weight.dtype)
        narrow, wide = down.to(weight.dtype), (up + up).to(weight.dtype)
        inner = rows @ narrow.T
        found = functional.linear(rows, weight, bias).addmm_(inner, wide.T)
        ctx.save_for_backward(rows, inner, weight, narrow, wide)
        ctx.kind = x.dtype
        return found.view(*x.shape[:-1], len(weight))

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> Any:
        rows, inner, weight, narrow, wide = ctx.saved_tensors
        out = given[0].reshape(-1, len(weight)).to(weight.dtype)
        back = out @ wide
        asked = (out @ weight).addmm_(back, narrow).to(ctx.kind)
        down, up = (back.T @ rows).float(), (inner.T @ out).T.float()
        return asked.view(*given[0].shape[:-1], rows.shape[1]), None, None, down, up + up


class LowRankLinear(nn.Module):
    """A linear layer that stays, and a term of low rank that learns; at first it changes nothing.

    Args:
        linear: The layer.
        rank: Of the term.
    """

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.empty(rank, linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Map `(..., in)` to `(..., out)`."""
        weights = self.linear.weight, self.linear.bias, self.down, self.up
        with torch.autocast(x.device.type, enabled=False):
            found: Tensor = _LowRank.apply(x, *weights)  # type: ignore[no-untyped-call]
        return found

    def merged(self) -> nn.Linear:
        """Write what the term learnt into the layer, and return that."""
        with torch.no_grad():
            added = _SCALE * self.up.float() @ self.down.float()
            self.linear.weight += added.to(self.linear.weight.dtype)
        return self.linear


def add_low_rank(decoder: nn.Module, rank: int) -> int:
    """Put a low-rank term beside every linear layer, alone to move; return how many there are."""
    return _replace(decoder, nn.Linear, lambda each: LowRankLinear(each, rank))


def merge_low_rank(decoder: nn.Module) -> None:
    """Make plain linear layers again of those with a low-rank term."""
    _replace(decoder, LowRankLinear, LowRankLinear.merged)


def _replace(decoder: nn.Module, kind: Any, made: Any) -> int:
    found = [
        (module, name, child)
        for module in decoder.modules()
        for name, child in module.named_children()
        if isinstance(child, kind)
    ]
    for module, name, child in found:
        setattr(module, name, made(child))
    return len(found)
