"""Uses a decoder in training as an embedder, to watch it by kept-back pairs and to measure it.

Slow beside the exported model, but there is nothing to export.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from searchkit.training.data.batch import Row, padded, pieces, wrapper
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.learning.weights import Network, lowered
from searchkit.training.recipe import Recipe
from searchkit_index.embedder import Role

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PIECE_TOKENS = 8_192


class Student:
    """Embeds token ids, or texts if it is given a tokenizer.

    Args:
        recipe: Says how texts are wrapped and how long they may be.
        decoder: Moved to the device, and to bfloat16 where that is fast there.
        tokenizer: For `encode`; None where only token ids are embedded.
        device: `cpu` or `cuda`.
    """

    def __init__(
        self,
        recipe: Recipe,
        decoder: Network,
        tokenizer: "Tokenizer | None" = None,
        device: str = "cpu",
    ) -> None:
        self.name = self.fingerprint = recipe.name
        self.dimension = recipe.hidden
        self.tokenizer, self.device = tokenizer, device
        self.longest = recipe.contrast.long_length
        self.wrap = wrapper(recipe)
        self.decoder = lowered(decoder.to(device), device)

    def encode(self, texts: Sequence[str], role: Role) -> npt.NDArray[np.float32]:
        """Embed texts: float32, `(texts, dimension)`, rows of length 1."""
        assert self.tokenizer is not None
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        rows = [np.array(each.ids[: self.longest], np.int64) for each in encodings]
        return self.embed([self.wrap(row, role) for row in rows])

    def embed_side(self, texts: Texts, role: Role) -> npt.NDArray[np.float32]:
        """Embed one side of a shard: float32, `(pairs, dimension)`, rows of length 1."""
        numbers = range(len(texts.digests))
        rows = [texts.tokens(each, self.longest, role) for each in numbers]
        return self.embed([self.wrap(row, role) for row in rows])

    @torch.inference_mode()
    def embed(self, rows: Sequence[Row]) -> npt.NDArray[np.float32]:
        """Embed wrapped rows of token ids: float32, `(rows, dimension)`, rows of length 1."""
        vectors = np.empty((len(rows), self.dimension), np.float32)
        for piece in pieces(rows, _PIECE_TOKENS):
            ids, mask = padded([rows[row] for row in piece])
            states = self.decoder(ids.to(self.device), mask.to(self.device))
            vectors[piece] = functional.normalize(states, dim=-1).cpu().numpy()
        return vectors


def reciprocal_ranks(student: Student, kept_back: Mapping[str, Shard]) -> dict[str, float]:
    """Compute for each source the mean reciprocal rank of right sides among those kept back."""
    figures = {}
    for name, shard in kept_back.items():
        left = student.embed_side(shard.left, "query")
        right = student.embed_side(shard.right, "document")
        scores = left @ right.T
        ranks = 1 + (scores > scores.diagonal()[:, None]).sum(axis=1)
        figures[name] = float(np.mean(1 / ranks))
    return figures
