"""Asks a shared index from a program: one object that holds the model between questions.

>>> import searchkit
>>> team = searchkit.Team("s3://bucket/team")  # doctest: +SKIP
>>> for hit in team.search("open a socket", repositories=["svc-*"], limit=3).hits:  # doctest: +SKIP
...     print(hit.file, hit.start_line, hit.origin.link)
"""

import threading
from collections.abc import Sequence

from searchkit import config
from searchkit.index import Index
from searchkit.query import Filter, Mode, Query
from searchkit.team.ask import TeamAnswer, ask, embedder_of
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest
from searchkit.team.push import Pushed, push
from searchkit_index.embedder import Embedder


class Team:
    """A shared index; safe to use from several threads.

    Args:
        url: A folder, or `s3://`, `gs://` or `az://` and what follows.
        model: The embedder to ask with; None for that of the repositories.
        settings: Limits; None for those in force.
        signers: Public keys of those whose pushes are trusted; None for the configured ones, none
            for whoever can write there.
        compare: Whether answers say what differs in checkouts that are indexed on this machine.

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
    ) -> None:
        self._settings = settings or config.load()
        self._shared = SharedIndex(url)
        self._model, self._compare = model, compare
        self._signers = self._settings.known_signers() if signers is None else tuple(signers)
        self._embedders: dict[str, Embedder] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is."""
        return self._shared.url

    def search(
        self,
        query: str | Query,
        *,
        repositories: Sequence[str] = (),
        filter: Filter | None = None,
        mode: Mode | None = None,
        limit: int | None = None,
    ) -> TeamAnswer:
        """Ask all repositories, or some.

        Args:
            query: A text, or a whole query.
            repositories: Names, or globs of names; none for all.
            filter: Which chunks may answer.
            mode: Which sides to ask.
            limit: At most so many hits.

        Returns:
            The hits of all repositories, ranked as if they were one.

        Raises:
            QueryError: The query cannot be asked.
            NotIndexedError: There is no shared index, or no such repository in it.
            ModelError: It is to be asked by meaning alone, and the model is not here.
            SignatureError: A repository was signed by none of the signers, or changed since.
        """
        asked = Query.of(query, filter=filter, mode=mode, limit=limit).limited(self._settings.limit)
        return ask(
            self._shared,
            asked,
            repositories=repositories,
            signers=self._signers,
            open_embedder=self._opened,
            settings=self._settings,
            compare=self._compare,
        )

    def _opened(self, manifests: Sequence[Manifest], query: Query) -> Embedder | None:
        with self._lock:
            known = {each.fingerprint for each in manifests} & self._embedders.keys()
            if known and self._model is None:
                return self._embedders[known.pop()]
            found = embedder_of(manifests, query, self._model, self._settings, self.url)
            if found is not None:
                self._embedders[found.fingerprint] = found
            return found

    def repositories(self, names: Sequence[str] = ()) -> tuple[Manifest, ...]:
        """Tell what is known of the repositories.

        Args:
            names: Names, or globs of names; none for all.

        Returns:
            The repositories, by name.

        Raises:
            NotIndexedError: There is no shared index, or no such repository in it.
        """
        return self._shared.snapshot(names).manifests

    def push(self, index: Index, name: str, *, wait: bool = True) -> Pushed:
        """Send the index of a folder; see `searchkit.team.push.push`.

        Args:
            index: Of the folder, up to date with it.
            name: Of the repository there.
            wait: Whether to wait for another push of the same repository.

        Returns:
            What was done.

        Raises:
            NotIndexedError: The folder was never indexed, or there is no such place.
            ModelError: The shared index holds vectors of another dimension.
            CatalogBusyError: Another push of it is under way, and `wait` is false.
        """
        return push(index, self._shared, name, wait=wait)

    def forget(self, name: str) -> None:
        """Erase a repository, with every older version of the tables that holds it.

        Args:
            name: Its name.

        Raises:
            NotIndexedError: There is none of that name.
            CatalogBusyError: A push of it is under way.
        """
        self._shared.forget(name)
