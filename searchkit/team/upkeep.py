"""Compacts tables of a shared index, keeps their indexes up to date, and erases deleted rows."""

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from searchkit.team import scan_versions, vector_index
from searchkit.team.schema import CHUNKS, VOCABULARY
from searchkit.team.storage import ConflictError, faults
from searchkit.team.tables import Change, retried

# Small commits slow a table down. After this many of them, or once this many chunks are in no
# index, it is tidied: files are put together and indexes brought up to date. Each question reads
# the chunks that are in no index: 14,000 take 75 ms more of processor time than 4,000. Of the table
# of terms, which is read more quickly, `_OF_TERMS` times as many rows may be in none.
_COMMITS = 32
UNINDEXED, _OF_TERMS = 5_000, 4

# Older versions, which readers may still be reading, are kept for so long.
_KEPT = timedelta(hours=1)

_DAY = 86_400.0  # seconds

# Files with fewer rows are put together, into files of this size; a push writes up to twice that.
_ROWS = 1 << 19

# A file or part of an index is put together with smaller ones only if it is at most `_RATIO` times
# as large as all of them, or as `_SMALL` rows: so a row is written anew a few times as its table
# grows, and not at each tidying.
_RATIO, _SMALL = 4, 1_024

# Parts of the vectors' index that are left alone, the largest ones: a question looks into each part
# in the same number of places, whatever its size. With two small parts beside one of 10 million
# vectors it takes 212 ms, without them 140.
_VECTOR_PARTS = 1

_SCALAR = {
    CHUNKS: {"key": "BTREE", "passage": "BTREE", "repository": "BITMAP", "state": "BITMAP"},
    VOCABULARY: {"term": "BTREE", "repository": "BITMAP"},
}

# `words.terms` has already split and folded.
_FULL_TEXT: dict[str, Any] = {
    "base_tokenizer": "whitespace",
    "lower_case": False,
    "stem": False,
    "remove_stop_words": False,
    "ascii_folding": False,
    "max_token_length": 1_024,
    "with_position": False,
}


def index(table: Any, name: str) -> None:
    """Make the indexes of a table anew, but that of the vectors."""
    for column, kind in _SCALAR.get(name, {}).items():
        table.create_scalar_index(column, kind, replace=True)
    if name == CHUNKS:
        table.create_scalar_index("terms", "INVERTED", replace=True, **_FULL_TEXT)


def tidy(url: str, table: Any, name: str) -> bool:
    """Put small files together and bring indexes up to date, once there are many.

    Args:
        url: The place.
        table: The table of chunks, or that of terms.
        name: Its name.

    Returns:
        Whether it was due.
    """
    with faults(url):
        table.checkout_latest()
        small = table.stats.dataset_stats()["num_small_files"]
        known = table.stats.index_stats("terms_idx" if name == CHUNKS else "term_idx")
    most = UNINDEXED if name == CHUNKS else _OF_TERMS * UNINDEXED
    due = bool(small >= _COMMITS or known["num_unindexed_rows"] >= most)
    # Others may write meanwhile: then the next push tidies.
    with suppress(ConflictError), faults(url):
        if due:
            _compact(table, name)
        if name == CHUNKS:  # also where an earlier release made the indexes
            scan_versions.publish(table)
    with suppress(ConflictError), faults(url):
        if due:
            drop_versions(table)
    return due


def _compact(table: Any, name: str) -> None:
    alone = _left_alone(table)
    table.optimize.compact_files(target_rows_per_fragment=_ROWS, excluded_fragment_ids=alone)
    _extend_indexes(table)
    if name == CHUNKS:
        vector_index.make(table)


def _left_alone(table: Any) -> list[int]:
    """List the files that are too large to be put together with the smaller ones.

    A file with a tenth of its rows deleted is never among them: it is written anew.
    """
    files = [
        (each.physical_rows, each.num_deletions, each.fragment_id) for each in table.get_fragments()
    ]
    most = _RATIO * _SMALL
    for rows, *_ in sorted(files):
        if rows > most:
            break
        most += _RATIO * rows
    return [number for rows, deleted, number in files if rows > most and 10 * deleted < rows]


def _extend_indexes(table: Any) -> None:
    """Index what no index knows, in new parts of the indexes, together with small parts of them."""
    sizes = {each.fragment_id: each.count_rows() for each in table.get_fragments()}
    by_count: dict[int, list[str]] = {}
    for each in table.describe_indices():
        parts = [sum(sizes.get(file, 0) for file in part.fragment_ids) for part in each.segments]
        count = _merged(parts, sum(sizes.values()))
        if each.name == vector_index.NAME:
            count = max(count, len(parts) - _VECTOR_PARTS)
        by_count.setdefault(count, []).append(each.name)
    for count, names in by_count.items():
        table.optimize.optimize_indices(num_indices_to_merge=count, index_names=names)


def _merged(parts: Sequence[int], rows: int) -> int:
    """Tell how many of the last parts of an index are merged into the next one."""
    most = _RATIO * max(_SMALL, rows - sum(parts))
    for count, part in enumerate(reversed(parts)):
        if part > most:
            return count
        most += _RATIO * part
    return len(parts)


def erase(url: str, table: Any, name: str, where: str = "") -> None:
    """Delete rows, and take away the bytes of these and of all that was deleted before.

    Files with deleted rows are written anew without them, indexes are made anew, and every older
    version is dropped. Questions that are being answered meanwhile are asked again.

    Args:
        url: The place.
        table: The table of chunks, or that of terms.
        name: Its name.
        where: The condition of the rows to delete; "" to delete no further ones.
    """
    if where:
        retried(url, table, Change(deleted=[where]).commit)
    compact = {"materialize_deletions_threshold": 0.0, "target_rows_per_fragment": _ROWS}
    retried(url, table, lambda table: table.optimize.compact_files(**compact))
    retried(url, table, lambda table: index(table, name))
    if name == CHUNKS:
        retried(url, table, vector_index.merge)
        retried(url, table, scan_versions.publish)
    retried(url, table, partial(drop_versions, kept=timedelta(0)))


def drop_versions(table: Any, kept: timedelta = _KEPT) -> None:
    """Drop versions older than the newest by so much.

    Times are those of whoever wrote the versions: no clock of this machine counts, which may be
    wrong.

    Args:
        table: The table.
        kept: How much older than the newest a version may be.
    """
    if _is_clock_wrong(table.uri):
        return
    versions = table.versions()
    newest = max(each["timestamp"] for each in versions)
    old = [each["version"] for each in versions if newest - each["timestamp"] >= kept]
    old = [version for version in old if version != table.version]
    if old:
        table.cleanup_old_versions(versions=old)


def _is_clock_wrong(folder: str) -> bool:
    """Tell whether this machine and the one that holds a folder differ by more than a day.

    Lance takes files that no version knows, and that are seven days old by our clock, for
    leftovers: they may be of a push that is under way. Buckets refuse requests of a wrong clock.
    """
    if "://" in folder:
        return False
    with tempfile.NamedTemporaryFile(dir=folder) as probe:
        return abs(os.fstat(probe.fileno()).st_mtime - time.time()) > _DAY
