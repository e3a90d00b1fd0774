"""Lists all indexes without loading a model: their folders, sizes and ages."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchkit.indexes.home import catalogs
from searchkit_index.errors import SearchkitError


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the indexes.

    Attributes:
        root: The folder; None where the catalog does not tell.
        folder: Where the index is.
        exists: Whether the folder is still there.
        files: Indexed files.
        skipped: Files that were passed over.
        bytes: Size of the index.
        models: Names of the models it has vectors of.
        last_run: When the last run ended, in seconds since the epoch; None before that.
        fault: Why it cannot be read; "" where it can.
    """

    root: Path | None
    folder: Path
    exists: bool
    files: int
    skipped: int
    bytes: int
    models: tuple[str, ...]
    last_run: float | None
    fault: str = ""


def listed() -> list[Listed]:
    """List every index, by its root; those that cannot be read come last."""
    return sorted(map(look_up, catalogs()), key=lambda it: str(it.root or "~"))


def look_up(catalog: Path) -> Listed:
    """Describe one index.

    Args:
        catalog: Its catalog.

    Returns:
        What it says of itself, or why it cannot be read.
    """
    from searchkit_index.catalog.store import Store

    folder = catalog.parent
    size = sum(_sizes(folder))
    try:
        with contextlib.closing(Store(catalog)) as store:
            root = Path(store.get("root") or "")
            files, skipped = store.statistics.coverage()
            models = tuple(sorted({model.name for model in store.embeddings.models()}))
            last_run = store.get("last_run")
    except SearchkitError as fault:
        return Listed(
            root=None,
            folder=folder,
            exists=False,
            files=0,
            skipped=0,
            bytes=size,
            models=(),
            last_run=None,
            fault=fault.message,
        )
    return Listed(root, folder, root.is_dir(), files, skipped, size, models, last_run)


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            yield path.lstat().st_size
