"""What differs between a root and its catalog, told by size and time; no file is read."""

from dataclasses import dataclass, replace
from pathlib import Path

from searchkit_index import walk, words
from searchkit_index.records import Known
from searchkit_index.store import Store

# What the catalog's text was made with; under another version every file is read anew. Raise the
# first number whenever the chunks of any text change.
CONTENT_VERSION = f"3/{words.VERSION}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the root and the catalog; `doubted` files do not seem to."""

    changed: list[walk.File]
    doubted: list[walk.File]
    passed_over: list[walk.Skipped]
    gone: list[str]
    unchanged: int

    def __len__(self) -> int:
        """How many files differ."""
        return len(self.changed) + len(self.passed_over) + len(self.gone)


def version(rules: walk.Rules) -> str:
    """What the text of a catalog under these rules is made with."""
    return f"{CONTENT_VERSION}/secrets" if rules.secrets else CONTENT_VERSION


def scan(store: Store, root: Path, rules: walk.Rules, *, verify: bool = False) -> Changes:
    """Compare the tree with the catalog by size and time, reading no file.

    Args:
        store: The catalog.
        root: The folder.
        rules: Which files.
        verify: Doubt every file that seems unchanged.

    Raises:
        RootError: The root is missing, not a folder, or not readable.
    """
    known = store.files.known() if store.get("content") == version(rules) else {}
    changes = Changes([], [], [], [], 0)
    unchanged = 0
    for entry in walk.walk(root, rules):
        before = known.pop(entry.path, None)
        if before and _same(before, entry):
            unchanged += 1
            if verify and isinstance(entry, walk.File):
                changes.doubted.append(entry)
        elif isinstance(entry, walk.Skipped):
            changes.passed_over.append(entry)
        else:
            changes.changed.append(entry)
    changes.gone.extend(known)
    return replace(changes, unchanged=unchanged)


def _same(before: Known, entry: walk.File | walk.Skipped) -> bool:
    if isinstance(entry, walk.Skipped):
        return before.skipped == entry.reason and before.size == entry.size
    # A file that the walker once passed over (too large, say) has no digest: it is read now.
    return (
        before.digest is not None
        and before.size == entry.size
        and before.mtime_ns == entry.mtime_ns
    )
