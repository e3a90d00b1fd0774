"""Pushes folders whose files are read and embedded by workers, on many machines or on this one.

The workers write files that are part of no version of the table yet; one commit for each repository
adds them, as in any push. Until then the results of shards are noted in the shared index: after a
kill, the next push goes on from there.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from searchkit import config
from searchkit.indexes.index import Index
from searchkit.team import schema, shard, shard_notes, tables
from searchkit.team.checkout import Checkout
from searchkit.team.generation import Generation, set_vocabulary
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest, check_name, digest_of, next_manifest
from searchkit.team.push import Pushed
from searchkit.team.rows import manifest_row
from searchkit.team.shard import Made, Shard, Task
from searchkit.team.signing import signed
from searchkit.team.storage import faults
from searchkit_index.embedder import Embedder
from searchkit_index.errors import StorageError
from searchkit_index.pipeline import file_bytes
from searchkit_index.pipeline.spool import Spool
from searchkit_index.reading import text
from searchkit_index.walk import walker
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules

# The most that a shard holds: large enough that beginning one costs little, small enough that a
# lost machine loses little.
_SHARD_BYTES = 4_000_000
_SHARD_FILES = 1_000

# Times that a shard is given out if its worker is lost.
_TRIES = 3

# Seconds between two writes of notes of shards: each write is a commit.
_NOTE_SECONDS = 2.0


class WorkerLostError(Exception):
    """A worker ended before it had done its shard."""


class Workers(Protocol):
    """Whoever makes shards."""

    @property
    def slots(self) -> int:
        """How many shards may be under way: more would only fill memory."""

    def submit(self, task: Task, shard: Shard) -> Any:
        """Give out a shard; return a ticket for its result."""

    def next(self, waiting: Sequence[Any]) -> Any:
        """Wait until one of the shards that were given out is done, and return its ticket."""

    def result(self, ticket: Any) -> Made:
        """Return what came of a shard.

        Args:
            ticket: What `submit` returned.

        Returns:
            What came of it.

        Raises:
            WorkerLostError: Its worker is gone.
            SearchkitError: It cannot be made.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to push.

    Attributes:
        root: The folder, resolved.
        name: The repository's name in the shared index.
    """

    root: Path
    name: str


class Cluster:
    """Pushes folders to a shared index by workers.

    Args:
        shared: The shared index.
        workers: Read and embed the files.
        open_embedder: Loads the model, here and on each worker.
        settings: Limits; None for those in force.
        replacing: Whether a name may be one that another folder was pushed under.

    Attributes:
        embedder: The model.
    """

    def __init__(
        self,
        shared: SharedIndex,
        workers: Workers,
        open_embedder: Callable[[], Embedder],
        *,
        settings: config.Settings | None = None,
        replacing: bool = False,
    ) -> None:
        self.shared, self.replacing, self.embedder = shared, replacing, open_embedder()
        self._workers, self._open_embedder = workers, open_embedder
        self._settings = settings or config.load()

    def push(
        self,
        folders: Sequence[Folder],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Iterator[Pushed]:
        """Push folders, each in one commit when its last shard is done.

        Args:
            folders: The folders.
            progress: Called now and then: files that are done, of how many.

        Yields:
            What was done for each folder, as soon as it is visible.

        Raises:
            QueryError: Another folder was pushed under one of the names.
            CatalogBusyError: Another push of one of them is under way.
            ModelError: The shared index, or a worker, has another model.
            StorageError, CatalogError, ConfigError, RootError: As their names say.
        """
        self.shared.create(self.embedder.dimension)
        with ExitStack() as stack:
            pushes = [stack.enter_context(self._begun(each)) for each in folders]
            for push in _Driver(pushes, self._workers, progress).run():
                yield push.commit()
        self.shared.tidy()

    @contextmanager
    def _begun(self, folder: Folder) -> Iterator["_Push"]:
        """Begin the push of a folder, and hold its lease."""
        check_name(folder.name)
        with self.shared.writing(folder.name, wait=False):
            push = _Push(self, folder)
            try:
                yield push
            except BaseException:
                with suppress(StorageError):  # the error itself is what is told
                    push.note()
                raise

    def task(self, folder: Folder, there: Generation) -> Task:
        """Make what workers are told of a folder, of which this was pushed last."""
        with Index(folder.root, self.embedder, self._settings) as index:
            rules = index.planned_rules()
        return Task(
            url=self.shared.url,
            repository=folder.name,
            generation=there.manifest.generation if there.manifest else 0,
            anew=there.doubled,
            rules=rules,
            open_embedder=self._open_embedder,
            fingerprint=self.embedder.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A shard on its way to a worker and back.

    Attributes:
        push: The push that it is a part of.
        number: Its number in that push.
        shard: The files.
        lost: How many workers were lost over it.
    """

    push: "_Push"
    number: int
    shard: Shard
    lost: int = 0


