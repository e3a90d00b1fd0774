"""Lets one push at a time write a repository, without a clock that machines would have to share.

A process that wants to write appends a row; the one whose row came first writes. It appends a
heartbeat now and then: a waiting process that sees none for a while, by its own clock, removes the
rows of the holder.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from searchkit.team.storage import ConflictError, faults
from searchkit.team.upkeep import drop_versions
from searchkit.team.where import equals
from searchkit_index.errors import CatalogBusyError, SearchkitError

_BEAT_SECONDS = 5.0
_SILENT_SECONDS = 30.0

_LEAST_WAIT = 0.5
_OLD = 64  # versions of the table of leases between two times of tidying it


@contextmanager
def lease(
    open_table: Callable[[], Any], url: str, repository: str, *, wait: bool
) -> Iterator[None]:
    """Hold the right to write a repository.

    Args:
        open_table: Opens the table of leases.
        url: Where it is.
        repository: The name.
        wait: Whether to wait for another push of it.

    Yields:
        Once, while it is held.

    Raises:
        CatalogBusyError: Another push of it is under way, and `wait` is false.
        StorageError: The store cannot be reached or written to.
    """
    claim = _Claim(open_table(), url, repository)
    stopped = threading.Event()
    claim.add(0)
    try:
        claim.wait_for_turn(wait=wait)
        beating = threading.Thread(target=_beat, args=(claim, stopped), daemon=True)
        beating.start()
        yield
    finally:
        stopped.set()
        claim.withdraw()


def _beat(claim: "_Claim", stopped: threading.Event) -> None:
    number = 0
    while not stopped.wait(_BEAT_SECONDS):
        number += 1
        with suppress(SearchkitError):
            claim.add(number)


class _Claim:
    """A wish to write, as rows of the table."""

    def __init__(self, table: Any, url: str, repository: str) -> None:
        self._table, self._url, self._repository = table, url, repository
        self._host = socket.gethostname()
        self._holder = f"{os.getpid()}-{uuid.uuid4().hex}"
        self._lock = threading.Lock()
        self._withdrawn = False

    def add(self, beat: int) -> None:
        import pyarrow as pa

        from searchkit.team.schema import LEASES, schema_of

        row = {"repository": self._repository, "holder": self._holder, "host": self._host}
        rows = pa.Table.from_pylist([row | {"beat": beat}], schema_of(LEASES))
        with self._lock, faults(self._url):
            if not self._withdrawn:  # a beat that comes late would be a claim that nobody ends
                self._table.insert(rows)

    def withdraw(self) -> None:
        """Remove the rows; a store that is gone by now is cleaned by whoever waits next."""
        self._withdrawn = True
        with suppress(SearchkitError):
            self._remove(self._holder)
            if self._table.version % _OLD < 2:
                with self._lock, faults(self._url):
                    drop_versions(self._table)

    def _remove(self, holder: str) -> None:
        for _ in range(5):
            with suppress(ConflictError), self._lock, faults(self._url):
                self._table.delete(equals("holder", holder))
                return

    def wait_for_turn(self, *, wait: bool) -> None:
        heard: dict[str, tuple[int, float]] = {}
        pause = _LEAST_WAIT
        while (first := self._first()) and first[0] != self._holder:
            holder, host, beat = first
            known = heard.get(holder)
            if known is None or known[0] != beat:
                known = heard[holder] = (beat, time.monotonic())
            if self._is_gone(holder, host) or time.monotonic() - known[1] > _SILENT_SECONDS:
                self._remove(holder)
                continue
            if not wait:
                raise CatalogBusyError(
                    f"another push of `{self._repository}` is under way, from `{host}`",
                    "wait for it, and try again",
                )
            time.sleep(pause)
            pause = min(2 * pause, _BEAT_SECONDS)

    def _first(self) -> tuple[str, str, int] | None:
        """Return whose turn it is: holder, host, and the last beat that was heard."""
        with self._lock, faults(self._url):
            self._table.checkout_latest()
            where = equals("repository", self._repository)
            columns = ["holder", "host", "beat"]
            found = self._table.to_table(columns=columns, filter=where, with_row_address=True)
        # By which commit came first: the files of this table are never put together.
        rows = sorted(found.to_pylist(), key=lambda row: row["_rowaddr"])
        if not rows:
            return None
        holder = rows[0]["holder"]
        beats = [row["beat"] for row in rows if row["holder"] == holder]
        return holder, rows[0]["host"], max(beats)

    def _is_gone(self, holder: str, host: str) -> bool:
        """Tell whether a holder was a process of this machine that has ended."""
        number = holder.partition("-")[0]
        if host != self._host or not number.isdigit() or os.name != "posix":
            return False
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):  # another user's, or no number of a process
            return False
        return False
