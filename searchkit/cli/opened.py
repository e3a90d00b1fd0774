"""Opens the workspace of a command, and may keep it for the next command of the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit_index.errors import SearchkitError

if TYPE_CHECKING:
    from searchkit.workspace import Workspace

_keeps = False
_kept: "tuple[Path, Workspace] | None" = None  # where indexes live, and the last workspace


def keep() -> None:
    """Keep the last workspace from now on, as long as it fits the next command."""
    global _keeps
    _keeps = True


@contextmanager
def workspace(model: str | None = None) -> "Iterator[Workspace]":
    """Open the workspace of a model, or go on with the one that is kept.

    Args:
        model: Its name; None for the configured one.

    Yields:
        The workspace, closed afterwards unless it is kept.
    """
    from searchkit.workspace import Workspace

    if not _keeps:
        with Workspace(model=model) as opened:
            yield opened
        return
    yield _fitting(model)


def _fitting(model: str | None) -> "Workspace":
    """Go on with the kept workspace where a new one would be the same; else keep a new one."""
    global _kept
    from searchkit import config
    from searchkit.embedders import load_embedder
    from searchkit.workspace import Workspace

    if _kept is not None:
        home, kept = _kept
        try:
            settings = config.load()
            # The same object only if it was preloaded, and its files did not change.
            embedder = load_embedder(model or settings.model, threads=settings.threads)
            if (home, kept.settings, kept.embedder) == (config.home(), settings, embedder):
                return kept
        except SearchkitError:
            pass  # the new workspace raises it again
        kept.close()
    _kept = config.home(), Workspace(model=model)
    return _kept[1]
