"""The process under test: `python subject.py`, which forks one child for each order it is given.

An order is a line of JSON: what to do to which root, and what shall go wrong meanwhile. The answer
is a line of JSON: how the child ended, and what it did; with `goes_on` only which process it is.
Every SQL statement and every file that is opened, renamed or removed is a step; a fault is put
before one of them. The embedder is a stand-in that writes down what it embeds, so that what is
embedded twice can be counted.
"""

import errno
import hashlib
import json
import os
import resource
import select
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from orders import BATCH

from searchkit.config import Settings
from searchkit.indexes import erasure
from searchkit.indexes.index import Index
from searchkit_index.catalog import (
    connection,
    vectors,  # noqa: F401
)
from searchkit_index.embedder import Role, Vectors
from searchkit_index.errors import SearchkitError
from searchkit_index.languages import natural
from searchkit_index.pipeline import fingerprint, pace

DIMENSION = 32
_connect = sqlite3.connect
_WATCHED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")


class StandIn:
    """Embeds by a hash of the text; writes a line to `log` for each."""

    name = fingerprint = "stand-in"
    dimension = DIMENSION

    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        digests = [hashlib.blake2b(text.encode(errors="replace")).digest() for text in texts]
        if role == "document":
            os.write(self._log, b"".join(digest.hex().encode()[:32] + b"\n" for digest in digests))
        found = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 64)[:, :DIMENSION] - 127.5
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


