"""Notes in a shared index what came of each shard, so that a push that is killed can go on.

Notes are no part of any generation: a reader never sees them.
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

# Seconds that a note is believed: Lance takes files that no version knows for leftovers after seven
# days.
_BELIEVED = 5 * 86_400.0


def write(shared: SharedIndex, repository: str, made: Sequence[tuple[str, Made]]) -> None:
    """Note what came of some shards, in one commit.

    Args:
        shared: The shared index.
        repository: The name of the one that is pushed.
        made: Name of each shard, and what came of it.

    Raises:
        StorageError: The place cannot be written to.
    """
    import pyarrow as pa

    at = time.time()
    rows = [
        {"repository": repository, "shard": name, "made": json.dumps({"at": at, **asdict(each)})}
        for name, each in made
    ]
    table = shared.made(schema.SHARDS)
    with faults(shared.url):
        table.insert(pa.Table.from_pylist(rows, schema.schema_of(schema.SHARDS)))


def read(shared: SharedIndex, repository: str) -> dict[str, Made]:
    """Read what an earlier push has noted of its shards, before it was killed.

    Args:
        shared: The shared index.
        repository: The name of the one that is pushed.

    Returns:
        What came of each shard, by its name; without what is old, or no note of ours.

    Raises:
        StorageError: The place cannot be read.
    """
    table = shared.made(schema.SHARDS)
    found: dict[str, Made] = {}
    with faults(shared.url):
        rows = list(tables.values(table, ["shard", "made"], equals("repository", repository)))
    for name, written in rows:
        try:
            values = json.loads(written)
            is_old = not 0 <= time.time() - values.pop("at") < _BELIEVED
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # the shard is made again
        made = Made.read(values)
        if made is not None and not is_old:
            found[name] = made
    return found


def forget(shared: SharedIndex, repository: str) -> None:
    """Erase the notes of a repository, when its push is done.

    Args:
        shared: The shared index.
        repository: Its name.

    Raises:
        StorageError: The place cannot be written to.
    """
    table = shared.made(schema.SHARDS)
    shared.retried(table, tables.Change(without=[equals("repository", repository)]).commit)
    shared.retried(table, drop_versions)
