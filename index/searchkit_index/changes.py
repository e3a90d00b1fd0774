"""What differs between a root and its catalog, told by size and time; no file is read."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from searchkit_index import words
from searchkit_index.catalog.records import Known
from searchkit_index.catalog.store import Store
from searchkit_index.walk import walker

# What the catalog's text was made with; under another version every file is read anew. Raise the
# first number whenever the chunks of any text change.
CONTENT_VERSION = f"3/{words.VERSION}"


class Due(NamedTuple):
    """A file to read, and the digest of its content that the catalog holds, if it holds any."""

    file: walker.File
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the root and the catalog.

    Attributes:
        changed: Files to read.
        doubted: Files that seem unchanged, to read all the same.
        passed_over: What the walker passed over, not as before.
        gone: Paths that the catalog holds and the root does not.
        unchanged: How many files are as they were.
        outdated: The catalog's text was made otherwise than it would be now: none of it counts.
    """

    changed: list[Due]
    doubted: list[Due]
    passed_over: list[walker.Skipped]
    gone: list[str]
    unchanged: int
    outdated: bool

    def __len__(self) -> int:
        """How many files differ."""
        return len(self.changed) + len(self.passed_over) + len(self.gone)


def version(rules: walker.Rules) -> str:
    """What the text of a catalog under these rules is made with."""
    return f"{CONTENT_VERSION}/secrets" if rules.secrets else CONTENT_VERSION


def scan(store: Store, root: Path, rules: walker.Rules, *, verify: bool = False) -> Changes:
    """Compare the tree with the catalog by size and time, reading no file.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        verify: Doubt every file that seems unchanged.

    Raises:
        RootError: The root is missing, not a folder, or not readable.
    """
    outdated = store.get("content") != version(rules)
    known = {} if outdated else store.files.known()
    changes = Changes([], [], [], [], 0, outdated)
    unchanged = 0
    for entry in walker.walk(root, rules):
        before = known.pop(entry.path, None)
        same = before is not None and _same(before, entry)
        unchanged += same
        if isinstance(entry, walker.File):
            if verify or not same:
                held = before.digest if before and not before.skipped else None
                (changes.doubted if same else changes.changed).append(Due(entry, held))
        elif not same:
            changes.passed_over.append(entry)
    changes.gone.extend(known)
    return replace(changes, unchanged=unchanged)


def _same(before: Known, entry: walker.File | walker.Skipped) -> bool:
    if isinstance(entry, walker.Skipped):
        return before.skipped == entry.reason and before.size == entry.size
    # A file that the walker once passed over (too large, say) has no digest: it is read now.
    return (
        before.digest is not None
        and before.size == entry.size
        and before.mtime_ns == entry.mtime_ns
    )
