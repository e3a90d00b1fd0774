"""Keeps the tables of a shared index quick: small files put together, indexes up to date."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from searchkit.team.schema import CHUNKS, DEAD
from searchkit.team.storage import ConflictError, faults, library
from searchkit.team.where import equals

# Small commits slow a table down. After so many, or so many rows that no index knows, it is tidied:
# rows that are dead are removed, files put together, indexes brought up to date. What readers may
# still be reading stays for an hour.
_COMMITS = 32
_UNINDEXED = 20_000
_KEPT = timedelta(hours=1)

# Beyond so many rows a scan of all vectors takes longer than a person waits for.
_SCANNED = 200_000


def tidy(table: Any, url: str) -> bool:
    """Put small files together and bring indexes up to date, once there are many.

    Args:
        table: Of chunks, or of terms.
        url: Of the shared index, for messages.

    Returns:
        Whether it was due.

    Raises:
        StorageError: The table cannot be read or written.
    """
    is_chunks = table.name == CHUNKS
    if not _is_due(table, url, "terms_idx" if is_chunks else "term_idx"):
        return False
    # Whoever writes meanwhile goes first: the next push tidies.
    with suppress(ConflictError), faults(url):
        if is_chunks:
            table.delete(equals("state", DEAD))
            _index_vectors(table)
        else:
            table.delete("chunks = 0")
        table.optimize(cleanup_older_than=_KEPT)
    return True


def _is_due(table: Any, url: str, index: str) -> bool:
    with faults(url):
        table.checkout_latest()
        small = table.stats()["fragment_stats"]["num_small_fragments"]
        indexed = table.index_stats(index)
    unindexed = indexed.num_unindexed_rows if indexed else 0
    return bool(small >= _COMMITS or unindexed >= _UNINDEXED)


def _index_vectors(table: Any) -> None:
    if table.count_rows() < _SCANNED or table.index_stats("vector_idx"):
        return
    index = library().index
    table.create_index("vector", config=index.IvfPq(distance_type="dot"))
