"""Index runs: whole ones, and those before a question, within a time budget."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.embedders import finds_near_words
from searchkit.indexes.home import cache_path
from searchkit.indexes.rules import IndexRules
from searchkit.status import Freshness, model_id_of, pending_passages, remarks
from searchkit_index import trail
from searchkit_index.caching_embedder import CachingEmbedder
from searchkit_index.catalog.lock import writing
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import present
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogBusyError, StorageError
from searchkit_index.pipeline import lexicon
from searchkit_index.pipeline.changes import Changes, scan
from searchkit_index.pipeline.pace import Pace
from searchkit_index.vector_cache import VectorCache

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Progress, Report


class Runs:
    """Index runs over one folder.

    Args:
        store: The catalog.
        root: The folder.
        embedder: The model.
        rules: Which files, and how much memory.
    """

    def __init__(self, store: Store, root: Path, embedder: Embedder, rules: IndexRules) -> None:
        self._store, self._root, self._embedder, self._rules = store, root, embedder, rules

    def run(
        self,
        *,
        progress: "Callable[[Progress], None]" = lambda _: None,
        deadline: float | None = None,
        found: Changes | None = None,
        verify: bool = False,
    ) -> "Report":
        """Bring the catalog up to date with its root; the caller holds the lock for writing.

        Args:
            progress: Called now and then.
            deadline: On the clock of `time.monotonic`; None for no end.
            found: What differs, if the caller has just looked; None to look.
            verify: Whether to read every file.

        Returns:
            What was done, and what was left.
        """
        from searchkit_index.pipeline.build import Build

        store, embedder, rules = self._store, self._embedder, self._rules
        pace = Pace.within(deadline, rules.ceiling)
        with closing(VectorCache(cache_path(), rules.cache_bytes)) as cache:
            folder = store.path.parent.name
            cached = CachingEmbedder(embedder, cache, folder)
            # One of their own for words, which are not counted among the passages.
            caching = cached, CachingEmbedder(embedder, cache, folder)
            passages, words = caching if rules.cache_bytes else (embedder, embedder)
            of_words = words if finds_near_words(self._embedder) else None
            build = Build(store, self._root, rules.rules, passages, pace, progress, of_words)
            report = build.run(found, verify=verify)
        report = replace(report, embedded=report.embedded - cached.reused, reused=cached.reused)
        trail.record(__name__, "`%s`: %s", self._root, report)
        return report

    def _lacks_words(self) -> bool:
        return finds_near_words(self._embedder) and lexicon.is_due(self._store, self._embedder)

    def refresh(self, budget: float, turn: threading.Lock) -> Freshness:
        """Index what changed, within a time budget, unless another process is writing.

        Args:
            budget: Seconds; 0 to look only.
            turn: What questions of one process hold in turn, so that one waits for what another
                one indexes.

        Returns:
            What an answer now covers, and what not.
        """
        version, (changes, pending) = self._store.version(), self._left()
        message = "`%s`: %d changed files, %d passages to embed, %.1f s to index them"
        trail.record(__name__, message, self._root, len(changes), pending, budget)
        wanting = changes or pending or self._unpublished()
        if budget <= 0 or not (wanting or self._lacks_words()):
            return self._covered(changes, pending)
        try:
            return self._indexed(changes, version, budget, turn)
        except CatalogBusyError:
            return self._covered(changes, pending, busy=True)
        except StorageError as error:
            # A full disk must not keep people from the answers that are there.
            trail.record(__name__, "`%s` stays as it was: %s", self._root, error.message)
            # If only words were due, the answer lacks nothing that people would miss.
            return self._covered(*self._left(), fault=error if wanting else None)

    def _indexed(
        self, changes: Changes, version: int, budget: float, turn: threading.Lock
    ) -> Freshness:
        """Index changes that were found at a version of the catalog."""
        store, deadline = self._store, time.monotonic() + budget
        store.require_room()
        with _held(turn, budget), writing(store.path.parent, wait=False):
            store.require_current()
            # If another process has written since, the changes are stale: look again.
            current = changes if store.version() == version else None
            report = self.run(deadline=deadline, found=current)
        return Freshness(
            *store.statistics.coverage(),
            stale=report.stale,
            pending=report.pending,
            busy=False,
            older=report.older,
            partial=self._partial(),
        )

    def _covered(
        self,
        changes: Changes,
        pending: int,
        *,
        busy: bool = False,
        fault: StorageError | None = None,
    ) -> Freshness:
        """Tell what an answer covers while changes are left, and why they are."""
        return Freshness(
            *self._store.statistics.coverage(),
            stale=len(changes),
            pending=pending,
            busy=busy,
            older=changes.older,
            fault=fault.message if fault else "",
            hint=fault.hint if fault else "",
            partial=self._partial(),
        )

    def _left(self) -> tuple[Changes, int]:
        """Find which files are to be indexed, and how many passages to be embedded."""
        changes = scan(self._store, self._root, self._rules.rules)
        return changes, pending_passages(self._store, self._embedder)

    def _partial(self) -> int:
        """Count the files of which only the beginning is indexed."""
        return sum(1 for _ in remarks(self._store, self._rules.rules))

    def _unpublished(self) -> bool:
        """Tell whether the published vector file is missing or cut short."""
        model_id = model_id_of(self._store, self._embedder)
        publication = self._store.embeddings.publication(model_id) if model_id else None
        return publication is not None and not present(self._store.path.parent, publication)


@contextmanager
def _held(turn: threading.Lock, seconds: float) -> Iterator[None]:
    """Hold a lock; raise CatalogBusyError where others hold it for too long."""
    if not turn.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
        raise CatalogBusyError("another thread is writing to this index", "try again")
    try:
        yield
    finally:
        turn.release()
