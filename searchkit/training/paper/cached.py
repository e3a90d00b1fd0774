"""Computes the contrastive loss over a batch that no memory holds at once (GradCache).

Gao et al., RepL4NLP 2021: everything is encoded twice, first without gradients to learn what the
loss asks of each vector, then piece by piece to hand that on to the weights. The gradients are
those of the whole batch. Several processes take a part each and share vectors and gradients. A
batch whose states memory does hold is encoded once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from searchkit.embedders.batching import packed
from searchkit.embedders.network import pool, tensors

Rows = Sequence[Sequence[int]]


def contrast(queries: Tensor, candidates: Tensor, same: Tensor, temperature: float) -> Tensor:
    """Compute InfoNCE: each query must find its own candidate among all.

    Args:
        queries: `(n, dimension)`, any length.
        candidates: `(m, dimension)`, `m >= n`; row i belongs to query i, the rest to none.
        same: bool, `(n, m)`: the same text as the query's own candidate; never a negative.
        temperature: What cosines are divided by.

    Returns:
        A scalar.
    """
    left, right = functional.normalize(queries, dim=-1), functional.normalize(candidates, dim=-1)
    scores = (left @ right.T / temperature).masked_fill(same, float("-inf"))
    return functional.cross_entropy(scores, torch.arange(len(queries), device=scores.device))


def repeated(candidates: Sequence[str], queries: int) -> Tensor:
    """Mark candidates with the text of a query's own elsewhere; bool, `(queries, m)`."""
    numbers: dict[str, int] = {}
    ids = torch.tensor([numbers.setdefault(text, len(numbers)) for text in candidates])
    same = ids[:queries, None] == ids[None, :]
    same[torch.arange(queries), torch.arange(queries)] = False
    return same


@dataclass(frozen=True)
class Encoder:
    """A decoder as a function from token ids to vectors.

    Attributes:
        decoder: Any that `AutoModel` loads.
        accelerator: Of `accelerate`: its device, its precision, and the other processes.
        tokens: Of one forward pass.
        pooling: Whose state is the vector, `last` or `mean`.
        mixed: Whether products are computed in bfloat16, whatever weights are held in.
        held: Tokens of a batch, padding counted, whose states memory holds on one process.
    """

    decoder: Any
    accelerator: Any
    tokens: int
    pooling: str = "last"
    mixed: bool = False
    held: int = 0

    def vectors(self, rows: Rows) -> Tensor:
        """Compute the pooled states of rows of ids, float32, `(len(rows), hidden)`.

        A decoder sees nothing that comes after a token: rows that are filled up on the right need
        no mask, and attention without one is faster.
        """
        ids, mask = tensors(rows, self.accelerator.device)
        kind = self.accelerator.device.type
        with self.accelerator.autocast(), torch.autocast(kind, torch.bfloat16, enabled=self.mixed):
            states = self.decoder(input_ids=ids, use_cache=False)
        return pool(states.last_hidden_state, mask, self.pooling).float()

    def pieces(self, rows: Rows) -> list[list[int]]:
        """List the row numbers of each forward pass."""
        return list(packed([len(row) for row in rows], self.tokens))

    def holds(self, rows: Rows) -> bool:
        """Tell whether these rows are all, and the states of all passes fit into memory at once."""
        padded = sum(len(piece) * len(rows[piece[0]]) for piece in self.pieces(rows))
        return self.accelerator.num_processes == 1 and padded <= self.held


def backward(encoder: Encoder, rows: Rows, loss_of: Callable[[Tensor], Tensor]) -> float:
    """Add the gradients of a loss over all rows' vectors to the weights.

    Args:
        encoder: Whose weights.
        rows: Token ids, the same in every process.
        loss_of: From `(len(rows), hidden)` to a scalar.

    Returns:
        The loss.
    """
    accelerator = encoder.accelerator
    mine = list(range(accelerator.process_index, len(rows), accelerator.num_processes))
    own = [rows[row] for row in mine]
    if encoder.holds(own):
        loss = loss_of(_placed(encoder, own, mine, len(rows)))
        torch.autograd.backward(loss)
        return loss.item()
    with torch.no_grad():
        vectors = accelerator.reduce(_placed(encoder, own, mine, len(rows)), "sum")
    vectors = vectors.detach().requires_grad_()
    loss = loss_of(vectors)
    torch.autograd.backward(loss)
    assert vectors.grad is not None
    for piece in encoder.pieces(own):
        found = encoder.vectors([own[row] for row in piece])
        torch.autograd.backward(found, vectors.grad[[mine[row] for row in piece]])
    if accelerator.num_processes > 1:
        for weight in encoder.decoder.parameters():
            if weight.requires_grad:
                weight.grad = accelerator.reduce(
                    torch.zeros_like(weight) if weight.grad is None else weight.grad, "sum"
                )
    return loss.item()


def _placed(encoder: Encoder, own: Rows, places: Sequence[int], count: int) -> Tensor:
    """Put own vectors at their places among all, zero elsewhere, to be summed over processes."""
    placed: Tensor | None = None
    for piece in encoder.pieces(own):
        found = encoder.vectors([own[row] for row in piece])
        if placed is None:
            placed = found.new_zeros(count, found.shape[1])
        placed[[places[row] for row in piece]] = found
    assert placed is not None
    return placed
