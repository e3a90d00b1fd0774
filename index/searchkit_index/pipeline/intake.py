"""Reads the files that changed, cuts them into chunks, and stores these in the catalog.

Each batch is one transaction. No file is read inside one: other writers would have to wait.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk, with_natural_languages
from searchkit_index.languages import natural
from searchkit_index.pipeline import file_bytes, fingerprint, pace
from searchkit_index.pipeline.changes import Changes, Due
from searchkit_index.pipeline.pace import Pace
from searchkit_index.pipeline.report import Progress
from searchkit_index.pipeline.spool import Spool
from searchkit_index.process import reader
from searchkit_index.process.contents import Contents
from searchkit_index.reading import text
from searchkit_index.system import memory
from searchkit_index.walk.entry import File, Skipped
from searchkit_index.walk.root import check_root
from searchkit_index.walk.rules import Rules

# A file that was written less than so many nanoseconds ago may change again within the same tick of
# the clock that stamps files, at most 10 ms: its time is not trusted.
_FRESH_NS = 20_000_000
# Times in whole seconds come from file systems that store no finer ones; some store only even ones.
_FRESH_COARSE_NS = 2_000_000_000

# Files of at most so many bytes are read first where time is short.
_QUICK = 100_000

# Text of one transaction, whose chunks are held in memory until it is written.
_BATCH_BYTES = 8_000_000

# Seconds between two reports of progress within a batch; a small folder is a single batch.
_TELL_SECONDS = 0.1


class _Entry(NamedTuple):
    """What the catalog is to hold of a file.

    `same`: only its size or times changed. `differs`: it was read and cut anew.
    """

    row: FileRow
    chunks: Sequence[Chunk] = ()
    same: bool = False
    differs: bool = False


class Intake:
    """Reads the changed files of one root.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        pace: The bounds of the run.
        progress: Called now and then.
    """

    def __init__(
        self,
        store: Store,
        root: Path,
        rules: Rules,
        pace: Pace,
        progress: Callable[[Progress], None],
    ) -> None:
        self._store, self._root, self._rules = store, root, rules
        self._pace, self._progress = pace, progress

    def run(self, files: Spool[Due]) -> tuple[int, int]:
        """Read files into the catalog.

        Args:
            files: Those to read.

        Returns:
            How many were left for lack of time, and how many had other content than before.

        Raises:
            RootError: The whole folder is gone, or cannot be read any more.
        """
        ceiling = self._pace.ceiling
        room = ceiling.reader() if ceiling else reader.MEMORY
        done = differed = 0
        with reader.Reader(secrets=self._rules.secrets, memory=room) as apart:
            entries = self._reporting(self._entries(files, apart), len(files))
            self._progress(Progress("read", 0, len(files)))
            while batch := self._batch(entries):
                with self._store.write():
                    for entry in batch:
                        self._store_entry(entry)
                done += len(batch)
                differed += sum(entry.differs for entry in batch)
                self._progress(Progress("read", done, len(files)))
        if len(files) > pace.SMALL.files:
            # After much reading much is embedded, and needs the memory.
            natural.release()
            memory.give_back()
        return len(files) - done, differed

    def sweep(self) -> None:
        """Remove passages that no file holds any more."""
        with self._store.write():
            self._store.files.sweep()

    def settle(self, found: Changes) -> int:
        """Store what needs no reading: files that are gone, files that the walker passed over.

        Where time is short it takes at most half of it, so that files that changed are read too.

        Args:
            found: What differs.

        Returns:
            How many were left for lack of time.

        Raises:
            RootError: The whole folder is gone, or cannot be read any more.
        """
        done, total = 0, len(found.gone) + len(found.passed_over)
        if not total:
            return 0
        check_root(self._root)
        entries: Iterator[str | Skipped] = chain(found.gone, found.passed_over)
        pace = self._pace.halved()
        while not pace.is_over() and (batch := list(islice(entries, pace.batch.files))):
            with self._store.write():
                for entry in batch:
                    self._settle_entry(entry)
            done += len(batch)
            self._progress(Progress("remove", done, total))
        return total - done

    def _settle_entry(self, entry: str | Skipped) -> None:
        if isinstance(entry, str):
            self._store.files.remove([entry])
        else:
            row = FileRow(entry.path, entry.size, entry.mtime_ns, skipped=entry.reason)
            self._store.files.put(row)

    def _reporting(self, entries: Iterator[_Entry], total: int) -> Iterator[_Entry]:
        """Pass entries on, and report now and then how many have come."""
        last = time.monotonic()
        for done, entry in enumerate(entries, 1):
            if time.monotonic() - last >= _TELL_SECONDS:
                self._progress(Progress("read", done, total))
                last = time.monotonic()
            yield entry

    def _store_entry(self, entry: _Entry) -> None:
        row = entry.row
        if entry.same:
            self._store.files.touch(row)
        else:
            self._store.files.put(row, entry.chunks)

    def _batch(self, entries: Iterator[_Entry]) -> list[_Entry]:
        """Take some entries for one transaction, no more text than `_BATCH_BYTES`."""
        batch: list[_Entry] = []
        size = 0
        for entry in entries:
            batch.append(entry)
            size += entry.row.size
            if len(batch) == self._pace.batch.files or size > _BATCH_BYTES or self._pace.is_over():
                break
        return batch

    def _entries(self, files: Spool[Due], apart: reader.Reader) -> Iterator[_Entry]:
        """Yield what the catalog is to hold of each file, until the time is over."""
        settled: deque[_Entry] = deque()
        waiting: deque[FileRow] = deque()
        sources = self._sources(files, waiting, settled)
        for contents in apart.read(sources, self._pace.deadline):
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
        """Yield files in the order to read them: with a deadline, small ones first.

        Otherwise a file that takes longer than the budget would keep out all after it, every time.
        """
        if self._pace.deadline is None:
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
            if self._pace.is_over():
                return
            row = self._row(file)
            try:
                data, reason = file_bytes.read(self._root, file, self._rules)
            except text.Unsuitable as unsuitable:
                check_root(self._root)  # a folder that was moved is not one whose files are gone
                # Without a digest, the next run tries again.
                settled.append(_Entry(replace(row, skipped=unsuitable.reason)))
                continue
            digest = hashlib.blake2b(data, digest_size=16).digest()
            row = replace(row, digest=digest, skipped=reason)
            if reason:
                settled.append(_Entry(row, differs=True))
            elif digest == held:
                settled.append(_Entry(row, same=True))
            else:
                waiting.append(row)
                yield reader.Source(file.path, data)

    def _row(self, file: File) -> FileRow:
        """Make the row of a file that is about to be read."""
        return FileRow(
            file.path,
            file.size,
            None if _is_fresh(file) else file.mtime_ns,
            file.ctime_ns,
            file.inode,
            fingerprint=fingerprint.of_file(file.path, file.size, self._rules),
        )


def _is_fresh(file: File) -> bool:
    """Tell whether the file may change again without its times showing it.

    Dates far in the future were set by programs, and do not count.
    """
    times = file.mtime_ns, file.ctime_ns
    coarse = not any(time_ns % 1_000_000_000 for time_ns in times)
    window = _FRESH_COARSE_NS if coarse else _FRESH_NS
    return any(abs(time.time_ns() - time_ns) < window for time_ns in times)
