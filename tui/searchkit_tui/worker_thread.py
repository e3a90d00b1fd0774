"""Runs one job after another in one thread, as a SQLite connection requires.

The thread is a daemon: leaving the app never waits for it.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class WorkerThread:
    """One daemon thread with a queue; it starts at the first job."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether a job is running or waits."""
        return self._busy or not self._jobs.empty()

    def run(
        self,
        job: Callable[Arguments, Result],
        *values: Arguments.args,
        **named: Arguments.kwargs,
    ) -> "asyncio.Future[Result]":
        """Queue a job; if its future is cancelled before its turn, it never starts."""
        future: Future[Result] = Future()
        self._jobs.put((future, lambda: job(*values, **named)))
        if not self._thread.is_alive():
            self._thread.start()
        return asyncio.wrap_future(future)

    def end(self) -> None:
        """Let the thread end after the queued jobs."""
        self._jobs.put(None)

    def _work(self) -> None:
        while queued := self._jobs.get():
            future, job = queued
            if not future.set_running_or_notify_cancel():
                continue
            self._busy = True
            try:
                result = job()
            except BaseException as error:
                self._busy = False
                future.set_exception(error)
            else:
                self._busy = False
                future.set_result(result)
            # Else the result of the last job would stay in memory until the next job.
            del queued, future, job
