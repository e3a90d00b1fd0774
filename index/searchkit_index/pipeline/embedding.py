"""Embeds the passages of a catalog that have no vector yet, and publishes the vectors."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from searchkit_index.catalog import publisher
from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder, Vectors
from searchkit_index.pipeline.pace import SMALL, Pace
from searchkit_index.pipeline.report import Progress
from searchkit_index.system import memory


class Embedding:
    """Embeds for one root, by the process that holds `writing`.

    Args:
        store: The catalog.
        embedder: The model; asked for vectors only when there is something to embed.
        pace: The bounds of the run.
        progress: Called now and then.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        pace: Pace,
        progress: Callable[[Progress], None],
    ) -> None:
        self._store, self._embedder = store, embedder
        self._pace, self._progress = pace, progress

    def run(self) -> tuple[int, int]:
        """Embed and publish; return how many passages were embedded, and how many are left."""
        embedder = self._embedder
        with self._store.write():
            model_id = self._store.embeddings.model_id(
                embedder.fingerprint, embedder.name, embedder.dimension
            )
        done = 0
        total = self._store.statistics.count("passage") - self._store.statistics.embedded(model_id)
        self._progress(Progress("embed", done, total))
        for ids, embedded in self._embed_batches(model_id):
            with self._store.write():
                self._store.embeddings.put(model_id, ids, embedded)
            done += len(ids)
            # During a run others search the unpublished tail: it may grow to half of the file.
            self._publish(model_id, tail=0.5)
            memory.give_back()
            self._progress(Progress("embed", done, total))
        self._publish(model_id, tail=0.02)
        if done:
            memory.give_back()
        return done, total - done

    def _embed_batches(self, model_id: int) -> Iterator[tuple[list[int], Vectors]]:
        """Yield ids and vectors of the passages that have none, batch by batch.

        Two batches are with the embedder at any time, so that a device need not wait while the next
        texts are tokenised and the last vectors are written.
        """
        workers = ThreadPoolExecutor(2, "batch")
        waiting = self._pending(model_id)

        def submitted(count: int) -> list[tuple[list[int], Future[Vectors]]]:
            return [
                (ids, workers.submit(self._embedder.encode, texts, "document"))
                for ids, texts in islice(waiting, count)
            ]

        try:
            under_way = deque(submitted(2))
            while under_way:
                ids, future = under_way.popleft()
                embedded = future.result()
                under_way.extend(submitted(1))
                yield ids, embedded
        finally:
            workers.shutdown(wait=False, cancel_futures=True)

    def _pending(self, model_id: int) -> Iterator[tuple[list[int], list[str]]]:
        """Yield ids and texts of the passages that have no vector, while there is time.

        Batches begin small and grow, so that progress is soon reported.
        """
        after, size = 0, min(SMALL.passages, self._pace.batch.passages)
        while not self._pace.is_over():
            batch = self._store.embeddings.pending(model_id, after, size)
            if not batch:
                return
            ids, texts = map(list, zip(*batch, strict=True))
            after, size = ids[-1], min(2 * size, self._pace.batch.passages)
            yield ids, texts

    def _publish(self, model_id: int, tail: float) -> None:
        if publisher.outdated(self._store, model_id, tail):
            publisher.publish(self._store, model_id, self._embedder.dimension, self._pace.ceiling)
