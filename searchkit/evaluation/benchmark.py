"""Adapts searchkit's models to `mteb`, for the paper's benchmarks: MTEB and CodeSearchNet.

    import mteb
    from searchkit.evaluation.benchmark import MtebModel
    mteb.evaluate(MtebModel("nano"), mteb.get_tasks(["CodeSearchNetRetrieval"]))

`MtebModel` has the methods that mteb asks of an encoder, and wraps nothing of mteb itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from searchkit.embedders import all_models, load_embedder
from searchkit_index.embedder import Embedder, Role, Vectors


class MtebModel:
    """An encoder in mteb's sense.

    Args:
        model: A name for `load_embedder`, or an embedder.
        device: See `load_embedder`.

    Raises:
        ModelError: There is no such model, or it is not here.
    """

    def __init__(self, model: str | Embedder, *, device: str | None = None) -> None:
        self.embedder = load_embedder(model, device=device) if isinstance(model, str) else model

    def encode(
        self,
        inputs: Iterable[Mapping[str, Sequence[str]]],
        *,
        prompt_type: Any = None,
        **_: Any,
    ) -> Vectors:
        """Embed batches of texts, in order.

        Where mteb does not say which side a text is on, both sides are of one kind, and the paper
        embeds both as queries.

        Args:
            inputs: Batches with a `text` column.
            prompt_type: Which side the texts are on; its `value` is `query` or `document`.

        Returns:
            float32, `(texts, dimension)`, rows of length 1.
        """
        texts = [text for batch in inputs for text in batch["text"]]
        role: Role = "document" if getattr(prompt_type, "value", "") == "document" else "query"
        return self.embedder.encode(texts, role)

    def similarity(self, left: Any, right: Any) -> Any:
        """Compute the cosines of all pairs: `(n, dimension)` and `(m, dimension)` to `(n, m)`."""
        return _tensor(left) @ _tensor(right).T

    def similarity_pairwise(self, left: Any, right: Any) -> Any:
        """Compute the cosines row by row: two times `(n, dimension)` to `(n,)`."""
        return (_tensor(left) * _tensor(right)).sum(dim=-1)

    @property
    def mteb_model_meta(self) -> Any:
        """The description of the model that mteb writes beside its figures."""
        from mteb.models.model_meta import ModelMeta

        name = self.embedder.name
        known = all_models().get(name.partition("@")[0])
        return ModelMeta.create_empty(
            {
                "name": f"searchkit/{name}",
                "revision": self.embedder.fingerprint,
                "embed_dim": self.embedder.dimension,
                "max_tokens": known.max_tokens if known else None,
                "n_parameters": known.millions * 1_000_000 if known else None,
            }
        )


def _tensor(vectors: Any) -> Any:
    import torch

    return torch.from_numpy(np.atleast_2d(vectors)) if isinstance(vectors, np.ndarray) else vectors
