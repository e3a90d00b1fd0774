"""Asks a shared index from a program: one object that holds the model between questions.

It has the methods of `Searchable`, as `Workspace` has: a root is the name of a repository, or the
place of the shared index, which stands for all repositories.

>>> import searchkit
>>> team = searchkit.Team("s3://bucket/team")  # doctest: +SKIP
>>> for hit in team.search("open a socket", repositories=["svc-*"], limit=3).hits:  # doctest: +SKIP
...     print(hit.file, hit.start_line, hit.origin.link)
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from searchkit import config
from searchkit.embedders import load_embedder
from searchkit.hits.excerpt import Lines
from searchkit.indexes.index import Index
from searchkit.indexes.location import Location
from searchkit.indexes.path_status import PathStatus
from searchkit.indexes.scope import StrPath
from searchkit.query import Filter, Mode, Query, check_limit
from searchkit.search.query_vector import document_vector
from searchkit.status import Facets, Freshness, Status
from searchkit.team import holdings
from searchkit.team.answer import TeamAnswer
from searchkit.team.ask import Asker, narrowed, part_of
from searchkit.team.held_models import HeldModels
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest
from searchkit.team.push import Pushed, push
from searchkit.team.wording import age, state
from searchkit_index.closing import Closing
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError, SearchkitError


class Team(Closing):
    """A shared index; safe to use from several threads.

    Args:
        url: A folder, or `s3://`, `gs://` or `az://` and what follows.
        model: The embedder to ask with; None for that of the repositories.
        settings: Limits; None for those in force.
        signers: Public keys of those whose pushes are trusted; None for the configured ones, none
            for whoever can write there.
        compare: Whether answers say what differs in checkouts that are indexed on this machine.
        repositories: Names, or globs of names, of the repositories to use; none for all.

    Raises, from every method: QueryError, ConfigError, StorageError, CatalogError.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str | None = None,
        settings: config.Settings | None = None,
        signers: Sequence[str] | None = None,
        compare: bool = True,
        repositories: Sequence[str] = (),
    ) -> None:
        self.settings = settings or config.load()
        self._shared = SharedIndex(url)
        self._compare, self._repositories = compare, tuple(repositories)
        self._signers = self.settings.known_signers() if signers is None else tuple(signers)
        self._models = HeldModels(model, self.settings, url)

    @property
    def url(self) -> str:
        """Where it is."""
        return self._shared.url

    @property
    def root(self) -> Path:
        """What stands for all repositories where a root is asked for."""
        return Path(self.url)

    @property
    def embedder(self) -> Embedder:
        """The model that is asked with; the configured one where that of the index is not here."""
        found = self._models.of(self.repositories(), "hybrid")
        return found or load_embedder(self.settings.model, threads=self.settings.threads)

    def close(self) -> None:
        """Do nothing: no file and no connection is held open."""

    def search(
        self,
        query: str | Query,
        *,
        repositories: Sequence[str] = (),
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        mode: Mode | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> TeamAnswer:
        """Ask all repositories, or some, by names or globs in `repositories`; see `Searchable`."""
        asked = Query.of(query, filter=filter, mode=mode, limit=limit)
        names, part = self._within(within, asked.filter)
        return self._asker(repositories or names).search(replace(asked, filter=part))

    def similar(
        self,
        path: StrPath,
        line: int,
        *,
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> TeamAnswer:
        """Find places like the one at a line of a file, in any language; see `Searchable`."""
        check_limit(limit)
        names, part = self._within(within, filter or Filter())
        repository, inside = part_of(self.repositories(), path)
        if names and repository not in names:
            raise QueryError(
                f"`{repository}` is not among what is asked", f"add `{repository}`, or ask all"
            )
        return self._asker(names).similar((repository, inside, line), part, limit)

    def similar_to(
        self,
        text: str,
        *,
        without: StrPath | None = None,
        within: StrPath | Sequence[StrPath] | None = None,
        filter: Filter | None = None,
        limit: int | None = None,
        refresh: bool = True,
    ) -> TeamAnswer:
        """Find places like a text or a piece of code; see `Searchable`."""
        check_limit(limit)
        Query(text)  # refuses what is blank
        names, part = self._within(within, filter or Filter())
        return self._asker(names).similar_to(partial(document_vector, text=text), part, limit)

    def _asker(self, repositories: Sequence[str]) -> Asker:
        return Asker(
            self._shared,
            self.settings,
            self._models.of,
            repositories or self._repositories,
            self._signers,
            self._compare,
        )

    def _within(
        self, within: StrPath | Sequence[StrPath] | None, filter: Filter
    ) -> tuple[list[str], Filter]:
        """Tell which repositories are meant, and narrow the filter to a part of one."""
        paths = [within] if isinstance(within, str | os.PathLike) else within or ()
        named = [path for path in paths if Path(path) != self.root]
        return narrowed(self.repositories(), named, filter) if named else ([], filter)

    def repositories(self, names: Sequence[str] = ()) -> tuple[Manifest, ...]:
        """Tell what is known of the repositories.

        Args:
            names: Names, or globs of names; none for all.

        Returns:
            The repositories, by name.

        Raises:
            NotIndexedError: There is no shared index, or no such repository in it.
        """
        return self._shared.snapshot(names or self._repositories).manifests

    def roots(self) -> list[Path]:
        """Return every repository, as a root."""
        return [Path(each.name) for each in self.repositories()]

    def locate(self, path: StrPath) -> Location:
        """Find which repository a path belongs to; see `Searchable`."""
        if Path(path) == self.root:
            self.repositories()
            return Location(self.root, "", indexed=True)
        name, inside = part_of(self.repositories(), path)
        return Location(Path(name), inside, indexed=True)

    def _of(self, root: Path) -> tuple[Manifest, ...]:
        return self.repositories(() if root == self.root else (str(root),))

    def age(self, root: Path) -> str:
        """Tell of which commit a root is, and when it was pushed."""
        found = self._of(root)
        if len(found) == 1:
            return state(found[0])
        oldest = min(found, key=lambda each: each.pushed)
        return f"{len(found):,} repositories, the oldest pushed {age(oldest)}"

    def refresh(self, root: Path, seconds: float | None = None) -> Freshness:
        """Tell what was pushed of a root; there is nothing to index."""
        return holdings.freshness(self._of(root))

    def status(self, root: Path) -> Status:
        """Tell what was pushed of a root; see `Searchable`."""
        return holdings.status(self._of(root), root, self.url)

    def facets(self, roots: Sequence[Path] | None = None) -> Facets:
        """Tell what a search can be narrowed to; see `Searchable`."""
        names = [str(root) for root in roots or () if root != self.root]
        return holdings.facets(self._shared.snapshot(names or self._repositories))

    def skipped(self, root: Path) -> list[tuple[str, str]]:
        """List how many files were not indexed, for each reason; their names were not pushed."""
        return holdings.skipped(self._of(root))

    def path_status(self, path: StrPath) -> PathStatus:
        """Tell whether a path was pushed; see `Searchable`."""
        name, inside = part_of(self.repositories(), path)
        return holdings.path_status(self._shared.snapshot([name]), name, inside)

    def lines(self, path: StrPath) -> dict[int, str]:
        """Return the lines of a file that were pushed, by their numbers.

        Args:
            path: The file, as a hit names it.

        Returns:
            The lines.

        Raises:
            QueryError: There is no such file.
        """
        name, inside = part_of(self.repositories(), path)
        return self._asker([name]).lines(name, inside)

    def chunk(self, key: str) -> tuple[Path, Lines]:
        """Return a chunk that was pushed.

        Args:
            key: The key that the `origin` of a hit has.

        Returns:
            Its file, as a hit names it, and its lines.

        Raises:
            QueryError: It is gone, or is in no repository that may be asked.
        """
        root, place = self._asker(()).chunk(key)
        return root / place.path, Lines(place.text.split("\n"), place.start_line)

    def warm(self, within: Sequence[Path]) -> None:
        """Read the model and parts of the indexes, so that a first question need not wait.

        From a folder the codes of all vectors: from a bucket they would be hundreds of megabytes.
        """
        with suppress(SearchkitError):  # the question will tell
            if "://" not in self.url:
                self.read_ahead()
            self.search("warm", within=within, limit=1)

    def read_ahead(self) -> None:
        """Read the codes of all vectors, and keep as many of them as the cache can hold."""
        self._shared.read_ahead()

    def push(
        self, index: Index, name: str, *, wait: bool = True, replacing: bool = False
    ) -> Pushed:
        """Send the index of a folder; whoever asks meanwhile sees the last push, or this, whole.

        Args:
            index: The index of the folder, up to date with it.
            name: The repository's name there.
            wait: Whether to wait for another push of the same repository.
            replacing: Whether the name may be one that another folder was pushed under.

        Returns:
            What was done.

        Raises:
            QueryError: Another folder was pushed under this name.
            NotIndexedError: The folder was never indexed, or there is no such place.
            ModelError: The shared index holds vectors of another dimension.
            CatalogBusyError: Another push of it is under way, and `wait` is false.
            StorageError, CatalogError, ConfigError: As their names say.
        """
        return push(index, self._shared, name, wait=wait, replacing=replacing)

    def forget(self, name: str) -> None:
        """Erase a repository, with every older version of the tables that holds it.

        Args:
            name: Its name.

        Raises:
            NotIndexedError: There is none of that name.
            CatalogBusyError: A push of it is under way.
        """
        self._shared.forget(name)
