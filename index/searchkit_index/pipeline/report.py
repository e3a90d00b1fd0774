"""Progress and result of a run."""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        stage: `renew` for the terms of chunks after an upgrade, `remove` for files that are gone or
            passed over now, `read`, `embed`, or `words` for those that are embedded by themselves.
        done: Chunks, files, passages or words that are done.
        total: All of them.
    """

    stage: Literal["renew", "remove", "read", "embed", "words"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, and what it left for lack of time.

    Attributes:
        changed: Files that were read because they seemed new or changed.
        silent: Files that had changed with the same size and times; only a run that verifies
            finds them.
        gone: Files that are no longer there.
        unchanged: Files that were as before.
        embedded: Passages that were embedded.
        reused: Passages whose vectors another run had left in the cache.
        stale: Files that were left.
        pending: Passages that were left.
        seconds: How long it took.
        older: How many of the stale files differ only by an upgrade.
    """

    changed: int
    silent: int
    gone: int
    unchanged: int
    embedded: int
    stale: int
    pending: int
    seconds: float
    reused: int = 0
    older: int = 0
