"""Runs the pipeline: walk, read, chunk, store; embed what is new; publish the vectors.

Text goes in before vectors, so that a first index answers lexically within seconds. Each batch is
one transaction: whatever kills the process, the next run goes on from there, and nothing that was
written is embedded again.
"""

import time
from collections.abc import Callable
from pathlib import Path

from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder
from searchkit_index.pipeline import changes, fingerprint, lexicon, segments
from searchkit_index.pipeline.changes import Changes
from searchkit_index.pipeline.embedding import Embedding
from searchkit_index.pipeline.intake import Intake
from searchkit_index.pipeline.pace import NO_BOUNDS, Pace
from searchkit_index.pipeline.report import Progress, Report
from searchkit_index.walk.rules import Rules


class _TooLongError(Exception):
    """A step would not be done in time."""


class Build:
    """One run over a root, by the process that holds `writing`.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        embedder: The model; asked for vectors only when there is something to embed.
        pace: Its bounds; when its time is over, the run ends early and reports what it left.
        progress: Called now and then.
        of_words: The model that embeds words by themselves; None to embed none.
    """

    def __init__(
        self,
        store: Store,
        root: Path,
        rules: Rules,
        embedder: Embedder,
        pace: Pace = NO_BOUNDS,
        progress: Callable[[Progress], None] = lambda _: None,
        of_words: Embedder | None = None,
    ) -> None:
        self._store, self._root, self._rules = store, root, rules
        self._of_words = of_words
        self._pace, self._progress = pace, progress
        self._intake = Intake(store, root, rules, pace, progress)
        self._embedding = Embedding(store, embedder, pace, progress)

    def run(self, found: Changes | None = None, *, verify: bool = False) -> Report:
        """Bring the catalog and the published vectors up to date with the tree.

        Args:
            found: What differs, if the caller has just looked; None to look.
            verify: Whether to read also the files that seem unchanged.

        Returns:
            What was done, and what was left.

        Raises:
            RootError: The folder vanished while it was read; what is indexed of it stays.
        """
        start = time.monotonic()
        if found is None:
            found = changes.scan(self._store, self._root, self._rules, verify=verify)
        if found.outdated and not self._renew_terms():
            return self._skip_reading(found, start)
        lexicon.observe(self._store, self._of_words)
        left = self._intake.settle(found)
        (stale, older), silent, early = self._take(found, left)
        changed, unchanged = found.to_read - stale, found.unchanged
        gone = len(found.gone) - max(0, left - len(found.passed_over))
        del found  # a first run names every file in it
        embedded, pending = self._embedding.run()
        segments.merge(self._store, self._pace)
        if not pending:
            lexicon.renew(self._store, self._of_words, self._pace, self._progress)
        self._store.erase_journal()
        return Report(
            changed=changed,
            silent=silent,
            gone=gone,
            unchanged=unchanged,
            embedded=early + embedded,
            stale=stale + left,
            pending=pending,
            seconds=time.monotonic() - start,
            older=older,
        )

    def _take(self, found: Changes, left: int) -> tuple[tuple[int, int], int, int]:
        """Read what differs; the files that take long to read only after all others are embedded.

        Args:
            found: What differs.
            left: How many files were not removed, for lack of time.

        Returns:
            Two counts of files that were not read for lack of time: all, and those that differ
            only by an upgrade. How many files had changed though they seemed unchanged. How many
            passages were embedded.
        """
        stale, _ = self._intake.run(found.changed)
        older, _ = self._intake.run(found.anew)
        embedded = 0
        if found.slow or found.slow_anew:
            if not left + stale + older:
                self._intake.sweep()  # so that what no file holds any more is not embedded
            embedded, _ = self._embedding.run()
            stale += self._intake.run(found.slow)[0]
            older += self._intake.run(found.slow_anew)[0]
        stale += older
        doubted, silent = self._intake.run(found.doubted)
        if silent or (found and not left + stale):
            self._intake.sweep()
        return (stale + doubted, older), silent, embedded

    def _renew_terms(self) -> bool:
        """Split all indexed texts into terms anew, or none; tell whether there was time for it.

        Until all are done, questions are answered by the old terms.
        """
        began, total = time.monotonic(), self._store.statistics.count("chunk")
        try:
            with self._store.write():
                for done in self._store.files.renew_terms():
                    self._progress(Progress("renew", done, total))
                    if not self._pace.suffices(began, done / total):
                        raise _TooLongError
                self._store.set("terms", fingerprint.of_terms())
        except _TooLongError:
            return False
        return True

    def _skip_reading(self, found: Changes, start: float) -> Report:
        """Read no file; what is indexed can still be embedded."""
        embedded, pending = self._embedding.run()
        return Report(
            changed=0,
            silent=0,
            gone=0,
            unchanged=0,
            embedded=embedded,
            stale=len(found),
            pending=pending,
            seconds=time.monotonic() - start,
            older=found.older,
        )
