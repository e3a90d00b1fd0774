"""`searchkit index --watch`: keeps indexes fresh until it is interrupted."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from searchkit.cli.terminal import hint, note

if TYPE_CHECKING:
    from pathlib import Path

    from searchkit.indexes.index import Index


def watch(indexes: "Sequence[Index]", *, quiet: bool) -> None:
    """Index what changes in folders that were indexed before, as it happens; never return."""
    from searchkit import wording
    from searchkit.indexes.watching import NotWatchableError, changed_roots, poll, rest_after

    by_root = {index.root: index for index in indexes}

    def refresh(root: "Path") -> None:
        _refresh(by_root[root], quiet=quiet)

    if not quiet:
        note(f"watching {wording.amount(len(by_root), 'folder')}; Ctrl-C ends it")
    try:
        for roots in changed_roots({root: index.rules for root, index in by_root.items()}):
            began = time.monotonic()
            for root in sorted(roots):
                refresh(root)
            time.sleep(rest_after(time.monotonic() - began))
    except NotWatchableError as fault:
        note(f"searchkit: {fault}: the folders are looked through now and then instead")
        if "package" in str(fault):
            hint("type `pip install 'searchkit[watch]'`")
        poll(list(by_root), refresh)


def _refresh(index: "Index", *, quiet: bool) -> None:
    """Index what changed, and say how much; of a folder that cannot be read, say why."""
    from searchkit import wording
    from searchkit_index.errors import SearchkitError

    try:
        freshness = index.refresh(0)
        if not (freshness.stale or freshness.pending):
            return
        report = index.build()
    except SearchkitError as fault:
        note(f"searchkit: `{index.root}`: {fault.message}")
        return
    if not quiet:
        changed = wording.amount(report.changed + report.gone, "changed file")
        embedded = wording.amount(report.embedded, "passage")
        note(f"`{index.root}`: indexed {changed}, embedded {embedded}")
