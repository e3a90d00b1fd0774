"""A pool of objects that one thread at a time uses."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")

# Objects that a forked process inherited: to close them here could harm the parent's files.
_inherited: list[object] = []


class Pool(Generic[Item]):
    """As many objects as are used at once; safe to use from several threads, and after a fork.

    Args:
        make: Makes one, when all others are in use.
        is_usable: Tells whether one may be used again; asked when it is given back, and before it
            is lent again. One that may not is closed.
        close: Closes one.
    """

    def __init__(
        self,
        make: Callable[[], Item],
        is_usable: Callable[[Item], bool],
        close: Callable[[Item], None],
    ) -> None:
        self._make, self._is_usable, self._close = make, is_usable, close
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Item] = []
        self._round = 0
        self._process = os.getpid()

    @contextmanager
    def borrow(self) -> Iterator[Item]:
        """Use one, which no other thread uses meanwhile: the one that was used last."""
        self._leave_to_parent()
        began = self._round
        item = self._take_idle() or self._make()
        try:
            yield item
        finally:
            with self._lock:
                kept = began == self._round and self._is_usable(item)
                if kept:
                    self._idle.append(item)
            if not kept:
                self._close(item)

    def _take_idle(self) -> Item | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                item = self._idle.pop()
            if self._is_usable(item):
                return item
            self._close(item)

    def _leave_to_parent(self) -> None:
        if self._process != os.getpid():
            _inherited.extend(self._idle)
            self._reset()

    def close(self) -> None:
        """Close all; those that are in use now when they are given back."""
        self._leave_to_parent()
        with self._lock:
            idle, self._idle = self._idle, []
            self._round += 1
        for item in idle:
            self._close(item)
