"""Opens a shared index: its tables as they are now, and the repositories in it."""

import fnmatch
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from searchkit.team import scan_versions, schema, tables, upkeep, vector_index
from searchkit.team.lease import lease
from searchkit.team.manifest import Manifest, check_name
from searchkit.team.schema import CHUNKS, LEASES, MANIFEST, VOCABULARY
from searchkit.team.storage import address, faults, library, new_session, open_table, path_of
from searchkit.team.storage import options as store_options
from searchkit.team.where import equals
from searchkit_index.errors import ModelError, NotIndexedError, QueryError, RootError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of a shared index at one moment.

    Attributes:
        url: Where it is.
        chunks: The table of chunks, at one version whatever others write.
        vocabulary: The table of terms.
        dimension: Dimension of the vectors.
        manifests: Manifests of the repositories that are asked, by name.
        count: How many repositories there are, asked or not.
        scans: The table of chunks at the versions of `scan_versions`, by segments of the index.
    """

    url: str
    chunks: Any
    vocabulary: Any
    dimension: int
    manifests: tuple[Manifest, ...]
    count: int
    scans: Mapping[str, Any]


class SharedIndex:
    """Chunks of many repositories in one place; safe to use from several threads.

    Args:
        url: A folder, or `s3://`, `gs://` or `az://` and what follows.

    Raises, from every method: QueryError, ConfigError, StorageError, CatalogError.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self._session: Any = None
        self._known: tuple[object, tuple[Manifest, ...]] = None, ()
        self._scans: Mapping[str, Any] = {}

    def snapshot(self, repositories: Sequence[str] = ()) -> Snapshot:
        """Look at the tables as they are now.

        Args:
            repositories: Names, or globs of names; none for all.

        Returns:
            The tables, with the repositories that match.

        Raises:
            NotIndexedError: There is no shared index, or no repository matches.
            CatalogNewerError: A later version of searchkit made it.
            CatalogDamagedError: It is no shared index.
        """
        chunks, dimension = self._opened(CHUNKS)
        vocabulary, _ = self._opened(VOCABULARY)
        with faults(self.url):
            manifests = self._manifests(chunks)
            self._scans = scans = scan_versions.opened(chunks, self._scans)
        chosen = _chosen(manifests, repositories)
        if not chosen:
            raise _no_repository(manifests, repositories, self.url)
        return Snapshot(self.url, chunks, vocabulary, dimension, chosen, len(manifests), scans)

    def _manifests(self, chunks: Any) -> tuple[Manifest, ...]:
        """Return the newest manifest of each repository; read them only after a change."""
        state = tables.state(chunks)
        known, manifests = self._known
        if state != known:
            manifests = self._newest(chunks)
            self._known = state, manifests
        return manifests

    def _newest(self, chunks: Any) -> tuple[Manifest, ...]:
        newest: dict[str, Manifest] = {}
        for (text,) in tables.values(chunks, ["text"], equals("state", MANIFEST)):
            manifest = Manifest.read(text, self.url)
            known = newest.get(manifest.name)
            if known is None or known.generation < manifest.generation:
                newest[manifest.name] = manifest
        return tuple(newest[name] for name in sorted(newest))

    def open(self, table: str) -> Any:
        """Open a table at its newest version; raise NotIndexedError where there is none."""
        return self._opened(table)[0]

    def _opened(self, name: str) -> tuple[Any, int]:
        table = self._found(name)
        if table is None:
            raise NotIndexedError(
                f"there is no shared index at `{self.url}`",
                f"type `searchkit push PATH --to {self.url}`",
            )
        return table, schema.check(name, table.schema, self.url)

    def _found(self, name: str) -> Any:
        """Open a table; None where there is none."""
        self._session = self._session or new_session()
        return open_table(self.url, name, self._session)

    def read_ahead(self) -> None:
        """Read the codes of all vectors, and keep as many of them as the cache can hold."""
        table = self.open(CHUNKS)
        with faults(self.url):
            vector_index.read_ahead(table)

    def check_place(self) -> None:
        """Refuse a place that cannot be pushed to, before a folder is indexed for it.

        Raises:
            NotIndexedError: The folder that it would be made in is not there.
        """
        self._refuse_missing_folder()
        if self._found(CHUNKS) is not None:
            self._opened(CHUNKS)

    def refuse_inside(self, root: Path) -> None:
        """Raise RootError for a place inside a folder, with which it would be indexed."""
        if "://" not in self.url and Path(os.path.realpath(self.url)).is_relative_to(root):
            told = f"`{self.url}` is inside `{root}`, and would be indexed with it"
            raise RootError(told, "name a place outside of it")

    def create(self, dimension: int) -> Any:
        """Open the table of chunks for a push; make all tables where there are none.

        Args:
            dimension: Dimension of the vectors.

        Returns:
            The table.

        Raises:
            ModelError: Its vectors are of another dimension.
            StorageError: The place is not there, or cannot be written to.
        """
        self._refuse_missing_folder()
        for name in (VOCABULARY, LEASES, CHUNKS):
            if self._found(name) is None:
                with faults(self.url), _unless_made():
                    self._make(name, dimension)
        table, there = self._opened(CHUNKS)
        if there != dimension:
            raise ModelError(
                f"`{self.url}` holds vectors of {there} numbers, the model makes {dimension}",
                "push with the model of the others, or to another place",
            )
        return table

    def open_or_make(self, name: str) -> Any:
        """Open a table other than that of chunks; make it where it is missing."""
        if self._found(name) is None:
            with faults(self.url), _unless_made():
                self._make(name, 0)
        return self.open(name)

    def _refuse_missing_folder(self) -> None:
        folder = Path(self.url)
        if "://" not in self.url and not folder.is_dir() and not folder.parent.is_dir():
            raise NotIndexedError(f"there is no folder `{folder.parent}`", "make it first")

    def _make(self, name: str, dimension: int) -> None:
        empty = schema.schema_of(name, dimension).empty_table()
        kept = store_options(self.url)
        table = library().write_dataset(empty, path_of(self.url, name), storage_options=kept)
        upkeep.index(table, name)

    @contextmanager
    def writing(self, repository: str, *, wait: bool = True) -> Iterator[None]:
        """Hold the right to write a repository; see `lease`."""
        with lease(lambda: self.open(LEASES), self.url, repository, wait=wait):
            yield

    def forget(self, repository: str) -> Manifest:
        """Erase a repository: its rows, and every older version of the tables that holds them.

        Args:
            repository: Its name.

        Returns:
            What was there.

        Raises:
            NotIndexedError: There is none of that name.
            CatalogBusyError: A push of it is under way.
        """
        check_name(repository)
        snapshot = self.snapshot()
        found = next((each for each in snapshot.manifests if each.name == repository), None)
        if found is None:
            self.snapshot([repository])  # says which there are
            raise NotIndexedError(f"there is no repository `{repository}`")
        with self.writing(repository, wait=False):
            self._erase(equals("repository", repository))
        return found

    def erase_deleted(self) -> None:
        """Take away the bytes of all that pushes deleted, which no answer shows any more."""
        self._erase()

    def _erase(self, where: str = "") -> None:
        for name in (CHUNKS, VOCABULARY):
            upkeep.erase(self.url, self.open(name), name, where)

    def retried(self, table: Any, step: Callable[[Any], Result]) -> Result:
        """Run a step that writes, again where others wrote in between; see `tables.retried`."""
        return tables.retried(self.url, table, step)

    def tidy(self) -> bool:
        """Put small files together and bring indexes up to date; tell whether that was due."""
        due = [upkeep.tidy(self.url, self.open(name), name) for name in (CHUNKS, VOCABULARY)]
        return any(due)


@contextmanager
def _unless_made() -> Iterator[None]:
    """Ignore that a table exists already: another process may have made it meanwhile."""
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        if "already exists" not in str(error) and "onflict" not in str(error):
            raise


def _no_repository(
    manifests: Sequence[Manifest], repositories: Sequence[str], url: str
) -> NotIndexedError:
    """Make the error that none of these repositories is there, with those that are."""
    if not manifests:
        hint = f"type `searchkit push PATH --to {url}`"
        return NotIndexedError(f"there is no repository in `{url}`", hint)
    wanted = " or ".join(f"`{name}`" for name in repositories)
    there = ", ".join(f"`{each.name}`" for each in manifests[:10])
    return NotIndexedError(f"there is no repository {wanted} in `{url}`", f"it holds {there}")


def _chosen(manifests: Sequence[Manifest], globs: Collection[str]) -> tuple[Manifest, ...]:
    for glob in globs:
        if not glob.strip():
            raise QueryError("the name of a repository is empty", "give `--repo NAME`")
    return tuple(
        each
        for each in manifests
        if not globs or any(fnmatch.fnmatchcase(each.name, glob) for glob in globs)
    )