class _Driver:
    """Gives out the shards of pushes, as workers take them.

    Args:
        pushes: The pushes.
        workers: Make the shards.
        progress: Called with the files that are done, and of how many.
    """

    def __init__(
        self, pushes: Sequence["_Push"], workers: Workers, progress: Callable[[int, int], None]
    ) -> None:
        self._pushes, self._workers, self._progress = pushes, workers, progress
        self._total, self._files_done = sum(len(push.files) for push in pushes), 0
        self._waiting: dict[Any, _Assignment] = {}

    def run(self) -> Iterator["_Push"]:
        """Yield each push as soon as all its shards are done."""
        queue = (_Assignment(push, *each) for push in self._pushes for each in push.shards())
        left = self._pushes
        self._progress(0, self._total)
        while True:
            while self._has_slot() and (assigned := next(queue, None)):
                self._begin(assigned)
            yield from (push for push in left if push.complete)
            left = [push for push in left if not push.complete]
            if not self._waiting:
                return
            self._await_one()

    def _has_slot(self) -> bool:
        return len(self._waiting) < self._workers.slots

    def _begin(self, assigned: _Assignment) -> None:
        """Give out a shard, unless a killed push noted its result."""
        if assigned.push.recall(assigned.number, assigned.shard):
            self._count(assigned)
        else:
            self._submit(assigned)

    def _await_one(self) -> None:
        """Take the next result; give the shard of a lost worker to another one."""
        ticket = self._workers.next(list(self._waiting))
        assigned = self._waiting.pop(ticket)
        try:
            assigned.push.take(assigned.number, assigned.shard, self._workers.result(ticket))
        except WorkerLostError as fault:
            lost = assigned.lost + 1
            if lost == _TRIES:
                raise StorageError(
                    f"a worker was lost {lost} times over the same files: {fault}",
                    "look at the memory of the workers, and push again: what is done is kept",
                ) from None
            self._submit(replace(assigned, lost=lost))
        else:
            self._count(assigned)

    def _submit(self, assigned: _Assignment) -> None:
        self._waiting[self._workers.submit(assigned.push.task, assigned.shard)] = assigned

    def _count(self, assigned: _Assignment) -> None:
        self._files_done += len(assigned.shard.files)
        self._progress(self._files_done, self._total)


