"""Holds one folder and its index."""

import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from searchkit import config
from searchkit.embedders import load_embedder, refuse_other_models
from searchkit.hits.hit import Hit
from searchkit.indexes.home import catalog_of, folder_of, make_private
from searchkit.indexes.location import resolved
from searchkit.indexes.path_status import PathStatus, path_status
from searchkit.indexes.rules import IndexRules, changed, refuse_impossible, usual
from searchkit.indexes.runs import Runs
from searchkit.indexes.session import Sessions
from searchkit.query import Filter, Mode, Query, check_limit
from searchkit.search.answer import nearest_hits, ranked_hits
from searchkit.search.query_vector import QueryVector
from searchkit.status import Facets, Freshness, Status, remarks, status_of
from searchkit_index.catalog.lock import writing
from searchkit_index.catalog.store import Store
from searchkit_index.closing import Closing
from searchkit_index.embedder import Embedder
from searchkit_index.errors import ConfigError, NotIndexedError
from searchkit_index.walk.root import check_root
from searchkit_index.walk.rules import Rules

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Progress, Report


class Index(Closing):
    """A folder and its index; safe to use from several threads, and after a fork between two calls.

    Use `Index.open`; a `Workspace` finds the index of a path inside a folder.

    Args:
        root: The folder, resolved.
        embedder: The model to embed with.
        settings: Limits and budgets.

    Attributes:
        root: As given.
        embedder: As given.
        folder: Where the index lives.
        sessions: Its open catalogs.

    Raises, from every method: CatalogError, StorageError; from all but `open` and `build`
    NotIndexedError, where the folder was never indexed.
    """

    def __init__(self, root: Path, embedder: Embedder, settings: config.Settings) -> None:
        self.root = root
        self.embedder = embedder
        self.folder = folder_of(root)
        self._catalog = catalog_of(root)
        self._settings = settings
        self.sessions = Sessions(self._catalog, root, embedder)
        self._turn = threading.Lock()

    @classmethod
    def open(
        cls,
        root: str | os.PathLike[str],
        *,
        model: str | None = None,
        settings: config.Settings | None = None,
    ) -> Self:
        """Open the index of a folder, which need not be built yet.

        Args:
            root: The folder.
            model: The embedder; None for the configured one.
            settings: Limits and budgets; None for those in force.

        Returns:
            The index.

        Raises:
            RootError: The folder is missing, or is a file.
            ModelError: There is no such model.
            ConfigError: The configuration cannot be read.
        """
        settings = settings or config.load()
        embedder = load_embedder(model or settings.model, threads=settings.threads)
        return cls(resolved(root), embedder, settings)

    def close(self) -> None:
        """Close the catalog; calls under way in other threads still end normally."""
        self.sessions.close()

    def build(
        self,
        *,
        include: Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        secrets: bool | None = None,
        verify: bool = False,
        memory: int | None = None,
        progress: "Callable[[Progress], None]" = lambda _: None,
        wait: bool = True,
    ) -> "Report":
        """Bring the index up to date with the folder; go on where an earlier run ended.

        Args:
            include: Globs of files to take although an ignore file names them; None keeps those of
                the last run.
            exclude: Globs of files to leave out; None keeps those of the last run.
            secrets: Whether to take files that seem to hold keys or tokens; None keeps the choice
                of the last run, at first no.
            verify: Whether to read every file, also those that seem unchanged.
            memory: A ceiling in bytes on the resident memory of this process and of the one that
                reads files; to keep to it, files are passed over or vectors stored more coarsely.
                None keeps that of the last run, at first none; 0 for none.
            progress: Called now and then.
            wait: Whether to wait for another process that is writing to this index.

        Returns:
            What was done, and what was left.

        Raises:
            CatalogBusyError: Another process is writing, and `wait` is false.
            ConfigError: An argument is of another type, or the memory is too little.
            RootError, StorageError, CatalogError, ModelError: As their names say.
        """
        refuse_impossible(include, exclude, secrets, memory)
        check_root(self.root)  # before anything is made for it
        make_private(self.folder.parent)
        with writing(self.folder, wait=wait):
            make_private(self.folder)
            Store(self._catalog, create=True).close()
            with self._store() as store:
                store.set("root", str(self.root))
                rules = self._rules(store)
                rules.update(include=include, exclude=exclude, secrets=secrets, memory=memory)
                runs = Runs(store, self.root, self.embedder, rules)
                report = runs.run(progress=progress, verify=verify)
                store.set("last_run", time.time())
        return report

    def refresh(self, seconds: float | None = None) -> Freshness:
        """Index what changed, within a time budget, and tell what is left.

        Args:
            seconds: The budget; None for the configured one, 0 to look only.

        Returns:
            What an answer now covers, and what not.

        Raises:
            ConfigError: The budget is negative, or no number.
            ModelError: It was indexed with other models only.
        """
        budget = self._settings.refresh_seconds if seconds is None else seconds
        if math.isnan(budget) or budget < 0:
            raise ConfigError(f"the time to refresh in is {budget}", "give seconds, from 0")
        with self._store() as store:
            refuse_other_models(self.embedder, [it.name for it in store.embeddings.models()])
            runs = Runs(store, self.root, self.embedder, self._rules(store))
            return runs.refresh(budget, self._turn)

    def search(
        self,
        query: str | Query,
        *,
        filter: Filter | None = None,
        mode: Mode | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> list[Hit]:
        """Find the best hits.

        Args:
            query: A text, or a whole query.
            filter: Which chunks may answer.
            mode: Which sides to ask.
            limit: The most hits; None for the configured number.
            refresh: Whether to index changes first, within the configured time; without, no file is
                looked at.

        Returns:
            Hits, best first.

        Raises:
            QueryError: The query cannot be asked.
            ModelError: It was indexed with other models only.
        """
        asked = Query.of(query, filter=filter, mode=mode, limit=limit).limited(self._settings.limit)
        assert asked.limit is not None
        vector = QueryVector(asked.text)
        if refresh:
            if asked.mode != "lexical":
                vector.begin(self.embedder)  # the model reads its weights meanwhile
            self.refresh()
        with self.sessions.asking() as searcher:
            found = searcher.candidates(asked, vector, asked.limit)
            return ranked_hits([found], asked, asked.limit)

    def similar(
        self,
        path: str,
        line: int,
        *,
        filter: Filter | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> list[Hit]:
        """Find places like the one at a line; never that place itself.

        Args:
            path: The path of an indexed file, relative to the root.
            line: From 1.
            filter: Which chunks may answer.
            limit: As for `search`.
            refresh: As for `search`.

        Returns:
            Hits, best first.

        Raises:
            QueryError: Nothing is indexed there, or the filter or the limit cannot be.
            ModelError: It was indexed with other models only.
        """
        check_limit(limit)
        filter, count = filter or Filter(), limit or self._settings.limit
        if refresh:
            self.refresh()
        with self.sessions.asking() as searcher:
            vector, same = searcher.at(path, line)
            found = searcher.nearest(vector, filter, count, same)
            return nearest_hits([found], count, filter)

    def status(self) -> Status:
        """Tell what the index holds now, its sizes and its rules, without looking at files."""
        with self._store() as store:
            return status_of(store, self.root, self.embedder, self._rules(store).rules)

    def files(self) -> list[tuple[str, str | None]]:
        """List the path and the language of every indexed file."""
        with self._store() as store:
            return [(path, language) for _, path, language in store.chunks.indexed_files()]

    def facets(self) -> Facets:
        """Tell what a search here can be narrowed to, with numbers of files."""
        with self._store() as store:
            return Facets.counted(store.statistics.contents())

    def skipped(self) -> list[tuple[str, str]]:
        """List path and reason of each file that is not indexed, or not to its end, by path."""
        with self._store() as store:
            return sorted([*store.files.skipped(), *remarks(store, self._rules(store).rules)])

    def path_status(self, path: str) -> PathStatus:
        """Tell what the index knows of a path.

        Args:
            path: Relative to the root.

        Returns:
            What it knows.

        Raises:
            RootError: There is no such file or folder.
        """
        with self._store() as store:
            return path_status(store, self.root, path, self._rules(store).rules)

    @property
    def rules(self) -> Rules:
        """Which files the index takes."""
        with self._store() as store:
            return self._rules(store).rules

    def planned_rules(
        self,
        *,
        include: Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        secrets: bool | None = None,
    ) -> Rules:
        """Tell which files a run would take that was given these rules, as `build` is."""
        try:
            rules = self.rules
        except NotIndexedError:
            rules = usual(self._settings)
        return changed(rules, include, exclude, secrets)

    def _rules(self, store: Store) -> IndexRules:
        return IndexRules(store, self._settings)

    @contextmanager
    def _store(self) -> Iterator[Store]:
        with self.sessions.borrow() as session:
            yield session.store
