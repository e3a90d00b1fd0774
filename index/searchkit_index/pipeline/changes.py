"""Compares a root with its catalog without reading any file.

A file counts as unchanged when its size, its times and its inode are the same, as in git, and its
chunks would be made in the same way (its fingerprint). Both sides come sorted by the bytes of their
paths and are read side by side: a large tree takes little memory.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from searchkit_index.catalog.records import Known
from searchkit_index.catalog.store import Store
from searchkit_index.languages.language import candidates
from searchkit_index.pipeline import fingerprint
from searchkit_index.pipeline.spool import Spool
from searchkit_index.walk import walker
from searchkit_index.walk.entry import File, Skipped
from searchkit_index.walk.rules import Rules

Entry = File | Skipped


class Due(NamedTuple):
    """A file to read, and the digest of its content that the catalog holds, if it holds any."""

    file: File
    digest: bytes | None


def _due(digest: str, *file: str | int | None) -> Due:
    return Due(File(*file), bytes.fromhex(digest) or None)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the root and the catalog.

    Attributes:
        outdated: Whether texts now give other terms than when the catalog was written.
        unchanged: How many files are as they were.
        changed: Files to read.
        anew: Unchanged files whose fingerprint differs, since an upgrade.
        slow: Changed files that another program reads, such as pictures; they are read last.
        slow_anew: The same among unchanged files.
        doubted: Files that seem unchanged, to be read to verify that.
        passed_over: What the walker passes over now, for a new reason or with a new size.
        gone: Paths that the catalog holds and the root does not.
    """

    outdated: bool
    unchanged: int = 0
    changed: Spool[Due] = field(default_factory=lambda: Spool(_due))
    anew: Spool[Due] = field(default_factory=lambda: Spool(_due))
    slow: Spool[Due] = field(default_factory=lambda: Spool(_due))
    slow_anew: Spool[Due] = field(default_factory=lambda: Spool(_due))
    doubted: Spool[Due] = field(default_factory=lambda: Spool(_due))
    passed_over: Spool[Skipped] = field(default_factory=lambda: Spool(Skipped))
    gone: Spool[str] = field(default_factory=lambda: Spool(str))

    def __len__(self) -> int:
        """Count the files that differ, by themselves or by their fingerprint."""
        kept = self.unchanged if self.outdated else 0
        return kept + self.to_read + len(self.passed_over) + len(self.gone)

    @property
    def to_read(self) -> int:
        """Count the files to read, but for `doubted` ones."""
        return sum(map(len, (self.changed, self.anew, self.slow, self.slow_anew)))

    def queue(self, before: Known | None, file: File) -> Spool[Due]:
        """Choose where a file that differs waits, by what is known of it."""
        slow = _slow(file.path)
        if before and before.fingerprint and _is_unchanged(before, file, alike=True):
            return self.slow_anew if slow else self.anew
        return self.slow if slow else self.changed

    @property
    def older(self) -> int:
        """Count the files that differ only by an upgrade."""
        return len(self.anew) + len(self.slow_anew) + (self.unchanged if self.outdated else 0)


def scan(store: Store, root: Path, rules: Rules, *, verify: bool = False) -> Changes:
    """Compare the tree with the catalog, reading no file.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        verify: Whether to have every file read that seems unchanged.

    Returns:
        What differs.

    Raises:
        RootError: The root is missing, not a folder, or not readable.
    """
    changes = Changes(outdated=store.get("terms") != fingerprint.of_terms())
    unchanged = 0
    for path, before, entry in _paired(store.files.known(), walker.walk(root, rules)):
        if entry is None:
            changes.gone.append(path)
            continue
        mark = fingerprint.of_file(entry.path, entry.size, rules)
        alike = before is not None and before.fingerprint == mark
        same = before is not None and _is_unchanged(before, entry, alike=alike)
        unchanged += same
        if isinstance(entry, Skipped):
            if not same:
                changes.passed_over.append(path, entry.reason, entry.size, entry.mtime_ns)
        elif verify or not same:
            due = changes.doubted if same else changes.queue(before, entry)
            # A file that was skipped is tried again, unless nothing about it changed.
            counts = before is not None and alike and (same or not before.skipped)
            _append_due(due, before, entry, held=counts)
    return replace(changes, unchanged=unchanged)


def _append_due(due: Spool[Due], before: Known | None, file: File, *, held: bool) -> None:
    """Queue a file to be read; `held`: what the catalog holds stays if the content is the same.

    Where the times are the same, only the inode differs: the file system numbers files anew at each
    mount, so the number is not kept.
    """
    digest = before.digest if before and held else None
    inode = None if before and _same_times(before, file) else file.inode
    due.append((digest or b"").hex(), file.path, file.size, file.mtime_ns, file.ctime_ns, inode)


_Pair = tuple[str, Known | None, Entry | None]


def _paired(known: Iterator[tuple[str, Known]], entries: Iterator[Entry]) -> Iterator[_Pair]:
    """Pair what the catalog and the walker have for each path; both come sorted by bytes.

    A folder that is passed over comes where its contents would, later than by its own name. Such
    folders are few, and are paired at the end.
    """
    folders: dict[str, Entry] = {}
    folders_known: dict[str, Known] = {}
    before, entry = next(known, None), next(entries, None)
    while before or entry:
        if entry and isinstance(entry, Skipped) and not (entry.size or entry.mtime_ns):
            folders[entry.path], entry = entry, next(entries, None)
        elif before and before[1].skipped and not (before[1].size or before[1].mtime_ns):
            folders_known[before[0]], before = before[1], next(known, None)
        elif before and entry and before[0] == entry.path:
            yield entry.path, before[1], entry
            before, entry = next(known, None), next(entries, None)
        elif before and (not entry or os.fsencode(before[0]) < os.fsencode(entry.path)):
            yield before[0], before[1], None
            before = next(known, None)
        elif entry:
            yield entry.path, None, entry
            entry = next(entries, None)
    for path in folders | folders_known:
        yield path, folders_known.get(path), folders.get(path)


def _slow(path: str) -> bool:
    """Tell whether a file is read by another program alone, as pictures are."""
    return any(each.program and not each.packages for each in candidates(path))


def _is_unchanged(before: Known, entry: Entry, *, alike: bool) -> bool:
    if isinstance(entry, Skipped):
        return before.skipped == entry.reason and before.size == entry.size
    # A file that the walker once passed over (too large, say) has no digest: it is read now.
    known = alike and before.digest is not None and before.inode in (entry.inode, None)
    return known and _same_times(before, entry)


def _same_times(before: Known, entry: File) -> bool:
    times = before.mtime_ns, before.ctime_ns
    return before.size == entry.size and times == (entry.mtime_ns, entry.ctime_ns)
