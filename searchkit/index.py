"""One folder and its index: the face that programs, the command line and the interface share.

An `Index` belongs to the thread that opened it, as its SQLite connection does.
"""

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from searchkit import config
from searchkit.embedders import load_embedder, refuse_stranger
from searchkit.index_dir import catalog_of, folder_of, make_private, resolved
from searchkit.index_rules import Scope
from searchkit.search import Hit, Kind, Mode, Query, Searcher
from searchkit.status import Facets, Freshness, Status
from searchkit_index.catalog.lock import writing
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import present
from searchkit_index.changes import Changes, scan
from searchkit_index.embedder import Embedder
from searchkit_index.errors import (
    CatalogBusyError,
    NotIndexedError,
    SearchkitError,
    StorageError,
)
from searchkit_index.walk.walker import Rules, explain

if TYPE_CHECKING:
    from searchkit_index.build import Progress, Report


class Index:
    """A folder and its index; use `Index.open`, or `Index.find` for a path somewhere inside one.

    Args:
        root: The folder, resolved.
        embedder: The model to embed with.
        settings: Limits and budgets.
    """

    def __init__(self, root: Path, embedder: Embedder, settings: config.Settings) -> None:
        self.root = root
        self.embedder = embedder
        self._settings = settings
        self.folder = folder_of(root)
        self._store: Store | None = None
        self._searcher: Searcher | None = None

    @classmethod
    def open(
        cls,
        root: str | os.PathLike[str],
        *,
        model: str | None = None,
        settings: config.Settings | None = None,
    ) -> Self:
        """The index of a folder, whether it was ever built or not.

        Raises:
            RootError: The folder is missing, or is a file.
            ModelError: There is no such model.
            ConfigError: The configuration cannot be read.
        """
        settings = settings or config.load()
        embedder = load_embedder(model or settings.model, threads=settings.threads)
        return cls(resolved(root), embedder, settings)

    @classmethod
    def find(
        cls,
        path: str | os.PathLike[str],
        *,
        model: str | None = None,
        settings: config.Settings | None = None,
    ) -> tuple[Self, str]:
        """The index of `path` or of the nearest folder above it, and `path` relative to its root.

        Raises:
            NotIndexedError: Neither `path` nor any folder above it was ever indexed.
        """
        start = resolved(path)
        for root in (start, *start.parents):
            if catalog_of(root).is_file():
                inside = start.relative_to(root).as_posix()
                return cls.open(root, model=model, settings=settings), inside.removeprefix(".")
        raise NotIndexedError(f"`{start}` was never indexed", f"type `searchkit index {start}`")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the catalog."""
        if self._store:
            self._store.close()
        self._store = self._searcher = None

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
        """Bring the index up to the folder, from nothing or from wherever the last run ended.

        Args:
            include: Globs of files to take although an ignore file names them; None keeps those of
                the last run.
            exclude: Globs of files to leave out; None keeps those of the last run.
            secrets: Whether to take files that look like they hold keys or tokens; None keeps what
                was said at the last run, at first no.
            verify: Read every file, also those whose size and time are as before.
            memory: A ceiling in bytes over what this process, and the one that reads files, hold
                resident; what would break it is passed over or stored more coarsely. None keeps
                that of the last run, at first none; 0 for none.
            progress: Called now and then.
            wait: Whether to wait for another process that is writing to this index.

        Raises:
            CatalogBusyError: Another process is writing, and `wait` is false.
            RootError, StorageError, CatalogError, ModelError: As their names say.
        """
        make_private(self.folder)
        with writing(self.folder, wait=wait):
            store = self._opened(create=True)
            store.set("root", str(self.root).encode(errors="replace").decode())
            self._scope.say(include=include, exclude=exclude, secrets=secrets, memory=memory)
            report = self._run(progress=progress, verify=verify)
            store.set("last_run", time.time())
        return report

    def warm(self) -> None:
        """Have the model read its weights in the background, for a question that will come."""
        Thread(target=self.embedder.encode, args=([""], "query"), daemon=True).start()

    def refresh(self, seconds: float | None = None) -> Freshness:
        """Take in what changed, within a time budget, and tell what is left.

        Args:
            seconds: The budget; None for the configured one, 0 to look only.

        Raises:
            NotIndexedError: The folder was never indexed.
            ModelError: It was indexed with other models only.
        """
        budget = self._settings.refresh_seconds if seconds is None else seconds
        store = self._opened()
        refuse_stranger(self.embedder, store.models())
        version = store.version()
        changes, pending, busy = scan(store, self.root, self.rules), self._pending(), False
        if budget > 0 and (changes or pending or self._unpublished()):
            try:
                with writing(self.folder, wait=False):
                    deadline = time.monotonic() + budget
                    # Who wrote since took in what was found: then the run looks for itself.
                    found = changes if store.version() == version else None
                    report = self._run(deadline=deadline, found=found)
                return Freshness(
                    *store.statistics.coverage(), report.stale, report.pending, busy=False
                )
            except CatalogBusyError:
                busy = True
            except StorageError:
                pass  # a full disk must not keep people from the answers that are there
        return Freshness(*store.statistics.coverage(), len(changes), pending, busy)

    def search(
        self,
        text: str,
        *,
        limit: int | None = None,
        mode: Mode = "hybrid",
        languages: Sequence[str] = (),
        globs: Sequence[str] = (),
        under: str = "",
        kinds: Sequence[Kind] = (),
        min_confidence: float = 0.0,
    ) -> list[Hit]:
        """The best hits for any text, best first; asks the index as it stands, see `refresh`.

        Args:
            text: A question, a name, a snippet, in any language; never read as a query language.
            limit: At most so many; None for the configured number.
            mode: Which sides to ask: by words, by meaning, or both.
            languages: Only what is in these: programming languages and formats of prose, as
                `python` or `markdown`, natural languages of prose, as `ja` or `japanese`. Of prose
                that both are asked for, both must fit.
            globs: Only paths that match one of these, in the syntax of ignore files.
            under: Only paths below this folder, relative to the root.
            kinds: Only these: `definition`, `code`, `prose`, `data`, or `test`, which is whatever
                stands in a test.
            min_confidence: Only hits that are at least so likely about what is asked, 0 to 1.

        Raises:
            NotIndexedError: The folder was never indexed.
            ModelError: It was indexed with other models only.
            QueryError: The text is empty, or a language is unknown.
        """
        limit = limit or self._settings.limit
        query = Query(text, limit, mode, languages, globs, under, kinds, min_confidence)
        with self._opened().reading():
            refuse_stranger(self.embedder, self._opened().models())
            return self._asked().search(query)

    def similar(
        self,
        path: str,
        line: int,
        *,
        limit: int | None = None,
        languages: Sequence[str] = (),
        globs: Sequence[str] = (),
        kinds: Sequence[Kind] = (),
    ) -> list[Hit]:
        """Places like the one at `line` of `path`, relative to the root; never that place itself.

        Raises:
            QueryError: Nothing is indexed there.
        """
        query = Query("", limit or self._settings.limit, "semantic", languages, globs, kinds=kinds)
        with self._opened().reading():
            refuse_stranger(self.embedder, self._opened().models())
            return self._asked().similar(path, line, query)

    def status(self) -> Status:
        """What the index holds, as it stands.

        Raises:
            NotIndexedError: The folder was never indexed.
        """
        from searchkit_index.languages.language import without_parser

        store = self._opened()
        model_id = self._model_id()
        publication = store.publication(model_id) if model_id else None
        languages = store.statistics.languages()
        return Status(
            root=self.root,
            folder=self.folder,
            model=self.embedder.name,
            fingerprint=self.embedder.fingerprint,
            files=sum(files for files, _ in languages.values()),
            chunks=store.statistics.count("chunk"),
            passages=store.statistics.count("passage"),
            pending=self._pending(),
            languages=languages,
            natural_languages=store.statistics.natural_languages(),
            skipped=store.statistics.skipped(),
            without_grammar=without_parser(languages),
            catalog_bytes=sum(path.stat().st_size for path in self.folder.glob("catalog.*")),
            vector_bytes=sum(path.stat().st_size for path in self.folder.glob("*.faiss")),
            layout=publication.layout if publication else None,
            recall=publication.recall if publication else None,
            last_run=store.get("last_run"),
            rules=self.rules,
        )

    def files(self) -> list[tuple[str, str | None]]:
        """Path and language of every indexed file.

        Raises:
            NotIndexedError: The folder was never indexed.
        """
        return [(path, language) for _, path, language in self._opened().indexed_files()]

    def facets(self) -> Facets:
        """What a search here can be narrowed to.

        Raises:
            NotIndexedError: The folder was never indexed.
        """
        return Facets.counted(self._opened().statistics.contents())

    def skipped(self) -> list[tuple[str, str]]:
        """Path and reason of every file that was looked at and is not indexed, by path.

        Raises:
            NotIndexedError: The folder was never indexed.
        """
        return list(self._opened().files.skipped())

    def why_skipped(self, path: str) -> str | None:
        """Why a path relative to the root is not indexed, in words; None when it is."""
        known = self._opened().files.looked_at(path)
        if known:
            return known.skipped
        return explain(self.root, path, self.rules) or "not taken in yet"

    @property
    def rules(self) -> Rules:
        """Which files the index takes."""
        return self._scope.rules

    def _run(
        self,
        *,
        progress: "Callable[[Progress], None]" = lambda _: None,
        deadline: float | None = None,
        found: Changes | None = None,
        verify: bool = False,
    ) -> "Report":
        from searchkit_index.build import Build

        store = self._opened()
        build = Build(
            store,
            self.root,
            self.rules,
            self.embedder,
            progress,
            deadline,
            verify=verify,
            ceiling=self._scope.ceiling,
        )
        return build.run(found)

    @property
    def _scope(self) -> Scope:
        return Scope(self._opened(), self._settings)

    def _opened(self, *, create: bool = False) -> Store:
        if self._store is None:
            catalog = catalog_of(self.root)
            if not create and not catalog.is_file():
                raise NotIndexedError(
                    f"`{self.root}` was never indexed", f"type `searchkit index {self.root}`"
                )
            self._store = Store(catalog, create=create)
        return self._store

    def _asked(self) -> Searcher:
        if self._searcher is None:
            self._searcher = Searcher(self._opened(), self.embedder)
        return self._searcher

    def _model_id(self) -> int | None:
        fingerprint = self.embedder.fingerprint
        return next((row[0] for row in self._opened().models() if row[1] == fingerprint), None)

    def _unpublished(self) -> bool:
        """Whether the vectors' file has gone, so that each search reads the catalog's instead."""
        store, model_id = self._opened(), self._model_id()
        publication = store.publication(model_id) if model_id else None
        return publication is not None and not present(self.folder, publication)

    def _pending(self) -> int:
        store = self._opened()
        model_id = self._model_id()
        return store.statistics.count("passage") - (
            store.statistics.embedded(model_id) if model_id else 0
        )


def indexed_roots() -> list[Path]:
    """Every folder that has an index and is still there, by path."""
    found = []
    for catalog in (config.home() / "indexes").glob("*/catalog.sqlite"):
        with contextlib.suppress(SearchkitError), contextlib.closing(Store(catalog)) as store:
            found.append(Path(store.get("root") or ""))
    return sorted(root for root in found if root.is_absolute() and root.is_dir())