class Steps:
    """Counts steps, and has a fault happen before one of them.

    Args:
        order: `fault` names it, `at` is the step; `event`, if any, the kind of step it waits for.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self.count = 0
        self._order = order
        self._due = order["at"] if "fault" in order else sys.maxsize
        sys.addaudithook(self._hear)
        sqlite3.connect = self._connect  # type: ignore[assignment]

    def _connect(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = _connect(*arguments, **options)
        connection.set_trace_callback(lambda _: self._step("sql"))
        return connection

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _WATCHED and not str(arguments[0]).endswith((".py", ".pyc", "embedded")):
            self._step(event)

    def _step(self, event: str) -> None:
        self.count += 1
        fault = self._order.get("fault", "")
        # What is raised within an SQL statement goes nowhere: it waits for the next file.
        fits = event != "sql" or fault not in ERRORS
        if self.count >= self._due and fits and self._order.get("event", event) == event:
            self._due = sys.maxsize
            if fault in ERRORS:
                raise OSError(ERRORS[fault], os.strerror(ERRORS[fault]))
            HAPPENINGS[fault](self._order)


def _kill(_: dict[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_reader(order: dict[str, Any]) -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def _erase(order: dict[str, Any]) -> None:
    for path in (Path(order["home"]) / "indexes").glob("*/*"):
        path.unlink()


ERRORS = {"permission": errno.EACCES, "full": errno.ENOSPC, "broken": errno.EIO}
HAPPENINGS = {"kill": _kill, "erase": _erase, "reader": _kill_reader}


def act(order: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked, in the child."""
    root = Path(order["root"])
    if size := order.get("largest_file"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    steps = Steps(order)
    index = Index(root, StandIn(Path(order["log"])), Settings(refresh_seconds=60))
    try:
        found = ACTIONS[order["action"]](index, order)
    except SearchkitError as error:
        return {"error": f"{type(error).__name__}: {error.message}", "steps": steps.count}
    finally:
        index.close()
    return {"found": found, "steps": steps.count}


def _index(index: Index, order: dict[str, Any]) -> object:
    return index.build().changed


def _verify(index: Index, order: dict[str, Any]) -> object:
    return index.build(verify=True).silent


def _rebuild(index: Index, order: dict[str, Any]) -> object:
    of_file = fingerprint.of_file
    fingerprint.of_terms = lambda: "another"
    fingerprint.of_file = lambda *file: f"another {of_file(*file)}"
    return index.build().changed


def _query(index: Index, order: dict[str, Any]) -> object:
    index.refresh(0)
    mode = order.get("mode", "hybrid")
    return [
        [path, hit.text]
        for hit in index.search(order["text"], limit=50, mode=mode, refresh=False)
        for path in (hit.path, *hit.copies)  # files of one text are one hit
    ]


def _forget(index: Index, order: dict[str, Any]) -> object:
    erasure.forget(index.root)
    return True


def _status(index: Index, order: dict[str, Any]) -> object:
    return [index.status().files, index.skipped()]


ACTIONS: dict[str, Callable[[Index, dict[str, Any]], object]] = {
    "index": _index,
    "rebuild": _rebuild,
    "verify": _verify,
    "refresh": lambda index, _: index.refresh().stale,
    "query": _query,
    "forget": _forget,
    "status": _status,
    "facets": lambda index, _: str(index.facets()),
}


_GO_ON: set[int] = set()


def _reap(number: int, frame: object) -> None:
    """Let go of those that were not waited for, and have ended."""
    for child in list(_GO_ON):
        if os.waitpid(child, os.WNOHANG)[0]:
            _GO_ON.discard(child)


def serve() -> None:
    """Fork a child for each order; answer how it ended: a signal, an answer, or a traceback."""
    connection.BUSY_SECONDS = 0.3
    pace.LARGE = pace.Batch(files=4, passages=BATCH)
    _load()
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        order = json.loads(line)
        os.environ["SEARCHKIT_HOME"] = order["home"]
        reading, writing = os.pipe()
        child = os.fork()
        if child and order.get("goes_on"):
            _GO_ON.add(child)
            os.close(reading)
            os.close(writing)
            print(json.dumps({"process": child}), flush=True)
            continue
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(reading)
            answered = _answered(order)
            if not order.get("goes_on"):
                os.write(writing, answered)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            if "after" in order and not select.select([stream], [], [], order["after"])[0]:
                os.kill(child, signal.SIGKILL)
            answer = stream.read()
        _, status = os.waitpid(child, 0)
        ended = {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}
        print(json.dumps(ended | (json.loads(answer) if answer else {})), flush=True)


def _load() -> None:
    """Load once what each child would else load anew, which is most of its time."""
    import faiss  # noqa: F401

    from searchkit import config
    from searchkit.cli import app, load_commands
    from searchkit.embedders import preload

    natural.languages(["The model of natural languages is read for this."])
    preload(config.load().model)
    load_commands()
    app.prepare()


def command(order: dict[str, Any]) -> dict[str, Any]:
    """Run the command line as a process of its own would, and return its exit code."""
    os.chdir(order["folder"])
    os.environ.update(order.get("environment", {}))
    os.umask(0o022)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    said = (order.get(name, os.devnull) for name in ("stdin", "stdout", "stderr"))
    for number, path in enumerate(said):
        file = os.open(path, flags if number else os.O_RDONLY, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, closefd=False, encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
    for number, name in ((1, "stdout"), (2, "stderr")):
        options: dict[str, Any] = {"closefd": False, "encoding": "utf-8"}
        options["buffering"] = 1 if number == 2 else -1
        stream = open(number, "w", errors="backslashreplace", **options)  # noqa: PTH123, SIM115
        setattr(sys, name, stream)
    sys.argv = ["searchkit", *(os.fsdecode(bytes.fromhex(each)) for each in order["arguments"])]
    from searchkit.cli import main
    from searchkit.forward import forwarded

    code = forwarded()
    return {"code": main() if code is None else code}


def _answered(order: dict[str, Any]) -> bytes:
    try:
        done = command(order) if order["action"] == "command" else act(order)
        return json.dumps(done).encode()
    except BaseException:
        import traceback

        return json.dumps({"traceback": traceback.format_exc()}).encode()


if __name__ == "__main__":
    assert sqlite3.sqlite_version_info >= (3, 37)
    serve()
