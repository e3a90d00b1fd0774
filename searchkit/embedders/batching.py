"""Batches token ids for a model: rows of similar lengths together, padded to a rectangle."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Rows = Sequence[Sequence[int]] | Sequence[Ids]


def packed(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Yield row numbers in batches, rows of similar lengths together, the longest first.

    Args:
        lengths: Tokens of each row.
        tokens: The most tokens of a batch, padding included; a single row may have more.

    Yields:
        The row numbers of a batch.
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(rows: Rows) -> tuple[Ids, Ids]:
    """Pad rows on the right to the length of the longest.

    Padding on the left would move the positions of an architecture that counts them from the first
    column; padding on the right changes no state of a causal decoder.

    Args:
        rows: Token ids.

    Returns:
        Ids and mask, both int64 of shape `(rows, longest)`; padding has id 0 and mask 0.
    """
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros_like(ids)
    for number, row in enumerate(map(np.asarray, rows)):
        ids[number, : row.size] = row
        mask[number, : row.size] = 1
    return ids, mask
