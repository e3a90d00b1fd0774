"""Measures a student in training by how well it finds the right sides of kept-back pairs."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from searchkit.embedders.batching import packed
from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.network import tensors
from searchkit.training.data.batch import wrapped
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.learning.weights import lowered
from searchkit.training.recipe import Recipe
from searchkit_index.embedder import Role

_PIECE_TOKENS = 8_192


def reciprocal_ranks(
    student: CausalBert, kept_back: Mapping[str, Shard], recipe: Recipe, device: str
) -> dict[str, float]:
    """Compute for each source the mean reciprocal rank of right sides among those kept back.

    Args:
        student: Moved to the device, and to bfloat16 where that is fast there.
        kept_back: Pairs by source.
        recipe: Says how texts are read.
        device: `cpu` or `cuda`.

    Returns:
        A figure from 0 to 1 for each source that pairs are kept back from.
    """
    student = lowered(student.to(device), device)
    figures = {}
    for name, shard in kept_back.items():
        if not len(shard):  # a source of fewer than ten pairs, or none are wanted
            continue
        left = _vectors(student, shard.left, "query", recipe, device)
        right = _vectors(student, shard.right, "document", recipe, device)
        scores = left @ right.T
        ranks = 1 + (scores > scores.diagonal()[:, None]).sum(axis=1)
        figures[name] = float(np.mean(1 / ranks))
    return figures


@torch.inference_mode()
def _vectors(
    student: CausalBert, texts: Texts, role: Role, recipe: Recipe, device: str
) -> npt.NDArray[np.float32]:
    """Embed one side of a shard: float32, `(pairs, dimension)`, rows of length 1."""
    length, count = recipe.contrast.length, len(texts.digests)
    rows = wrapped(texts, range(count), length, role, recipe.repeat_up_to)
    vectors = np.empty((count, recipe.hidden), np.float32)
    for piece in packed([len(row) for row in rows], _PIECE_TOKENS):
        states = student(*tensors([rows[row] for row in piece], device))
        vectors[piece] = functional.normalize(states, dim=-1).cpu().numpy()
    return vectors
