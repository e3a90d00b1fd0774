"""Trains the embedding table by itself, as a weighted bag of words: the static warm start.

Minutes on two cores already give the table most of what single words mean across languages; the
decoder then starts from it, see `start`.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from searchkit.training.data.batch import Row, Sampler
from searchkit.training.learning.objective import losses
from searchkit.training.recipe import Recipe


def train_table(
    recipe: Recipe,
    sampler: Sampler,
    teacher: dict[str, Tensor],
    report: Callable[[int, str, float], None],
    device: str,
) -> Tensor:
    """Train the table.

    Args:
        recipe: Its `table` part and the losses of its `contrast` part.
        sampler: Made for that recipe with the table's own batch size.
        teacher: The teacher's projected vectors, by source.
        report: Called with step, source and contrastive loss.
        device: `cpu` or `cuda`.

    Returns:
        float32, `(vocabulary, hidden)`, on the CPU.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    first = torch.randn(recipe.vocabulary.size, recipe.hidden, generator=generator) * 0.05
    table = first.to(device).requires_grad_()
    optimizer = torch.optim.Adam([table], betas=(0.9, 0.99), fused=True)
    for step in range(recipe.table.steps):
        batch = sampler.batch(step)
        left, right = (_bags(table, rows) for rows in (batch.left, batch.right))
        source = batch.source.partition("+")[0]
        loss = losses(left, right, batch, teacher[source], recipe.contrast)
        for group in optimizer.param_groups:
            group["lr"] = recipe.table.rate * _rate(step, recipe.table.steps)
        optimizer.zero_grad(set_to_none=False)
        torch.autograd.backward(loss.total)
        optimizer.step()
        report(step, batch.source, loss.contrastive.item())
    return table.detach().cpu()


def _bags(table: Tensor, rows: Sequence[Row]) -> Tensor:
    """Sum the rows' table vectors, role tokens left out, centred as a layer norm would."""
    rows = [row[1:-1] for row in rows]
    starts = torch.from_numpy(np.cumsum([0, *map(len, rows)])[:-1]).to(table.device)
    ids = torch.from_numpy(np.concatenate(rows)).to(table.device)
    bags = functional.embedding_bag(ids, table, starts, mode="sum")
    return bags - bags.mean(dim=1, keepdim=True)


def _rate(step: int, steps: int) -> float:
    """Return the learning rate as a part of its peak: a short rise, a straight fall to 1/20."""
    return min(1.0, (step + 1) / 50) * max(0.05, 1 - step / steps)
