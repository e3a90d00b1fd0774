"""Makes a local index of a checkout from what was pushed: its vectors are fetched, not computed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from searchkit.indexes.home import cache_path, make_private
from searchkit.indexes.index import Index
from searchkit.team import rows, tables
from searchkit.team.index import SharedIndex, Snapshot
from searchkit.team.label import WHOLE, labelled
from searchkit.team.manifest import Manifest
from searchkit.team.schema import not_shared_index
from searchkit.team.storage import faults
from searchkit.team.verify import Verifier
from searchkit.team.where import chunks_of
from searchkit_index.catalog.records import passage_text
from searchkit_index.embedder import Embedder
from searchkit_index.errors import ConfigError, ModelError
from searchkit_index.vector_cache import VectorCache, key_of

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Progress, Report

# A vector has length 1, but for the rounding of float16.
_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did.

    Attributes:
        manifest: The repository's manifest.
        vectors: How many were fetched.
        report: The report of the index run.
    """

    manifest: Manifest
    vectors: int
    report: "Report"


def pull(
    index: Index,
    shared: SharedIndex,
    name: str,
    *,
    signers: Collection[str] = (),
    cache_bytes: int,
    progress: "Callable[[Progress], None]" = lambda _: None,
) -> Pulled:
    """Index a checkout with the vectors of a shared index; what differs there is embedded.

    Args:
        index: The index of the checkout.
        shared: The shared index to pull from.
        name: The repository's name there.
        signers: Public keys of those whose pushes are trusted; none for whoever can write there.
        cache_bytes: What the vectors that all indexes share may take.
        progress: Called now and then, by the index run.

    Returns:
        What was done.

    Raises:
        NotIndexedError: There is no such repository.
        ModelError: Its vectors are of another model.
        ConfigError: Vectors are not shared on this machine.
        SignatureError: None of the signers pushed it, or it was changed since.
        CatalogError, StorageError: As their names say.
    """
    if not cache_bytes:
        raise ConfigError("`cache_bytes` is 0: no vectors are kept", "set it in the configuration")
    snapshot = shared.snapshot([name])
    manifest = snapshot.manifests[0]
    if manifest.fingerprint != index.embedder.fingerprint:
        here = index.embedder.name
        raise ModelError(
            f"`{name}` holds vectors of `{manifest.model}`, with other weights than `{here}` here",
            f"pull it with `--model {manifest.model}`, or index the folder by itself",
        )
    verify = Verifier(snapshot, signers)
    make_private(index.folder.parent)
    with closing(VectorCache(cache_path(), cache_bytes)) as cache:
        count = sum(
            keep_vectors(cache, index.embedder, index.folder.name, some)
            for some in _batches(snapshot, manifest, verify)
        )
        report = index.build(progress=progress)
    return Pulled(manifest, count, report)


def _batches(
    snapshot: Snapshot, manifest: Manifest, verify: Verifier
) -> Iterator[Sequence[Mapping[str, Any]]]:
    ours = chunks_of(manifest.name)
    with faults(snapshot.url):
        for batch in tables.batches(snapshot.chunks, WHOLE, ours, size=rows.BATCH):
            some = [labelled(row, snapshot.url) for row in batch.to_pylist()]
            if any(rows.key_of(row) != row["key"] for row in some):
                raise not_shared_index(snapshot.url)
            verify(manifest, [row["key"] for row in some])
            yield some


def keep_vectors(
    cache: VectorCache, embedder: Embedder, root: str, some: Sequence[Mapping[str, Any]]
) -> int:
    """Keep the vectors of rows in a cache, where whoever embeds their texts finds them.

    Args:
        cache: Where they are kept.
        embedder: The model; vectors that it cannot have made are left out.
        root: The name of the index that they are kept for.
        some: Rows, with what their labels say.

    Returns:
        How many were kept.
    """
    keys, vectors = [], []
    for row in some:
        halves = np.asarray(row["vector"] or (), "<f2")
        length = float(np.linalg.norm(halves.astype(np.float32)))
        if len(halves) == embedder.dimension and abs(length - 1) < _ROUNDING:
            text = passage_text(row["symbol"], row["text"])
            keys.append(key_of(embedder.fingerprint, text))
            vectors.append(halves.tobytes())
    if keys:
        cache.put(keys, vectors, root)
    return len(keys)
