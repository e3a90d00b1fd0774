"""Keeps versions of a shared table in which the index of its vectors is scanned fastest.

As soon as one row is deleted, or one file is in no segment, Lance checks for each code that it
scans whether its row may answer. With rows deleted in ten files, 7.8 million codes take 135 ms of
processor time instead of 46. So each segment of the index has a version to itself, which holds the
files of this segment alone, with every row. Such a version is detached: it is never the newest, and
it keeps no file from being removed. The index is scanned there; the rows that it finds are read
from the newest version, in which deleted rows are missing.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from searchkit.team import vector_index
from searchkit.team.storage import library, options

# The entry in the configuration of the table: numbers of versions by ids of segments, as JSON.
_KEY = "searchkit.scan_versions"

# Detached versions have numbers of 64 bits, the highest of them set.
_DETACHED = range(1 << 63, 1 << 64)


def publish(table: Any) -> None:
    """Make versions for the segments that have none, and list them in the table's configuration.

    Args:
        table: The table of chunks, at its newest version; afterwards at the next.
    """
    known, segments = _configured(table), vector_index.segments(table)
    if known.keys() == segments.keys():
        return
    wanted = {id_: known.get(id_) or _made(table, files) for id_, files in segments.items()}
    table.update_config({_KEY: json.dumps(wanted)})
    _drop(table, set(known.values()) - set(wanted.values()))


def opened(table: Any, held: Mapping[str, Any]) -> dict[str, Any]:
    """Open the versions to scan.

    Args:
        table: The table of chunks, at some version.
        held: Those that were opened before: a version never changes, and to open one takes two
            requests to a bucket.

    Returns:
        The table at the version of each segment, by the ids of segments; empty where there is no
        index, or a segment has no version, since an earlier release of this program made it.
    """
    known, segments = _configured(table), vector_index.segments(table)
    if not known.keys() >= segments.keys():
        return {}
    try:
        fresh = {id_: table.checkout_version(known[id_]) for id_ in segments if id_ not in held}
    except (OSError, ValueError):  # dropped after this table was opened
        return {}
    return {id_: fresh[id_] if id_ in fresh else held[id_] for id_ in segments}


def _configured(table: Any) -> Mapping[str, int]:
    """Read the versions that the configuration lists; whoever writes there may write anything."""
    try:
        listed = json.loads(table.config().get(_KEY, "{}"))
    except (ValueError, RecursionError):
        return {}
    pairs = listed.items() if isinstance(listed, dict) else ()
    return {id_: number for id_, number in pairs if type(number) is int and number in _DETACHED}


def _made(table: Any, files: Collection[int]) -> int:
    """Make a version of some files alone, with every row that they hold; return its number."""
    every = [each.metadata for each in table.get_fragments()]
    update = library().LanceOperation.Update(
        removed_fragment_ids=[each.id for each in every if each.id not in files],
        updated_fragments=[replace(each, deletion_file=None) for each in every if each.id in files],
    )
    made = library().LanceDataset.commit(table, update, read_version=table.version, detached=True)
    return int(made.version)


def _drop(table: Any, versions: Collection[int]) -> None:
    from lance.file import LanceFileSession

    folder = LanceFileSession(f"{table.uri}/_versions", storage_options=options(table.uri))
    for version in versions:
        with suppress(OSError, ValueError, RuntimeError):  # gone already
            folder.delete_file(f"d{version}.manifest")
