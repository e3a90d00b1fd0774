"""Searches all indexed folders with one model: what every front end and program uses.

>>> import searchkit
>>> with searchkit.Workspace() as workspace:  # doctest: +SKIP
...     for hit in workspace.search("open a socket", limit=3).hits:
...         print(f"{hit.file}:{hit.line}", hit.excerpt)
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit import config
from searchkit.embedders import load_embedder
from searchkit.indexes.home import indexed_roots, unopened
from searchkit.indexes.index import Index
from searchkit.indexes.location import Location, locate
from searchkit.indexes.open_indexes import OpenIndexes
from searchkit.indexes.path_status import PathStatus
from searchkit.indexes.scope import (
    StrPath,
    ask_each,
    filters_within,
    indexed_location,
    nesting,
    refreshed,
)
from searchkit.query import Filter, Mode, Query, check_limit
from searchkit.search.answer import Answer, distinct, nearest_hits, ranked_hits
from searchkit.search.candidates import Candidates
from searchkit.search.query_vector import QueryVector, Vector, document_vector
from searchkit.status import Facets, Freshness, Status
from searchkit_index import trail
from searchkit_index.closing import Closing
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogError, SearchkitError

if TYPE_CHECKING:
    from searchkit_index.pipeline.report import Report


class Workspace(Closing):
    """Every indexed folder, asked one by one or together; safe to use from several threads.

    A process that is forked from one that has a workspace may use it too, unless a call was under
    way in another thread at that moment.

    Args:
        model: The embedder; None for the configured one. Its weights are read at first need.
        settings: Limits and budgets; None for those in force.
        open_index: Opens the index of a resolved root; None for the usual one.

    Raises, from every method: ConfigError, ModelError.
    """

    def __init__(
        self,
        *,
        model: str | None = None,
        settings: config.Settings | None = None,
        open_index: Callable[[Path], Index] | None = None,
    ) -> None:
        self._model, self._settings = model, settings
        self._indexes = OpenIndexes(open_index or self._open_index_of)
        self._embedder: Embedder | None = None
        self._lock = threading.RLock()

    def close(self) -> None:
        """Let go of every index; calls under way in other threads end as they would."""
        self._indexes.close()

    @property
    def settings(self) -> config.Settings:
        """Limits and budgets."""
        with self._lock:
            self._settings = self._settings or config.load()
            return self._settings

    @property
    def embedder(self) -> Embedder:
        """The one model in memory."""
        with self._lock:
            if self._embedder is None:
                name = self._model or self.settings.model
                self._embedder = load_embedder(name, threads=self.settings.threads)
            return self._embedder

    def index(self, root: Path) -> Index:
        """Return the index of a resolved root, which need not be built yet."""
        return self._indexes.of(root)

    def _open_index_of(self, root: Path) -> Index:
        return Index(root, self.embedder, self.settings)

    def roots(self) -> list[Path]:
        """Return every folder that has an index and is still there, by path."""
        return indexed_roots()

    def locate(self, path: StrPath, *, follow: bool = True) -> Location:
        """Find which indexed folder a file or folder belongs to; see `location.locate`.

        Args:
            path: A file or a folder.
            follow: Whether a link means what it points to.

        Returns:
            Where it is.

        Raises:
            RootError: There is no such file or folder.
        """
        return locate(path, follow=follow)

    def search(
        self,
        query: str | Query,
        *,
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        mode: Mode | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> Answer:
        """Ask one folder, several or all of them; see `Searchable`."""
        asked = Query.of(query, filter=filter, mode=mode, limit=limit).limited(self.settings.limit)
        assert asked.limit is not None
        count, filters = asked.limit, filters_within(within, asked.filter)
        vector = QueryVector(asked.text)
        if refresh and asked.mode != "lexical":
            for root in filters:  # the model reads its weights while the folders are looked through
                vector.begin(self.index(root).embedder)
        fresh = refreshed(filters, self.settings.refresh_seconds, self.refresh) if refresh else {}
        with ExitStack() as stack:

            def candidates(root: Path, filter: Filter) -> Candidates:
                searcher = stack.enter_context(self.index(root).sessions.asking())
                return searcher.candidates(Query(asked.text, filter, asked.mode), vector, count)

            found, faults = ask_each(filters, candidates)
            hits = ranked_hits(found, asked, count * nesting(filters))
        message = "asked %d folders, mode %s: %d hits, %d faults"
        trail.record(__name__, message, len(filters), asked.mode, len(hits), len(faults))
        missing = None if hits else self._unmet(filters, faults)
        answer = Answer(distinct(hits)[:count], tuple(filters), fresh, faults, missing)
        return answer.with_faults(unopened()) if within is None else answer

    def similar(
        self,
        path: StrPath,
        line: int,
        *,
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> Answer:
        """Find places like the one at a line of a file, in any language; see `Searchable`."""
        home = indexed_location(path)

        def place() -> tuple[Vector, dict[Path, frozenset[int]]]:
            with self.index(home.root).sessions.asking() as here:
                vector, same = here.at(home.inside, line)
            return vector, {home.root: same}

        folders = [home.root] if within is None else within
        return self._nearest(place, folders, filter, limit, refresh=refresh)

    def similar_to(
        self,
        text: str,
        *,
        without: StrPath | None = None,
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> Answer:
        """Find places like a text or a piece of code; see `Searchable`."""
        Query(text)  # refuses what is blank

        def given() -> tuple[Vector, dict[Path, frozenset[int]]]:
            return document_vector(self.embedder, text), own()

        def own() -> dict[Path, frozenset[int]]:
            home = self.locate(without) if without is not None else None
            if not (home and home.indexed):
                return {}
            try:
                with self.index(home.root).sessions.asking() as here:
                    return {home.root: here.in_file(home.inside)}
            except CatalogError:  # whoever asks that index is told
                return {}

        return self._nearest(given, within, filter, limit, refresh=refresh)

    def _nearest(
        self,
        like: "Callable[[], tuple[Vector, dict[Path, frozenset[int]]]]",
        within: StrPath | Sequence[StrPath] | None,
        filter: Filter | None,
        limit: int | None,
        *,
        refresh: bool,
    ) -> Answer:
        """Find the places nearest to a vector; `like` gives it, and the chunks to leave out."""
        check_limit(limit)
        filter, count = filter or Filter(), limit or self.settings.limit
        filters = filters_within(within, filter)
        fresh = refreshed(filters, self.settings.refresh_seconds, self.refresh) if refresh else {}
        vector, same = like()
        with ExitStack() as stack:

            def nearest(root: Path, filter: Filter) -> Candidates:
                searcher = stack.enter_context(self.index(root).sessions.asking())
                return searcher.nearest(vector, filter, count, same.get(root, frozenset()))

            found, faults = ask_each(filters, nearest)
            hits = nearest_hits(found, count * nesting(filters), filter)
        missing = None if hits else self._unmet(filters, faults)
        answer = Answer(distinct(hits)[:count], tuple(filters), fresh, faults, missing)
        return answer.with_faults(unopened()) if within is None else answer

    def _unmet(
        self, filters: Mapping[Path, Filter], faults: Mapping[Path, SearchkitError]
    ) -> SearchkitError | None:
        """Explain why nothing was found in the folders that could be asked."""
        from searchkit.search.unmet import unmet

        asked = {root: each for root, each in filters.items() if root not in faults}

        def holds(root: Path, filter: Filter) -> bool:
            with self.index(root).sessions.asking() as searcher:
                return searcher.holds(filter)

        return unmet(asked, holds, lambda: self.facets(list(asked)))

    def refresh(self, root: Path, seconds: float | None = None) -> Freshness:
        """Index what changed, and tell what is left; see `Index.refresh`."""
        return self.index(root).refresh(seconds)

    def build(self, root: Path, **options: Any) -> "Report":
        """Bring the index of a root up to its files; see `Index.build`."""
        return self.index(root).build(**options)

    def status(self, root: Path) -> Status:
        """Tell what the index of a root holds; see `Index.status`."""
        return self.index(root).status()

    def facets(self, roots: Sequence[Path] | None = None) -> Facets:
        """Tell what a search in these roots, or in all, can be narrowed to; see `Searchable`."""
        each = self.roots() if roots is None else roots
        return Facets.merged([self.index(root).facets() for root in each])

    def skipped(self, root: Path) -> list[tuple[str, str]]:
        """List the files that are not indexed, or only in part; see `Index.skipped`."""
        return self.index(root).skipped()

    def path_status(self, path: StrPath) -> PathStatus:
        """Tell what is known of a file or folder; see `Searchable`."""
        root, inside, _ = indexed_location(path, follow=False)
        return self.index(root).path_status(inside)

    def warm(self, within: Sequence[Path]) -> None:
        """Read the model and map the vectors of folders, so that a first question need not wait."""
        from searchkit.embedders import count_tokens

        try:
            self.search("warm", within=within, limit=1, refresh=False)
            count_tokens(self.embedder, ["warm"])  # loads the whole vocabulary
        except SearchkitError:
            return  # the question will tell
