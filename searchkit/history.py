"""Indexes the history of a folder: messages of commits, with the files and definitions they touch.

The commits have a catalog of their own, beside that of the folder. New ones are added, the newest
first, and those that left the history are removed.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from searchkit.git.patch import MARK, OPTIONS, hunks
from searchkit.git.repository import Repository
from searchkit.hits.hit import Hit
from searchkit.indexes.home import folder_of, make_private
from searchkit.wording import never_indexed
from searchkit_index.catalog.lock import writing
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk, chunks, with_natural_languages
from searchkit_index.embedder import Embedder
from searchkit_index.pipeline import fingerprint
from searchkit_index.pipeline.embedding import Embedding
from searchkit_index.pipeline.pace import NO_BOUNDS
from searchkit_index.pipeline.report import Progress
from searchkit_index.walk import secret

# Commits that a first question indexes, the newest.
_NEWEST = 1_000

ALL = 100_000
"""Commits of a history that are indexed at most."""

_BATCH = 200  # commits that git is asked for at once
_FILES, _HEADINGS, _WIDTH = 50, 8, 80  # touched files of a commit, headings of each, their length

_MESSAGE = 200_000  # bytes of a message that are read

_LOG = ("log", "--no-walk=unsorted", "--no-color", "--no-show-signature", "--no-notes")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit in an answer.

    Attributes:
        root: The indexed folder whose history it is in.
        id: Its whole id.
        date: When it was made, as ISO 8601 with the zone of its author.
        author: The name of its author.
        subject: The first line of its message.
        text: The lines that answer: of its message, or of the list of what it touches.
        score: What the answer is sorted by.
        confidence: How likely it is about what was asked, from 0 to 1; None where nobody can tell.
    """

    root: Path
    id: str
    date: str
    author: str
    subject: str
    text: str
    score: float
    confidence: float | None

    def record(self) -> dict[str, Any]:
        """Return all of it as values that JSON holds."""
        return {name: getattr(self, name) for name in self.__slots__} | {"root": str(self.root)}


class Coverage(NamedTuple):
    """How much of a history an answer covers.

    Attributes:
        commits: Commits that are indexed, the newest.
        total: Commits that there are.
    """

    commits: int
    total: int


def is_shallow(root: Path) -> bool:
    """Tell whether the clone that a folder is in lacks older commits, as by `git clone --depth`."""
    return Repository(root).text("rev-parse", "--is-shallow-repository") == "true"


