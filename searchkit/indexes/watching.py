"""Reports in which folders something changed, as it happens.

The system reports changes (inotify and its like, by `watchfiles`) in each folder that a walk looks
into, so that ignored ones cost nothing. Where it cannot, because the package is missing or all its
watches are taken, the folders are polled.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from searchkit_index import trail
from searchkit_index.errors import SearchkitError
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import folders

# Milliseconds without a further change before changes are reported, and the longest wait.
_STEP, _DEBOUNCE = 200, 2_000
# Milliseconds after which all folders count as changed once: nothing before the watch was seen.
_SETTLE = 5_000
# Where changes never end, as of a log, indexing takes this part of the time; a long run, as after a
# change of branches, is followed by at most so many seconds of rest.
_BUSY, _LONGEST_REST = 0.1, 30.0
# Polling takes at most this part of the time, and pauses at least this many seconds.
_SHARE, _PAUSE = 0.01, 2.0


class NotWatchableError(Exception):
    """The system does not report changes; the message says why."""


def changed_roots(roots: Mapping[Path, Rules]) -> Iterator[set[Path]]:
    """Wait for changes.

    Args:
        roots: The folders, each with the files that count in it.

    Yields:
        The folders in which something may have changed; never ends by itself.

    Raises:
        NotWatchableError: The system cannot tell.
    """
    while True:
        watched = _watched(roots)
        trail.record(__name__, "watching %d folders below %d roots", len(watched), len(roots))
        yield from _until_folders_change(roots, watched)


def _watched(roots: Mapping[Path, Rules]) -> dict[str, set[Path]]:
    """Find the folders to watch, with the roots that they belong to."""
    found: dict[str, set[Path]] = {}
    for root, rules in roots.items():
        try:
            # Only Linux wants a watch for each folder: elsewhere one sees all below it.
            places = folders(root, rules) if sys.platform == "linux" else iter([str(root)])
            for place in places:
                found.setdefault(place, set()).add(root)
        except SearchkitError as fault:
            trail.record(__name__, "`%s` is not watched: %s", root, fault.message)
    return found


def _until_folders_change(
    roots: Mapping[Path, Rules], watched: Mapping[str, set[Path]]
) -> Iterator[set[Path]]:
    """Yield roots with changes until there are other folders to watch."""
    try:
        from watchfiles import Change, watch
        from watchfiles._rust_notify import WatchfilesRustInternalError
    except ImportError:
        raise NotWatchableError("the package `watchfiles` is not installed") from None
    events = watch(
        *watched,
        watch_filter=None,
        recursive=sys.platform != "linux",
        step=_STEP,
        debounce=_DEBOUNCE,
        rust_timeout=_SETTLE,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    gone = roots.keys() - set().union(*watched.values())
    settled = False
    try:
        for changes in events:
            yield from _reported(roots, watched, [path for _, path in changes], settled=settled)
            settled = True
            for kind, path in changes:
                if kind != Change.modified and (path in watched or Path(path).is_dir()):
                    return
            if any(os.access(root, os.R_OK | os.X_OK) for root in gone):  # mounted again, say
                return
    except OSError as error:
        raise NotWatchableError(_reason(error)) from None
    except WatchfilesRustInternalError:  # an undecodable name: it cannot tell where
        yield set(roots)
    finally:
        events.close()


def _reported(
    roots: Mapping[Path, Rules],
    watched: Mapping[str, set[Path]],
    paths: Sequence[str],
    *,
    settled: bool,
) -> Iterator[set[Path]]:
    """Yield the roots of some paths; at first all, for changes from before the watch."""
    if not settled:
        yield set(roots)
        return
    found = set()
    for path in paths:
        place = Path(path)
        near = (watched[str(each)] for each in (place, *place.parents) if str(each) in watched)
        found |= next(near, set())
    if found:
        yield found


def _reason(error: OSError) -> str:
    if "limit" in str(error):
        return "all watches of the system are taken (`fs.inotify.max_user_watches`)"
    return str(error).splitlines()[0]


def rest_after(seconds: float) -> float:
    """Return how many seconds to leave changes alone after they took so many to index."""
    return min(seconds * (1 / _BUSY - 1), _LONGEST_REST)


def poll(roots: Sequence[Path], look: Callable[[Path], None]) -> None:
    """Poll folders for changes, for a hundredth of the time at most; never return."""
    while True:
        start = time.process_time()
        for root in roots:
            look(root)
        time.sleep(max(_PAUSE, (time.process_time() - start) / _SHARE))
