"""Lists the indexes that there are, without a model: of what, how large, how old."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchkit.index_dir import catalogs
from searchkit_index.errors import SearchkitError


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the indexes.

    Attributes:
        root: The folder; None where the catalog does not tell.
        folder: Where the index is.
        exists: Whether the folder is still there.
        files: Indexed files.
        bytes: Size of the index.
        models: Names of the models it has vectors of.
        last_run: When the last run ended, in seconds since the epoch; None before that.
        fault: Why it cannot be read; "" where it can.
    """

    root: Path | None
    folder: Path
    exists: bool
    files: int
    bytes: int
    models: tuple[str, ...]
    last_run: float | None
    fault: str = ""


def listed() -> list[Listed]:
    """List every index, by its root; those that cannot be read come last."""
    return sorted((_listed(catalog) for catalog in catalogs()), key=lambda it: str(it.root or "~"))


def _listed(catalog: Path) -> Listed:
    from searchkit_index.catalog.store import Store

    folder = catalog.parent
    size = sum(_sizes(folder))
    try:
        with contextlib.closing(Store(catalog)) as store:
            root = Path(store.get("root") or "")
            files, _ = store.statistics.coverage()
            models = tuple(sorted({name for _, _, name, _ in store.embeddings.models()}))
            last_run = store.get("last_run")
    except SearchkitError as fault:
        return Listed(None, folder, False, 0, size, (), None, fault.message)
    return Listed(root, folder, root.is_dir(), files, size, models, last_run)


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            yield path.lstat().st_size
