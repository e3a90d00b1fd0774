"""Finds clusters of vectors by FAISS, which multiplies matrices fastest."""

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.vectors import Matrix, faiss_library

SAMPLE = 64
"""Vectors to sample for each cluster; more change its centre little."""

_ROUNDS = 10


class Clusters:
    """Centres of vectors by spherical k-means (Dhillon and Modha, 2001).

    Args:
        sample: float32, `(count, dimension)`, each of length 1; at least as many as clusters.
        count: How many clusters.

    Attributes:
        centres: float32, `(count, dimension)`, each of length 1.

    Raises:
        StorageError: This process may not take the memory.
    """

    def __init__(self, sample: Matrix, count: int) -> None:
        kmeans = faiss_library().Kmeans(
            sample.shape[1],
            count,
            niter=_ROUNDS,
            spherical=True,
            min_points_per_centroid=1,
            max_points_per_centroid=SAMPLE,
        )
        kmeans.train(sample)
        self.centres: Matrix = kmeans.centroids
        self._index = kmeans.index

    def of(self, vectors: Matrix) -> npt.NDArray[np.int64]:
        """Return the cluster of each vector: the one whose centre has the largest cosine.

        Args:
            vectors: float32, `(count, dimension)`, finite.

        Returns:
            Rows of `centres`, `(count,)`.
        """
        _, found = self._index.search(vectors, 1)
        nearest: npt.NDArray[np.int64] = found[:, 0]
        return nearest
