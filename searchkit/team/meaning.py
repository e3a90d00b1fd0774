"""Sets the bias of language of candidates of a shared index, and what compares their lines."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

import numpy as np

from searchkit.embedders import calibration_of
from searchkit.hits.best_line import LineVectors
from searchkit.search.candidates import Candidates
from searchkit.search.language_bias import LanguageBias
from searchkit.search.query_vector import QueryVector, Vector
from searchkit.team.index import Snapshot
from searchkit.team.schema import CHUNK
from searchkit.team.storage import faults
from searchkit_index.embedder import Embedder

# The bias last measured in each shared index, and the state that it was measured in.
_known: dict[str, tuple[object, LanguageBias]] = {}


def add_meaning(
    found: list[Candidates],
    snapshot: Snapshot,
    repositories: Collection[str],
    embedder: Embedder,
    vector: QueryVector,
) -> None:
    """Set the bias of candidates, and what compares lines with the question.

    Args:
        found: The candidates of each repository; at least one.
        snapshot: The tables.
        repositories: Names of those whose vectors are of the model.
        embedder: The model.
        vector: The vector of the question.

    Raises:
        StorageError, CatalogError: As their names say.
    """
    asked, calibration = vector.of(embedder), calibration_of(embedder)
    if calibration and calibration.language:
        chunks = [chunk for each in found for chunk in each.found]
        _bias(snapshot, repositories).set_biases(chunks, asked)
    lines = LineVectors(partial(embedder.encode, role="document"))
    found[0] = replace(found[0], cosines=lines.compared_with(asked))


def _bias(snapshot: Snapshot, repositories: Collection[str]) -> LanguageBias:
    """Return the bias among some repositories; measure it anew only after a change."""
    made_of = (snapshot.chunks.version, tuple(repositories))
    known, bias = _known.get(snapshot.url, (None, None))
    if bias is None or known != made_of:
        bias = LanguageBias(partial(_sample, snapshot, frozenset(repositories)), lambda: 1)
        _known[snapshot.url] = made_of, bias
    return bias


def _sample(
    snapshot: Snapshot, repositories: Collection[str], count: int
) -> list[tuple[str, Vector]]:
    """Read vectors of prose in each natural language, of rows spread evenly over the table."""
    columns = ["state", "repository", "natural_language", "vector"]
    with faults(snapshot.url):
        rows = np.unique(np.linspace(0, snapshot.chunks.count_rows() - 1, count).astype(int))
        table = snapshot.chunks.take(rows.tolist(), columns=columns)
    found: dict[str, list[Vector]] = {}
    labels = (table[name].to_pylist() for name in columns[:3])
    for state, repository, language, vector in zip(*labels, table["vector"], strict=True):
        if language and vector.is_valid and state == CHUNK and repository in repositories:
            found.setdefault(language, []).append(np.asarray(vector.values, np.float32))
    return [(language, np.stack(vectors)) for language, vectors in found.items()]
