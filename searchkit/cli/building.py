"""Builds an index, and shows progress and result on stderr."""

from typing import TYPE_CHECKING, Any

from searchkit.cli.terminal import note

if TYPE_CHECKING:
    from searchkit.indexes.index import Index
    from searchkit_index.pipeline.report import Report


def build(root: "Index", *, quiet: bool = False, **options: Any) -> "Report":
    """Index a folder as `Index.build` does, and show progress and result on stderr."""
    from searchkit import wording
    from searchkit.cli.progress import reporting
    from searchkit_index.errors import CatalogBusyError

    with reporting(quiet=quiet) as progress:
        try:
            try:
                report = root.build(progress=progress, wait=False, **options)
            except CatalogBusyError:
                note(f"searchkit: another process is indexing `{root.root}`; waiting for it")
                report = root.build(progress=progress, **options)
        except KeyboardInterrupt:
            note("")
            note("searchkit: interrupted; all that was done is kept, and the next run goes on")
            raise
    if not quiet:
        for line in wording.indexed(root.root, root.status(), report):
            note(line)
    return report
