"""The student's table of token vectors: most rows are the encoder's and stay, few of them learn.

The encoder's rows are in 4-bit blocks already, see `BlockTable`. Those that learn, the role tokens
at the beginning and the composed entries at the end, are rounded to such blocks whenever they are
read; gradients pass the rounding unchanged (straight-through estimator, Bengio et al., arXiv
1308.3432).
"""

import torch
from torch import Tensor, nn

from searchkit.embedders.block_table import BlockTable, pack, widen


class PartTable(nn.Module):
    """Looks rows up.

    Args:
        table: float32, `(rows, width)`: the vectors at the beginning.
        first: How many rows at the beginning learn.
        last: How many at the end do.
    """

    def __init__(self, table: Tensor, first: int, last: int) -> None:
        super().__init__()
        self.fixed = BlockTable(*pack(table))
        self.first = nn.Parameter(table[:first].clone())
        self.last = nn.Parameter(table[len(table) - last :].clone())

    def forward(self, input_ids: Tensor) -> Tensor:
        """Look up ids of any shape: float32, `(..., width)`."""
        ids = input_ids.flatten()
        rows: Tensor = self.fixed(ids)
        begin = len(self.fixed.packed) - len(self.last)
        for learned, start in ((self.first, 0), (self.last, begin)):
            here = ((ids >= start) & (ids < start + len(learned))).nonzero().flatten()
            rows = rows.index_put((here,), _rounded(learned[ids[here] - start]))
        return rows.view(*input_ids.shape, rows.shape[1])

    @property
    def weight(self) -> Tensor:
        """All vectors as they are now, float32, `(rows, width)`."""
        with torch.no_grad():
            table = widen(self.fixed.packed, self.fixed.steps)
            table[: len(self.first)] = self.first
            table[len(table) - len(self.last) :] = self.last
        return table


def _rounded(rows: Tensor) -> Tensor:
    return rows + (widen(*pack(rows.detach())) - rows.detach())
