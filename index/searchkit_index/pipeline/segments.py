"""Merges the segments of the full-text index, each of which a look-up visits."""

from searchkit_index.catalog.store import Store
from searchkit_index.pipeline.pace import Pace

# The full-text index is merged once it grew by this part of its chunks: so each chunk is written
# anew a few times at most, and a first run ends with one segment. That takes 0.3 % of its time.
_GROWN = 0.25


def merge(store: Store, pace: Pace) -> None:
    """Merge all segments into one, if enough was added since; a run with a deadline leaves them.

    Args:
        store: The catalog.
        pace: The bounds of the run.
    """
    last, chunks = store.chunks.state()
    terms, merged = store.get("merged") or (None, 0)
    added = last - merged if terms == store.get("terms") else last
    if pace.deadline is not None or added <= _GROWN * chunks:
        return
    begun = False
    while True:
        with store.write():
            begun = store.files.merge_terms(begun)
            if not begun:
                store.set("merged", [store.get("terms"), last])
                return
