"""Embeds only the texts whose vectors no index has made yet."""

from collections.abc import Sequence

import numpy as np

from searchkit_index.embedder import Embedder, Role, Vectors
from searchkit_index.vector_cache import VectorCache, key_of


class CachingEmbedder:
    """An embedder that looks into the cache first, for one index.

    Args:
        embedder: Embeds the texts that the cache lacks.
        cache: The vectors of all indexes.
        root: The name of the index folder.

    Attributes:
        reused: How many texts were not embedded, since the cache had their vectors.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache, root: str) -> None:
        self._embedder, self._cache, self._root = embedder, cache, root
        self.reused = 0

    @property
    def fingerprint(self) -> str:
        """That of the embedder."""
        return self._embedder.fingerprint

    @property
    def name(self) -> str:
        """That of the embedder."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """That of the embedder."""
        return self._embedder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts, in order; take the vectors that the cache has.

        Args:
            texts: Any texts.
            role: Vectors of questions are not kept.

        Returns:
            float32, `(len(texts), dimension)`, rows of length 1 but for float16's rounding.
        """
        if role == "query":
            return self._embedder.encode(texts, role)
        model = self.fingerprint if role == "document" else f"{self.fingerprint} {role}"
        keys = [key_of(model, text) for text in texts]
        held = self._cache.get(keys, self._root)
        missing = [at for at, data in enumerate(held) if not self._fits(data)]
        self.reused += len(texts) - len(missing)
        if missing:
            new = self._embedder.encode([texts[at] for at in missing], role).astype("<f2")
            self._cache.put(
                [keys[at] for at in missing], [row.tobytes() for row in new], self._root
            )
            for at, row in zip(missing, new, strict=True):
                held[at] = row.tobytes()
        halves = np.frombuffer(b"".join(data or b"" for data in held), "<f2")
        return halves.reshape(len(texts), self.dimension).astype(np.float32)

    def _fits(self, data: bytes | None) -> bool:
        return data is not None and len(data) == 2 * self.dimension
