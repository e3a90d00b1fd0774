"""Has shards made by the workers of a Ray cluster."""

import os
import socket
from collections.abc import Sequence
from typing import Any

from searchkit.printable import error_line
from searchkit.team import shard
from searchkit.team.cluster import WorkerLostError
from searchkit.team.shard import Made, Shard, Task
from searchkit_index.errors import ConfigError, SearchkitError, StorageError

# Shards given out for each that can be made at once, so that a worker need not wait for the next.
_AHEAD = 2

_CORES = 1.0  # that a shard takes of a machine

_SECONDS = 10.0  # allowed for reaching a cluster


class RayWorkers:
    """The workers of a cluster.

    If the machine of a shard is lost, Ray makes it again, three times; then `cluster` gives it out.

    Args:
        address: As `ray.init` takes it: `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        gpus: Graphics cards that a shard takes beside one core; parts of one, too.

    Raises:
        ConfigError: The extra `searchkit[ray]` is not installed.
        StorageError: There is no cluster at the address.
    """

    def __init__(self, address: str, *, gpus: float = 0.0) -> None:
        self._ray = _library()
        _require_listener(address)
        try:
            self._ray.init(
                address=address,
                log_to_driver=False,
                logging_level="ERROR",
                ignore_reinit_error=True,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise _unreachable(address, error) from None
        self._each = {"CPU": _CORES, "GPU": gpus}
        remote = self._ray.remote(shard.make)
        self._make = remote.options(num_cpus=_CORES, num_gpus=gpus, max_retries=3)
        self._tasks: dict[str, Any] = {}

    @property
    def slots(self) -> int:
        """How many shards may be under way, of the machines that there are now."""
        return _AHEAD * max(1, self.places)

    @property
    def places(self) -> int:
        """How many shards the machines that there are now can make at once."""
        machines = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        needs = [(name, need) for name, need in self._each.items() if need]
        return sum(
            min(int(there.get(name, 0) // need) for name, need in needs) for there in machines
        )

    def submit(self, task: Task, some: Shard) -> Any:
        """Give out a shard; see `cluster.Workers`."""
        if task.repository not in self._tasks:
            self._tasks[task.repository] = self._ray.put(task)
        return self._make.remote(self._tasks[task.repository], some)

    def next(self, waiting: Sequence[Any]) -> Any:
        """Wait for one of those that were given out; see `cluster.Workers`."""
        done, _ = self._ray.wait(list(waiting), num_returns=1)
        return done[0]

    def result(self, ticket: Any) -> Made:
        """Return what came of a shard; see `cluster.Workers`."""
        exceptions = self._ray.exceptions
        try:
            made: Made = self._ray.get(ticket)
        except exceptions.RayTaskError as error:
            if isinstance(error.cause, SearchkitError):
                raise error.cause from None
            why = error_line(error.cause)
            raise StorageError(f"a worker failed: {why}", "see its log") from error
        except exceptions.RayError as error:
            raise WorkerLostError(error_line(error)) from error
        return made

    def close(self) -> None:
        """Disconnect from the cluster."""
        self._ray.shutdown()


def _require_listener(address: str) -> None:
    """Refuse an address that nobody listens at: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=_SECONDS).close()
    except OSError as error:
        raise _unreachable(address, error) from None


def _unreachable(address: str, error: Exception) -> StorageError:
    return StorageError(
        f"there is no Ray cluster at `{address}`: {error_line(error)}",
        "type `ray start --head` there, or give `--ray auto` on one of its machines",
    )


def _library() -> Any:
    # Of a lost machine Ray prints the last 150 lines of its log, to stdout, among our results.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise ConfigError(
            "pushing by many machines needs `ray`", "type `pip install 'searchkit[ray]'`"
        ) from error
    return ray
