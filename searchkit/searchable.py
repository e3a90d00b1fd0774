"""Defines how to search: in the indexed folders of this machine, or in a shared index."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from searchkit import config
from searchkit.indexes.location import Location
from searchkit.indexes.path_status import PathStatus
from searchkit.indexes.scope import StrPath
from searchkit.query import Filter, Mode, Query
from searchkit.search.answer import Answer
from searchkit.status import Facets, Freshness, Status
from searchkit_index.embedder import Embedder


class Searchable(Protocol):
    """What a `Workspace` and a `Team` have in common; safe to use from several threads.

    A root is a folder, or the name of a repository in a shared index.
    """

    @property
    def settings(self) -> config.Settings:
        """Limits and budgets."""

    @property
    def embedder(self) -> Embedder:
        """The model that is asked with."""

    def close(self) -> None:
        """Let go of what is open; calls under way in other threads end as they would."""

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
        """Ask one root, several or all of them.

        Args:
            query: A text, or a whole query.
            within: Roots, or files and folders inside them; None for all.
            filter: Which chunks may answer.
            mode: Which sides to ask.
            limit: The most hits, of all roots together.
            refresh: Whether to index changes first, within the configured time; without effect on a
                shared index, which answers by what was pushed last.

        Returns:
            The hits of all roots, ranked as if they were one, each with its root. A root that
            cannot be asked stands among the faults of the answer, unless there is no other.

        Raises:
            QueryError: The query cannot be asked.
            RootError: There is no such file or folder as one in `within`.
            NotIndexedError: One in `within` was never indexed, or nothing is.
            ModelError: It is to be asked by meaning alone, and the model is not here.
            SignatureError: A repository was signed by none of the signers, or changed since.
            CatalogError, StorageError: As their names say, of the only root.
        """

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
        """Find places like the one at a line of a file, in any language.

        Args:
            path: An indexed file; of a shared index, the repository and the path in it.
            line: From 1.
            within: As for `search`; None for the file's own folder, or for all of a shared index.
            filter: As for `search`.
            limit: As for `search`.
            refresh: As for `search`.

        Returns:
            The hits, best first.

        Raises:
            QueryError: Nothing is indexed at that line, or the filter cannot be.
            RootError, NotIndexedError, ModelError, SignatureError, CatalogError, StorageError: As
                for `search`.
        """

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
        """Find places like a text or a piece of code that need not be in any file.

        Args:
            text: Text of any length; all parts of a long one count equally.
            without: A file to leave out, such as the one that the text is from; ignored by a shared
                index.
            within: As for `search`.
            filter: As for `search`.
            limit: As for `search`.
            refresh: As for `search`.

        Returns:
            The hits, best first.

        Raises:
            QueryError: The text is blank, or the filter cannot be.
            RootError, NotIndexedError, ModelError, SignatureError, CatalogError, StorageError: As
                for `search`.
        """

    def locate(self, path: StrPath) -> Location:
        """Find which root a path belongs to.

        Args:
            path: A file or a folder; of a shared index, the repository and the path in it, or the
                place of the whole index.

        Returns:
            Where it is.

        Raises:
            RootError: There is no such file or folder.
            QueryError: It is in no repository.
        """

    def roots(self) -> list[Path]:
        """Return every root, by path or name."""

    def refresh(self, root: Path, seconds: float | None = None) -> Freshness:
        """Index what changed, and tell what is left; see `Index.refresh`."""

    def status(self, root: Path) -> Status:
        """Tell what the index of a root holds; see `Index.status`."""

    def facets(self, roots: Sequence[Path] | None = None) -> Facets:
        """Tell what a search in these roots, or in all, can be narrowed to, with counts of files.

        Args:
            roots: The roots; None for all.

        Returns:
            Values with their numbers of files.

        Raises:
            NotIndexedError: One of them was never indexed.
        """

    def skipped(self, root: Path) -> list[tuple[str, str]]:
        """List the files that were looked at and are not indexed, and why; see `Index.skipped`."""

    def path_status(self, path: StrPath) -> PathStatus:
        """Tell whether a file or folder is indexed, or why not; links are not followed.

        Args:
            path: A file or a folder; of a shared index, the repository and the path in it.

        Returns:
            What its index knows.

        Raises:
            NotIndexedError: No folder that contains it was ever indexed.
            RootError: There is no such file or folder.
        """

    def warm(self, within: Sequence[Path]) -> None:
        """Read the model and parts of indexes, so that a first question in them need not wait."""
