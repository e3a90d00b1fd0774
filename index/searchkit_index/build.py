"""The pipeline: walk, read, chunk, store; embed what is new; publish the vectors.

Text goes in before vectors, so that a first index answers lexically within seconds. Each batch is
one transaction: whatever kills the process, the next run goes on from there, and nothing that was
embedded is embedded again. Prints nothing: who wants to see progress passes a function.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from searchkit_index import changes, chunk, language, text, vectors, walk
from searchkit_index.changes import Changes
from searchkit_index.embedder import Embedder
from searchkit_index.errors import SearchkitError
from searchkit_index.records import FileRow
from searchkit_index.store import Store


class _Batch(NamedTuple):
    """What is done between two commits: what a kill may lose."""

    files: int
    passages: int


_LARGE = _Batch(files=200, passages=512)
_SMALL = _Batch(files=10, passages=64)

# A file written within so many nanoseconds before it was read may change again without its time
# showing it (kernels stamp files at clock ticks, at most 10 ms apart): such a time is not trusted.
_FRESH_NS = 20_000_000


class Progress(NamedTuple):
    """How far a run is; `total` counts files while reading, passages while embedding."""

    stage: Literal["read", "embed"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, and what it left: `stale` files and `pending` passages, for lack of time."""

    changed: int
    gone: int
    unchanged: int
    embedded: int
    stale: int
    pending: int
    seconds: float


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
    """

    def __init__(
        self,
        store: Store,
        root: Path,
        rules: walk.Rules,
        embedder: Embedder,
        progress: Callable[[Progress], None],
        deadline: float | None,
    ) -> None:
        self._store = store
        self._root = root
        self._rules = rules
        self._embedder = embedder
        self._progress = progress
        self._deadline = deadline
        # Who is in a hurry looks at the clock more often.
        self._batch = _LARGE if deadline is None else _SMALL

    def run(self) -> Report:
        """Bring the catalog and the published vectors up to the tree."""
        start = time.monotonic()
        self._follow_version()
        found = changes.scan(self._store, self._root, self._rules)
        stale = self._read(found)
        changed, gone, unchanged = len(found.changed) - stale, len(found.gone), found.unchanged
        del found  # a first run names every file in it
        embedded, pending = self._embed()
        return Report(
            changed=changed,
            gone=gone,
            unchanged=unchanged,
            embedded=embedded,
            stale=stale,
            pending=pending,
            seconds=time.monotonic() - start,
        )

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() > self._deadline

    def _follow_version(self) -> None:
        if self._store.get("content") != changes.CONTENT_VERSION:
            with self._store.write():
                self._store.reset_text()
                self._store.set("content", changes.CONTENT_VERSION)

    def _read(self, found: Changes) -> int:
        """Take the changes into the catalog; returns how many files were left for lack of time."""
        self._settle(found)
        total = len(found.changed)
        for start in range(0, total, self._batch.files):
            if self._late():
                return total - start
            self._progress(Progress("read", start, total))
            with self._store.write():
                for file in found.changed[start : start + self._batch.files]:
                    self._read_file(file)
        if found:
            with self._store.write():
                self._store.sweep()
        self._progress(Progress("read", total, total))
        return 0

    def _settle(self, found: Changes) -> None:
        """Take in what needs no reading: files that went, files that the walker passed over."""
        if found.gone or found.passed_over:
            with self._store.write():
                self._store.remove_files(found.gone)
                for entry in found.passed_over:
                    self._store.put_file(
                        FileRow(entry.path, entry.size, entry.mtime_ns, skipped=entry.reason)
                    )

    def _read_file(self, file: walk.File) -> None:
        mtime_ns = None if time.time_ns() - file.mtime_ns < _FRESH_NS else file.mtime_ns
        try:
            data = text.read(self._root, file, self._rules.max_bytes)
            digest = hashlib.blake2b(data, digest_size=16).digest()
            if self._store.digest_of(file.path) == digest:
                self._store.touch(file.path, file.size, mtime_ns)
                return
            row, chunks = _chunked(file, mtime_ns, digest, data)
        except text.Unsuitable as unsuitable:
            row = FileRow(file.path, file.size, mtime_ns, b"", skipped=unsuitable.reason)
            chunks = []
        self._store.put_file(row, chunks)

    def _embed(self) -> tuple[int, int]:
        """Embed and publish; returns how many passages were embedded and how many are left."""
        embedder = self._embedder
        with self._store.write():
            model_id = self._store.model_id(embedder.fingerprint, embedder.name, embedder.dimension)
        done = 0
        total = self._store.count("passage") - self._store.embedded(model_id)
        after = 0
        while window := self._store.pending(model_id, after, self._batch.passages):
            if self._late():
                break
            self._progress(Progress("embed", done, total))
            embedded = embedder.encode([passage for _, passage in window], "document")
            with self._store.write():
                self._store.put_vectors(model_id, [id_ for id_, _ in window], embedded)
            after = window[-1][0]
            done += len(window)
            # While a run goes on, others search its tail: let it grow to half of what is published.
            self._publish(model_id, tail=0.5)
        self._publish(model_id, tail=0.02)
        self._progress(Progress("embed", done, total))
        return done, total - done

    def _publish(self, model_id: int, tail: float) -> None:
        if vectors.outdated(self._store, model_id, tail):
            vectors.publish(self._store, model_id, self._embedder.dimension)


def _chunked(
    file: walk.File, mtime_ns: int | None, digest: bytes, data: bytes
) -> tuple[FileRow, list[chunk.Chunk]]:
    """A file's row and its chunks.

    Raises:
        text.Unsuitable: It is no text that a person would search.
    """
    known = language.detect(file.path, data[:4096])
    name = known.name if known else None
    content = _pdf_text(data) if name == "pdf" else text.decode(data)
    return FileRow(file.path, file.size, mtime_ns, digest, name), chunk.chunks(content, known)


def _pdf_text(data: bytes) -> str:
    from searchkit_index.pdf import pdf_text

    try:
        return pdf_text(data)
    except SearchkitError as error:
        raise text.Unsuitable(error.message) from error
