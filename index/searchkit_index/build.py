"""Runs the pipeline: walk, read, chunk, store; embed what is new; publish the vectors.

Text goes in before vectors, so that a first index answers lexically within seconds. Each batch is
one transaction: whatever kills the process, the next run goes on from there, and nothing that was
written is embedded again. Prints nothing: whoever wants to see progress passes a function.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from searchkit_index import changes, fingerprint, memory
from searchkit_index.catalog import publisher
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.changes import Changes, Due
from searchkit_index.chunking.chunk import Chunk, with_natural_languages
from searchkit_index.embedder import Embedder, Vectors
from searchkit_index.languages import natural
from searchkit_index.memory import Ceiling
from searchkit_index.process import reader
from searchkit_index.process.contents import Contents
from searchkit_index.reading import text
from searchkit_index.spool import Spool
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules


class _Batch(NamedTuple):
    """How much is done between two commits, and so lost at most by a kill."""

    files: int
    passages: int


_LARGE = _Batch(files=200, passages=512)
_SMALL = _Batch(files=10, passages=64)

# A file written within so many nanoseconds before it was read may change again without its time
# showing it (kernels stamp files at clock ticks, at most 10 ms apart): such a time is not trusted.
_FRESH_NS = 20_000_000
# Times in whole seconds are of a file system that knows no finer ones, or two seconds at least.
_FRESH_COARSE_NS = 2_000_000_000


# A file of so many bytes is read in a moment.
_QUICK = 100_000

# Text of one transaction, whose chunks are held in memory until it is written.
_BATCH_BYTES = 8_000_000


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        stage: `read` or `embed`.
        done: Files that were read, or passages that were embedded.
        total: All files to read, or passages to embed.
    """

    stage: Literal["read", "embed"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, and what it left for lack of time.

    Attributes:
        changed: Files that were read because they seemed new or changed.
        silent: Files that had changed though nothing showed it; only a run that verifies finds
            them.
        gone: Files that are no longer there.
        unchanged: Files that were as before.
        embedded: Passages that were embedded.
        reused: Passages whose vectors another run had left in the cache.
        stale: Changed files that were left.
        pending: Passages that were left.
        seconds: How long it took.
    """

    changed: int
    silent: int
    gone: int
    unchanged: int
    embedded: int
    stale: int
    pending: int
    seconds: float
    reused: int = 0


class _Entry(NamedTuple):
    """What the catalog is to hold of a file.

    `same` says that it holds it already, under another size or time; `differs`, that it was read
    and cut anew.
    """

    row: FileRow
    chunks: Sequence[Chunk] = ()
    same: bool = False
    differs: bool = False


class Build:
    """One run over a root, by the process that holds `writing`.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        embedder: The model; asked for vectors only when there is something to embed.
        progress: Called now and then.
        deadline: On `time.monotonic`'s clock; when it has passed the run ends early and says what
            it left. None for no end.
        verify: Read the files too that seem not to have changed.
        ceiling: Over the memory of this process and of the one that reads files; None for no
            ceiling.
    """

    def __init__(
        self,
        store: Store,
        root: Path,
        rules: Rules,
        embedder: Embedder,
        progress: Callable[[Progress], None],
        deadline: float | None,
        *,
        verify: bool = False,
        ceiling: Ceiling | None = None,
    ) -> None:
        self._store = store
        self._root = root
        self._rules = rules
        self._ceiling = ceiling
        self._embedder = embedder
        self._progress = progress
        self._deadline = deadline
        self._verify = verify
        # Smaller batches: a deadline is looked at more often, and a ceiling is kept.
        self._batch = _LARGE if deadline is None and ceiling is None else _SMALL

    def run(self, found: Changes | None = None) -> Report:
        """Bring the catalog and the published vectors up to the tree.

        Args:
            found: What differs, where the caller has looked and no one has written since.

        Returns:
            What was done, and what was left.
        """
        start = time.monotonic()
        if found is None:
            found = changes.scan(self._store, self._root, self._rules, verify=self._verify)
        if found.outdated:
            self._begin_anew()
        stale, silent = self._read(found)
        changed, gone, unchanged = len(found.changed) - stale, len(found.gone), found.unchanged
        del found  # a first run names every file in it
        embedded, pending = self._embed()
        self._store.erase_journal()
        return Report(
            changed=changed,
            silent=silent,
            gone=gone,
            unchanged=unchanged,
            embedded=embedded,
            stale=stale,
            pending=pending,
            seconds=time.monotonic() - start,
        )

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() > self._deadline

    def _begin_anew(self) -> None:
        with self._store.write():
            self._store.files.reset()
            self._store.set("terms", fingerprint.of_terms())

    def _read(self, found: Changes) -> tuple[int, int]:
        """Take the changes into the catalog.

        Args:
            found: What differs.

        Returns:
            How many files were left for lack of time, and how many had changed in silence.
        """
        self._settle(found)
        room = self._ceiling.reader() if self._ceiling else reader.MEMORY
        with reader.Reader(secrets=self._rules.secrets, memory=room) as apart:
            stale, _ = self._take(found.changed, apart)
            late, silent = self._take(found.doubted, apart)
        if len(found) > _SMALL.files:
            # After much reading much is embedded, and needs the memory.
            natural.release()
            memory.give_back()
        if silent or (found and not stale):
            with self._store.write():
                self._store.files.sweep()
        return stale + late, silent

    def _settle(self, found: Changes) -> None:
        """Store what needs no reading: files that are gone, files that the walker passed over."""
        if found.gone or found.passed_over:
            with self._store.write():
                self._store.files.remove(found.gone)
                for entry in found.passed_over:
                    self._store.files.put(
                        FileRow(entry.path, entry.size, entry.mtime_ns, skipped=entry.reason)
                    )

    def _take(self, files: Spool[Due], apart: reader.Reader) -> tuple[int, int]:
        """Read files; return how many were left, and how many held something else than before.

        Nothing is read within a transaction: other writers wait for those.
        """
        entries = self._entries(files, apart)
        done = differed = 0
        self._progress(Progress("read", 0, len(files)))
        while batch := self._gathered(entries):
            with self._store.write():
                for entry in batch:
                    self._put(entry)
            done += len(batch)
            differed += sum(entry.differs for entry in batch)
            self._progress(Progress("read", done, len(files)))
        return len(files) - done, differed

    def _put(self, entry: _Entry) -> None:
        row = entry.row
        if entry.same:
            self._store.files.touch(row)
        else:
            self._store.files.put(row, entry.chunks)

    def _gathered(self, entries: Iterator[_Entry]) -> list[_Entry]:
        """Take some entries for one transaction, no more text than `_BATCH_BYTES`."""
        batch: list[_Entry] = []
        size = 0
        for entry in entries:
            batch.append(entry)
            size += entry.row.size
            if len(batch) == self._batch.files or size > _BATCH_BYTES or self._late():
                break
        return batch

    def _entries(self, files: Spool[Due], apart: reader.Reader) -> Iterator[_Entry]:
        """Yield what the catalog is to hold of each file, until the time is over."""
        settled: deque[_Entry] = deque()
        waiting: deque[FileRow] = deque()
        sources = self._sources(files, waiting, settled)
        for contents in apart.read(sources, self._deadline):
            yield self._entry(waiting.popleft(), contents)
            while settled:
                yield settled.popleft()
        yield from settled

    def _entry(self, row: FileRow, contents: Contents | reader.PassedOver) -> _Entry:
        if not contents.lasting:
            row = replace(row, fingerprint=None)
        if isinstance(contents, reader.PassedOver):
            return _Entry(replace(row, skipped=contents.reason), differs=True)
        chunks = with_natural_languages(contents.chunks)
        return _Entry(replace(row, language=contents.language), chunks, differs=True)

    def _in_order(self, files: Spool[Due]) -> Iterator[Due]:
        """Give files in the order to read them: who is in a hurry takes the small ones first.

        Otherwise one that takes longer than there is time would keep out all behind it for ever.
        """
        if self._deadline is None:
            yield from files
            return
        yield from (due for due in files if due.file.size <= _QUICK)
        yield from (due for due in files if due.file.size > _QUICK)

    def _sources(
        self, files: Spool[Due], waiting: deque[FileRow], settled: deque[_Entry]
    ) -> Iterator[reader.Source]:
        """Yield the files whose chunks are to be made.

        Args:
            files: Those to look at, while there is time.
            waiting: Gets a row for each file that is yielded.
            settled: Gets an entry for each other one.

        Yields:
            Path and bytes of each file.
        """
        for file, held in self._in_order(files):
            if self._late():
                return
            mark = fingerprint.of_file(file.path, secrets=self._rules.secrets)
            row = FileRow(
                file.path,
                file.size,
                None if _is_fresh(file) else file.mtime_ns,
                file.ctime_ns,
                file.inode,
                fingerprint=mark,
            )
            try:
                data = text.read(self._root, file, self._rules.limit(file.path))
            except text.Unsuitable as unsuitable:
                # Without a digest, the next run tries again.
                settled.append(_Entry(replace(row, skipped=unsuitable.reason)))
                continue
            row = replace(row, digest=hashlib.blake2b(data, digest_size=16).digest())
            if row.digest == held:
                settled.append(_Entry(row, same=True))
            else:
                waiting.append(row)
                yield reader.Source(file.path, data)

    def _embed(self) -> tuple[int, int]:
        """Embed and publish; return how many passages were embedded and how many are left."""
        embedder = self._embedder
        with self._store.write():
            model_id = self._store.embeddings.model_id(
                embedder.fingerprint, embedder.name, embedder.dimension
            )
        done = 0
        total = self._store.statistics.count("passage") - self._store.statistics.embedded(model_id)
        self._progress(Progress("embed", done, total))
        for ids, embedded in self._embedded(model_id):
            with self._store.write():
                self._store.embeddings.put(model_id, ids, embedded)
            done += len(ids)
            # While a run goes on, others search its tail: let it grow to half of what is published.
            self._publish(model_id, tail=0.5)
            memory.give_back()
            self._progress(Progress("embed", done, total))
        self._publish(model_id, tail=0.02)
        if done:
            memory.give_back()
        return done, total - done

    def _embedded(self, model_id: int) -> Iterator[tuple[list[int], Vectors]]:
        """Yield ids and vectors of the passages that have none, batch by batch.

        Two batches are with the embedder at any time, so that a device need not wait while the next
        texts are tokenised and the last vectors are written.
        """
        workers = ThreadPoolExecutor(2, "batch")
        waiting = self._pending(model_id)

        def begun(count: int) -> list[tuple[list[int], Future[Vectors]]]:
            return [
                (ids, workers.submit(self._embedder.encode, texts, "document"))
                for ids, texts in islice(waiting, count)
            ]

        try:
            under_way = deque(begun(2))
            while under_way:
                ids, future = under_way.popleft()
                embedded = future.result()
                under_way.extend(begun(1))
                yield ids, embedded
        finally:
            workers.shutdown(wait=False, cancel_futures=True)

    def _pending(self, model_id: int) -> Iterator[tuple[list[int], list[str]]]:
        """Yield ids and texts of the passages that have no vector, while there is time."""
        after = 0
        while not self._late():
            batch = self._store.embeddings.pending(model_id, after, self._batch.passages)
            if not batch:
                return
            ids, texts = map(list, zip(*batch, strict=True))
            after = ids[-1]
            yield ids, texts

    def _publish(self, model_id: int, tail: float) -> None:
        if publisher.outdated(self._store, model_id, tail):
            publisher.publish(self._store, model_id, self._embedder.dimension, self._ceiling)


def _is_fresh(file: File) -> bool:
    """Tell whether the file may change again without its times showing it.

    A date far in the future says nothing of that: programs set it at will.
    """
    times = file.mtime_ns, file.ctime_ns
    coarse = not any(time_ns % 1_000_000_000 for time_ns in times)
    window = _FRESH_COARSE_NS if coarse else _FRESH_NS
    return any(abs(time.time_ns() - time_ns) < window for time_ns in times)
