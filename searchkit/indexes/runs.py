"""Index runs: whole ones, and those that a question waits for, within a budget of time."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.indexes.home import cache_path
from searchkit.indexes.rules import IndexRules
from searchkit.status import Freshness, model_id_of, pending_passages
from searchkit_index import trail
from searchkit_index.catalog.lock import writing
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import present
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogBusyError, StorageError
from searchkit_index.pipeline.changes import Changes, scan
from searchkit_index.vector_cache import CachingEmbedder, VectorCache

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Progress, Report


def run(
    store: Store,
    root: Path,
    embedder: Embedder,
    kept: IndexRules,
    *,
    progress: "Callable[[Progress], None]" = lambda _: None,
    deadline: float | None = None,
    found: Changes | None = None,
    verify: bool = False,
) -> "Report":
    """Bring a catalog up to its root; the caller holds the lock for writing.

    Args:
        store: The catalog.
        root: The folder.
        embedder: The model.
        kept: Which files, and how much memory.
        progress: Called now and then.
        deadline: On the clock of `time.monotonic`; None for no end.
        found: What differs, where the caller has looked and nobody has written since.
        verify: Whether to read every file.

    Returns:
        What was done, and what was left.
    """
    from searchkit_index.pipeline.build import Build

    with closing(VectorCache(cache_path(), kept.cache_bytes)) as cache:
        cached = CachingEmbedder(embedder, cache, store.path.parent.name)
        build = Build(
            store,
            root,
            kept.rules,
            cached if kept.cache_bytes else embedder,
            progress,
            deadline,
            verify=verify,
            ceiling=kept.ceiling,
        )
        report = build.run(found)
    report = replace(report, embedded=report.embedded - cached.reused, reused=cached.reused)
    trail.record(__name__, "`%s`: %s", root, report)
    return report


def refresh(
    store: Store, root: Path, embedder: Embedder, kept: IndexRules, budget: float
) -> Freshness:
    """Take in what changed, as far as the time goes and nobody else is writing.

    Args:
        store: The catalog.
        root: The folder.
        embedder: The model.
        kept: Which files, and how much memory.
        budget: In seconds; 0 to look only.

    Returns:
        What an answer now covers, and what not.
    """
    version, busy, fault = store.version(), False, None
    changes, pending = _left(store, root, embedder, kept)
    message = "`%s`: %d changed files, %d passages to embed, %.1f s to take them in"
    trail.record(__name__, message, root, len(changes), pending, budget)
    if budget > 0 and (changes or pending or _unpublished(store, embedder)):
        try:
            store.require_room()
            with writing(store.path.parent, wait=False):
                store.require_current()
                deadline = time.monotonic() + budget
                # Another who wrote since has taken in what was found: the run looks for itself.
                current = changes if store.version() == version else None
                report = run(store, root, embedder, kept, deadline=deadline, found=current)
            counts = *store.statistics.coverage(), report.stale, report.pending
            return Freshness(*counts, busy=False, older=report.older)
        except CatalogBusyError:
            busy = True
        except StorageError as error:
            # A full disk must not keep people from the answers that are there.
            trail.record(__name__, "`%s` stays as it was: %s", root, error.message)
            fault, (changes, pending) = error, _left(store, root, embedder, kept)
    counts = *store.statistics.coverage(), len(changes), pending
    why = (fault.message, fault.hint) if fault else ()
    return Freshness(*counts, busy, changes.older, *why)


def _left(store: Store, root: Path, embedder: Embedder, kept: IndexRules) -> tuple[Changes, int]:
    """Find which files are to be taken in, and how many passages to be embedded."""
    return scan(store, root, kept.rules), pending_passages(store, embedder)


def _unpublished(store: Store, embedder: Embedder) -> bool:
    """Tell whether the published vector file is missing or cut short: those who ask do without."""
    model_id = model_id_of(store, embedder)
    publication = store.embeddings.publication(model_id) if model_id else None
    return publication is not None and not present(store.path.parent, publication)
