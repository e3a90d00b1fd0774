"""Clusters of vectors, by FAISS."""

import numpy as np

from searchkit_index.catalog.clusters import Clusters


def test_vectors_that_are_near_are_of_one_cluster() -> None:
    random = np.random.default_rng(0)
    around = np.repeat(np.eye(3, 16, dtype=np.float32), 20, axis=0)
    vectors = around + 0.05 * random.standard_normal(around.shape, np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    clusters = Clusters(vectors, 3)
    found = clusters.of(vectors).reshape(3, 20)
    assert (found == found[:, :1]).all()
    assert len({*found[:, 0].tolist()}) == 3
    np.testing.assert_allclose(np.linalg.norm(clusters.centres, axis=1), 1, rtol=1e-5)