class History:
    """The commits of one folder.

    Args:
        root: The folder, resolved and indexed.
        embedder: The model.

    Raises, from every method: QueryError where git cannot tell, CatalogError, StorageError,
    ModelError.
    """

    def __init__(self, root: Path, embedder: Embedder) -> None:
        self.root = root
        self._embedder = embedder
        self._folder = folder_of(root) / "commits"
        self._repository = Repository(root)
        # In a subfolder of a repository, only the commits that touch it.
        inside = self._repository.text("rev-parse", "--show-prefix")
        self._which = ("--", ".") if inside else ()

    @property
    def catalog(self) -> Path:
        """Its catalog, whether it is there or not."""
        return self._folder / "catalog.sqlite"

    def refresh(
        self,
        most: int | None = None,
        progress: Callable[[Progress], None] = lambda _: None,
        begin: Callable[[int], None] = lambda _: None,
    ) -> Coverage:
        """Index new commits, and drop those that are not in the history any more.

        Args:
            most: The most commits, newest first; None for the largest number asked for so far.
            progress: Called now and then.
            begin: Called with the number of commits to read, if there are any.

        Returns:
            What an answer then covers.

        Raises:
            NotIndexedError: The folder was never indexed.
        """
        if not self._folder.parent.is_dir():
            raise never_indexed(self.root)
        make_private(self._folder)
        with writing(self._folder, wait=True), closing(Store(self.catalog, create=True)) as store:
            count = max(most or _NEWEST, store.get("commits") or 0)
            self._begin(store, count)
            wanted = self._ids(count)
            known = {id_ for id_, _ in store.files.known()}
            with store.write():
                store.files.remove(known.difference(wanted))
            new = [id_ for id_ in wanted if id_ not in known]
            if new:
                begin(len(new))
            for batch in _batches(new):
                self._take(store, batch)
            if new or len(known) > len(wanted):
                with store.write():
                    store.files.sweep()
            Embedding(store, self._embedder, NO_BOUNDS, progress).run()
            store.erase_journal()
        return self.coverage()

    def _begin(self, store: Store, count: int) -> None:
        """Store how many commits are indexed; split their texts anew if terms have changed."""
        terms = fingerprint.of_terms()
        with store.write():
            if store.get("terms") != terms:
                deque(store.files.renew_terms(), maxlen=0)
                store.set("terms", terms)
            store.set("commits", count)

    def _ids(self, most: int) -> list[str]:
        if self._repository.commit("HEAD") is None:
            return []
        return self._repository.text("rev-list", f"-n{most}", "HEAD", *self._which).split()

    def coverage(self) -> Coverage:
        """Tell how much of the history an answer covers."""
        total = 0
        if self._repository.commit("HEAD"):
            total = int(self._repository.text("rev-list", "--count", "HEAD", *self._which))
        with closing(Store(self.catalog)) as store:
            return Coverage(sum(store.statistics.coverage()), total)

    def _take(self, store: Store, ids: Sequence[str]) -> None:
        touched = self._touched_files(ids)
        found = [(id_, *self._entry(text, touched[id_])) for id_, text in self._messages(ids)]
        with store.write():
            for id_, reason, parts in found:
                store.files.put(FileRow(id_, 0, None, skipped=reason), parts)

    def _messages(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        asked = (*_LOG, "-s", "-z", "--format=%H%n%B", *ids)
        for each in self._repository.records(*asked, most=_MESSAGE):
            id_, _, message = each.partition("\n")
            yield id_.strip(), message.strip()

    def _touched_files(self, ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """Find the files that commits touch, with the headings above and in the changes."""
        touched: dict[str, dict[str, list[str]]] = {id_: {} for id_ in ids}
        form = f"--format=%x{MARK.hex()}%H"
        with self._repository.running(
            *_LOG, "-p", "-U0", "--no-mailmap", *OPTIONS, form, *ids
        ) as stream:
            for hunk in hunks(stream):
                files = touched.setdefault(hunk.commit, {})
                if hunk.path in files or len(files) < _FILES:
                    headings = files.setdefault(hunk.path, [])
                    new = (each[:_WIDTH] for each in hunk.headings)
                    headings += [each for each in new if each not in headings]
                    del headings[_HEADINGS:]
        return touched

    def _entry(
        self, message: str, touched: dict[str, list[str]]
    ) -> tuple[str | None, Sequence[Chunk]]:
        """Make the chunks of a commit, or find why it has none."""
        lines = [
            ": ".join(filter(None, (path, "; ".join(headings))))
            for path, headings in touched.items()
            if not secret.has_secret_name(path)
        ]
        text = os.fsencode("\n".join([message, "", *lines]).strip()).decode(errors="replace")
        if reason := secret.reason_of(text):
            return reason, ()
        return None, with_natural_languages(chunks(text, None))

    def described(self, hits: Sequence[Hit]) -> Iterator[Commit]:
        """Describe the commits of hits, each once; those that are gone meanwhile are left out."""
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.path, hit)
        form = "--format=%H%x1f%aI%x1f%an%x1f%s"
        asked = (*_LOG, "--ignore-missing", "-s", "-z", form, *best)
        for line in self._repository.records(*asked, most=_MESSAGE) if best else ():
            id_, date, author, subject = line.strip().split("\x1f", 3)
            if named := best.get(id_):  # asked for none that it has, git logs HEAD
                answers = named.text, named.score, named.confidence
                yield Commit(self.root, id_, date, author, subject, *answers)


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