class _Push:
    """The push of one folder, while its lease is held.

    Args:
        cluster: Whose push it is.
        folder: The folder.

    Attributes:
        task: What holds for all its shards.
        files: The files to push.
    """

    def __init__(self, cluster: Cluster, folder: Folder) -> None:
        self._began = time.monotonic()
        self._embedder, self._folder, self._shared = cluster.embedder, folder, cluster.shared
        self._table = self._shared.open(schema.CHUNKS)
        self._there = Generation.of(self._shared, self._table, folder.name)
        self.task = cluster.task(folder, self._there)
        self.files, self._skipped = _walked(folder.root, self.task.rules)
        self._checkout = Checkout.of(folder.root)
        if not cluster.replacing:
            self._there.refuse_another(self._checkout, {file.path for file in self.files})
        self._noted = shard_notes.read(self._shared, folder.name)
        self._unwritten: list[tuple[str, Made]] = []
        self._wrote = 0.0
        self._done: dict[int, Made] = {}
        self._given, self._exhausted = 0, False

    @property
    def complete(self) -> bool:
        """Whether all shards were given out and are done."""
        return self._exhausted and len(self._done) == self._given

    def shards(self) -> Iterator[tuple[int, Shard]]:
        """Read the files; yield shards of them, with their numbers."""
        some: list[tuple[File, bytes]] = []
        size = 0
        for file in self.files:
            try:
                data, reason = file_bytes.read(self._folder.root, file, self.task.rules)
            except text.Unsuitable as unsuitable:
                reason = unsuitable.reason
            if reason:
                self._skipped[reason] += 1
                continue
            if some and (size + len(data) > _SHARD_BYTES or len(some) == _SHARD_FILES):
                yield self._numbered(some)
                some, size = [], 0
            some.append((file, data))
            size += len(data)
        if some:
            yield self._numbered(some)
        self._exhausted = True

    def _numbered(self, some: list[tuple[File, bytes]]) -> tuple[int, Shard]:
        self._given += 1
        return self._given - 1, Shard(tuple(some))

    def recall(self, number: int, some: Shard) -> bool:
        """Take the result of a shard that a killed push noted; tell whether it noted one."""
        made = self._noted.get(some.name(self.task))
        if made is not None:
            self._done[number] = made
        return made is not None

    def take(self, number: int, some: Shard, made: Made) -> None:
        """Take the result of a shard, and note it."""
        self._done[number] = made
        self._unwritten.append((some.name(self.task), made))
        if time.monotonic() - self._wrote > _NOTE_SECONDS:
            self.note()

    def note(self) -> None:
        """Note the results of shards that are not noted yet."""
        if self._unwritten:
            shard_notes.write(self._shared, self._folder.name, self._unwritten)
        self._unwritten, self._wrote = [], time.monotonic()

    def commit(self) -> Pushed:
        """Make the next generation of the repository visible."""
        whole = shard.together([self._done[number] for number in sorted(self._done)])
        before, name = self._there.manifest, self._folder.name
        manifest = self._manifest(whole)
        gone = [key for key in self._there.lengths if key not in whole.lengths]
        if before and not whole.new and not gone and manifest.says_same(before):
            manifest = before
        else:
            manifest = signed(manifest)
            of_chunks = schema.schema_of(schema.CHUNKS, manifest.dimension)
            with faults(self._shared.url):
                files = tables.write(self._table, iter([manifest_row(manifest)]), of_chunks)
            self._there.commit_next(self._shared, self._table, [*whole.fragments(), *files], gone)
        set_vocabulary(self._shared, name, whole.terms)
        shard_notes.forget(self._shared, name)
        return Pushed(manifest, whole.new, len(gone), time.monotonic() - self._began)

    def _manifest(self, whole: Made) -> Manifest:
        return next_manifest(
            self._there.manifest,
            self._folder.name,
            self._checkout,
            self._embedder,
            files=whole.indexed,
            chunks=len(whole.lengths),
            terms=sum(whole.lengths.values()),
            pending=whole.pending,
            languages=dict(whole.languages),
            skipped=dict(Counter(whole.skipped) + self._skipped),
            digest=digest_of(whole.lengths),
        )


def _walked(root: Path, rules: Rules) -> tuple[Spool[File], Counter[str]]:
    files: Spool[File] = Spool(File)
    skipped = Counter[str]()
    for entry in walker.walk(root, rules):
        if isinstance(entry, File):
            files.append(entry.path, entry.size, entry.mtime_ns, entry.ctime_ns, entry.inode)
        else:
            skipped[entry.reason] += 1
    return files, skipped
