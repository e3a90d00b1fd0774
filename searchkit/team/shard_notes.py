"""Notes the results of shards in a shared index, so that a push can go on after a kill.

Notes are part of no generation: no question reads them.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict

from searchkit.team import schema, tables
from searchkit.team.index import SharedIndex
from searchkit.team.shard import Made
from searchkit.team.storage import faults
from searchkit.team.upkeep import drop_versions
from searchkit.team.where import equals

# Seconds that a note is used for: after seven days Lance takes files that are part of no version
# for leftovers.
_USED_SECONDS = 5 * 86_400.0


def write(shared: SharedIndex, repository: str, made: Sequence[tuple[str, Made]]) -> None:
    """Note the results of some shards, in one commit.

    Args:
        shared: The shared index.
        repository: The name of the repository that is pushed.
        made: The name of each shard, and its result.

    Raises:
        StorageError: The place cannot be written to.
    """
    import pyarrow as pa

    at = time.time()
    rows = [
        {"repository": repository, "shard": name, "made": json.dumps({"at": at, **asdict(each)})}
        for name, each in made
    ]
    table = shared.open_or_make(schema.SHARDS)
    with faults(shared.url):
        table.insert(pa.Table.from_pylist(rows, schema.schema_of(schema.SHARDS)))


def read(shared: SharedIndex, repository: str) -> dict[str, Made]:
    """Read the results that an earlier push noted before it was killed.

    Args:
        shared: The shared index.
        repository: The name of the repository that is pushed.

    Returns:
        The result of each shard, by its name; without those that are old or damaged.

    Raises:
        StorageError: The place cannot be read.
    """
    table = shared.open_or_make(schema.SHARDS)
    found: dict[str, Made] = {}
    with faults(shared.url):
        rows = list(tables.values(table, ["shard", "made"], equals("repository", repository)))
    for name, written in rows:
        try:
            values = json.loads(written)
            is_old = not 0 <= time.time() - values.pop("at") < _USED_SECONDS
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # the shard is made again
        made = Made.read(values)
        if made is not None and not is_old:
            found[name] = made
    return found


def forget(shared: SharedIndex, repository: str) -> None:
    """Erase the notes of a repository, when its push is done."""
    table = shared.open_or_make(schema.SHARDS)
    shared.retried(table, tables.Change(deleted=[equals("repository", repository)]).commit)
    shared.retried(table, drop_versions)
