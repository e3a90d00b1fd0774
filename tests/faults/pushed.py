"""Shared indexes whose files went bad, or hold what strangers wrote."""

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stage import Stage, at_home

from searchkit.config import Settings
from searchkit.hits.hit import Hit
from searchkit.indexes.index import Index
from searchkit.query import Mode, Query
from searchkit_index.errors import SearchkitError

_VALUES = (
    *("''", "'x'", "NULL", "'\x1b[31m'", "'../../etc/passwd'", "repeat('x', 1000000)", "'\u202e'"),
    *("0", "-1", "9223372036854775807", "2147483647"),
)
_COLUMNS = (
    *("text", "path", "symbol", "kind", "language", "natural_language", "place", "repository"),
    *("key", "passage", "ordinal", "start_line", "end_line", "length", "state", "terms"),
)


def shared_file_damaged(stage: Stage) -> None:
    """A file of the shared index is torn, foreign, gone or a link: no answer that is not true."""
    with _pushed(stage) as (shared, index):
        share = stage.scratch / "share"
        files = sorted(path for path in share.rglob("*") if path.is_file())
        for file in stage.random.sample(files, min(3, len(files))):
            before = file.read_bytes()
            stage.random.choice(_HARMS)(stage, file)
            _is_true(stage, shared, index)
            if file.is_symlink() or file.exists():
                file.unlink()
            file.write_bytes(before)
        _is_true(stage, shared, index)


def shared_rows_forged(stage: Stage) -> None:
    """Columns of some rows hold what whoever can write there put into them."""
    with _pushed(stage) as (shared, index):
        for _ in range(3):
            column = stage.random.choice(_COLUMNS)
            where = stage.random.choice(["state = 'chunk'", "path = 'm1.py'", "state = 'manifest'"])
            try:
                shared.open("chunks").update({column: stage.random.choice(_VALUES)}, where=where)
            except (OSError, ValueError, SearchkitError):
                continue  # of another type
            _is_true(stage, shared, index, paths=column != "path")


def push_killed(stage: Stage) -> None:
    """A push that is killed leaves the pushes before it, whole; the next one ends it."""
    url = str(stage.scratch / "share")
    stage.command("index", "-q", ".")
    pushed = stage.random.random() < 0.7 and stage.command("push", "--to", url).code == 0
    before = _answers(stage, url)
    for _ in range(2):
        if pushed:
            stage.change()
        stage.command("index", "-q", ".")
        with stage.going_on("push", "--to", url) as push:
            time.sleep(stage.random.uniform(0, 0.6))
            push.end(stage.random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        after = _answers(stage, url)
        assert after in (before, _answers(stage)), (before, after)  # the one push, or the other
        before = after
    done = stage.command("push", "--to", url)
    assert done.code == 0, done
    assert _answers(stage, url) == _answers(stage)


def _answers(stage: Stage, url: str | None = None) -> list[str]:
    """List the files that answer, by path; none where nothing was pushed."""
    where = ["--index", url] if url else ["--no-refresh"]
    done = stage.command("query", "return value", "--mode", "lexical", "-n", "90", "--json", *where)
    hits = json.loads(done.stdout).get("hits", ())
    # Of files with one text any may be the hit, and the others its copies.
    return sorted({hit["text"] for hit in hits})


def _is_true(stage: Stage, shared: "object", index: Index, *, paths: bool = True) -> None:
    from searchkit.team.ask import Asker
    from searchkit.team.index import SharedIndex

    assert isinstance(shared, SharedIndex)
    fresh = Asker(SharedIndex(shared.url), Settings(), lambda *_: index.embedder)
    hits: Sequence[Hit] = ()
    modes: tuple[Mode, ...] = ("lexical", "semantic")
    for mode in modes:
        with contextlib.suppress(SearchkitError):
            hits = fresh.search(Query("quokka garden", mode=mode)).hits
        for hit in hits if paths else ():
            file = stage.root / hit.path
            assert not file.exists() or hit.text in file.read_text(), "an answer that is not true"


@contextmanager
def _pushed(stage: Stage) -> Iterator[tuple["object", Index]]:
    """The tree, indexed and pushed."""
    from subject import StandIn

    from searchkit.team.index import SharedIndex
    from searchkit.team.push import push

    with at_home(stage.home), Index(stage.root, StandIn(stage.log), Settings()) as index:
        index.build()
        shared = SharedIndex(str(stage.scratch / "share"))
        push(index, shared, "tree")
        yield shared, index


def _cut(stage: Stage, file: Path) -> None:
    os.truncate(file, stage.random.randrange(file.stat().st_size + 1))


def _flip(stage: Stage, file: Path) -> None:
    data = bytearray(file.read_bytes()) or bytearray(b"x")
    for _ in range(stage.random.randint(1, 8)):
        data[stage.random.randrange(len(data))] ^= 1 << stage.random.randrange(8)
    file.write_bytes(data)


def _fill(stage: Stage, file: Path) -> None:
    file.write_bytes(stage.random.randbytes(file.stat().st_size))


def _lose(stage: Stage, file: Path) -> None:
    file.unlink()


def _link(stage: Stage, file: Path) -> None:
    file.unlink()
    file.symlink_to(stage.random.choice(["/etc/passwd", "/nowhere", "/dev/null", str(file)]))


def _swap(stage: Stage, file: Path) -> None:
    other = stage.random.choice(sorted(path for path in file.parent.iterdir() if path.is_file()))
    shutil.copyfile(other, stage.scratch / "aside")
    shutil.copyfile(stage.scratch / "aside", file)


_HARMS = (_cut, _flip, _flip, _fill, _lose, _link, _swap)

KINDS: tuple[Callable[[Stage], None], ...] = (shared_file_damaged, shared_rows_forged, push_killed)
