"""Every write fails once: the command says so in one line, and the next one ends the work."""

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any

from stage import Stage


def disk_full(stage: Stage) -> None:
    """No space is left when a file is opened, renamed or removed."""
    _failing(stage, fault="full")


def permission_lost(stage: Stage) -> None:
    """A folder or file cannot be written to any more."""
    _failing(stage, fault="permission")


def rename_interrupted(stage: Stage) -> None:
    """The vector file is complete and does not get its name."""
    _failing(stage, fault="broken", event="os.rename", at=1)


def file_size_limited(stage: Stage) -> None:
    """No file grows beyond a limit, the catalog and its journal included."""
    _failing(stage, at=0, largest_file=stage.random.randint(1, 400) * 1000)


def catalog_locked(stage: Stage) -> None:
    """Another program holds the catalog's lock for longer than is waited."""
    stage.finish()
    stage.change()
    before = stage.content()
    with contextlib.closing(sqlite3.connect(stage.catalog, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = stage.do(stage.random.choice(["index", "rebuild"]))
        assert answer["error"].startswith("CatalogBusyError"), answer
        assert "found" in stage.do("query", text="quokka", mode="lexical")
        other.execute("ROLLBACK")
    assert stage.content() == before
    stage.finish()
    stage.check()


def _failing(stage: Stage, **order: Any) -> None:
    action = stage.random.choice(["index", "refresh", "rebuild"])
    if action != "index":
        stage.finish()
        stage.change()
    at = order.pop("at", stage.random.randint(1, stage.steps(action)))
    answer = stage.do(action, at=at, **order)
    told = ("StorageError", "SearchkitError: cannot start")
    assert "found" in answer or answer["error"].startswith(told), answer
    stage.finish()
    stage.check()


KINDS: tuple[Callable[[Stage], None], ...] = (
    disk_full,
    permission_lost,
    rename_interrupted,
    file_size_limited,
    catalog_locked,
)
