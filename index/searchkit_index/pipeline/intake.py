"""Takes what changed in a tree into the catalog: read, cut into chunks, stored.

Each batch is one transaction. No file is read inside one: other writers would wait for that, too.
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
from searchkit_index.pipeline import fingerprint, pace
from searchkit_index.pipeline.changes import Changes, Due
from searchkit_index.pipeline.pace import Pace
from searchkit_index.pipeline.report import Progress
from searchkit_index.pipeline.spool import Spool
from searchkit_index.process import reader
from searchkit_index.process.contents import Contents
from searchkit_index.reading import text
from searchkit_index.system import memory
from searchkit_index.system.memory import Ceiling
from searchkit_index.walk.entry import File, Skipped
from searchkit_index.walk.root import check_root
from searchkit_index.walk.rules import Rules

# A file written within so many nanoseconds before it was read may change again without its time
# showing it (kernels stamp files at clock ticks, at most 10 ms apart): such a time is not trusted.
_FRESH_NS = 20_000_000
# Times in whole seconds are of a file system that knows no finer ones, or two seconds at least.
_FRESH_COARSE_NS = 2_000_000_000

# Bytes of a file that is read in a moment: where time is short such files go first.
_QUICK = 100_000

# Text of one transaction, whose chunks are held in memory until it is written.
_BATCH_BYTES = 8_000_000

# Seconds between two reports of progress within a batch; a small folder is a single batch.
_TELL_SECONDS = 0.1


class _Entry(NamedTuple):
    """What the catalog is to hold of a file.

    `same`: the catalog holds its content already, and only size or times changed. `differs`: it was
    read and cut anew.
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
        pace: How much at a time, and until when.
        progress: Called now and then.
        ceiling: Over the memory of this process and of the one that reads files; None for none.
    """

    def __init__(
        self,
        store: Store,
        root: Path,
        rules: Rules,
        pace: Pace,
        progress: Callable[[Progress], None],
        ceiling: Ceiling | None,
    ) -> None:
        self._store = store
        self._root = root
        self._rules = rules
        self._pace = pace
        self._progress = progress
        self._ceiling = ceiling

    def run(self, files: Spool[Due]) -> tuple[int, int]:
        """Read files into the catalog.

        Args:
            files: Those to read.

        Returns:
            How many were left for lack of time, and how many held something else than before.

        Raises:
            RootError: The whole folder is gone, or cannot be read any more.
        """
        room = self._ceiling.reader() if self._ceiling else reader.MEMORY
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
        """Remove what no file holds any more."""
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
        """Pass entries on as they are read, and report now and then how many they are."""
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
        """Give files in the order to read them: who is in a hurry takes the small ones first.

        Otherwise one that takes longer than there is time would keep out all behind it for ever.
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
                check_root(self._root)  # of a folder that was moved no file is gone
                # Without a digest, the next run tries again.
                settled.append(_Entry(replace(row, skipped=unsuitable.reason)))
                continue
            row = replace(row, digest=hashlib.blake2b(data, digest_size=16).digest())
            if row.digest == held:
                settled.append(_Entry(row, same=True))
            else:
                waiting.append(row)
                yield reader.Source(file.path, data)


def _is_fresh(file: File) -> bool:
    """Tell whether the file may change again without its times showing it.

    A date far in the future says nothing of that: programs set it at will.
    """
    times = file.mtime_ns, file.ctime_ns
    coarse = not any(time_ns % 1_000_000_000 for time_ns in times)
    window = _FRESH_COARSE_NS if coarse else _FRESH_NS
    return any(abs(time.time_ns() - time_ns) < window for time_ns in times)
