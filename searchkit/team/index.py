"""Holds a shared index: which repositories are in it, and its tables as they are right now."""

import fnmatch
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from searchkit.team import schema
from searchkit.team.lease import lease
from searchkit.team.manifest import Manifest, check_name
from searchkit.team.schema import CHUNKS, LEASES, MANIFEST, VOCABULARY
from searchkit.team.storage import ConflictError, address, connect, faults, library
from searchkit.team.where import equals
from searchkit_index.errors import ModelError, NotIndexedError, QueryError

if TYPE_CHECKING:
    from lancedb.db import DBConnection

Result = TypeVar("Result")

# A query that scans a table has to name a limit: more rows than any table has.
EVERY = (1 << 31) - 1

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of a shared index at one moment.

    Attributes:
        url: Where it is.
        chunks: The table of chunks, at one version whatever others write.
        vocabulary: The table of terms.
        dimension: Of the vectors.
        manifests: Of the repositories that are asked, by name.
    """

    url: str
    chunks: Any
    vocabulary: Any
    dimension: int
    manifests: tuple[Manifest, ...]


class SharedIndex:
    """Chunks of many repositories in one place; safe to use from several threads.

    Args:
        url: A folder, or `s3://`, `gs://` or `az://` and what follows.

    Raises, from every method: QueryError, ConfigError, StorageError, CatalogError.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self._connection: DBConnection | None = None

    @property
    def connection(self) -> "DBConnection":
        """The place, opened at first need."""
        if self._connection is None:
            self._connection = connect(self.url)
        return self._connection

    def snapshot(self, repositories: Sequence[str] = ()) -> Snapshot:
        """Look at the tables as they are now.

        Args:
            repositories: Names, or globs of names; none for all.

        Returns:
            The tables, with the repositories that match.

        Raises:
            NotIndexedError: There is no shared index, or no repository matches.
            CatalogNewerError, CatalogDamagedError: It is of a later version, or none of ours.
        """
        with faults(self.url):
            chunks, dimension = self._opened(CHUNKS)
            vocabulary, _ = self._opened(VOCABULARY)
            manifests = self._manifests(chunks)
        chosen = _chosen(manifests, repositories)
        if not chosen:
            wanted = " or ".join(f"`{name}`" for name in repositories) or "any"
            there = ", ".join(f"`{each.name}`" for each in manifests[:10]) or "nothing"
            raise NotIndexedError(
                f"there is no repository {wanted} in `{self.url}`", f"it holds {there}"
            )
        return Snapshot(self.url, chunks, vocabulary, dimension, chosen)

    def _manifests(self, chunks: Any) -> tuple[Manifest, ...]:
        found = chunks.search().where(equals("state", MANIFEST)).select(["text"]).limit(EVERY)
        newest: dict[str, Manifest] = {}
        for row in found.to_list():
            manifest = Manifest.read(row["text"], self.url)
            known = newest.get(manifest.name)
            if known is None or known.generation < manifest.generation:
                newest[manifest.name] = manifest
        return tuple(newest[name] for name in sorted(newest))

    def open(self, table: str) -> Any:
        """Open a table at its newest version.

        Args:
            table: Its name.

        Returns:
            The table.

        Raises:
            NotIndexedError: There is no shared index.
        """
        with faults(self.url):
            return self._opened(table)[0]

    def _opened(self, name: str) -> tuple[Any, int]:
        if not self._is_there(name):
            raise NotIndexedError(
                f"there is no shared index at `{self.url}`",
                f"type `searchkit push PATH --to {self.url}`",
            )
        table = self.connection.open_table(name)
        return table, schema.check(name, table.schema, self.url)

    def _is_there(self, name: str) -> bool:
        if "://" not in self.url:  # to connect to a folder would make it
            return (Path(self.url) / f"{name}.lance").is_dir()
        return name in self.connection.list_tables(limit=1_000).tables

    def create(self, dimension: int) -> Any:
        """Open the table of chunks for a push; make all tables where there are none.

        Args:
            dimension: Of the vectors.

        Returns:
            The table.

        Raises:
            ModelError: Its vectors are of another dimension.
            StorageError: The place is not there, or cannot be written to.
        """
        self._refuse_missing_folder()
        with faults(self.url):
            for name in (VOCABULARY, LEASES, CHUNKS):
                if not self._is_there(name):
                    self._make(name, dimension)
            table, there = self._opened(CHUNKS)
        if there != dimension:
            raise ModelError(
                f"`{self.url}` holds vectors of {there} numbers, the model makes {dimension}",
                "push with the model of the others, or to another place",
            )
        return table

    def _refuse_missing_folder(self) -> None:
        folder = Path(self.url)
        if "://" not in self.url and not folder.is_dir() and not folder.parent.is_dir():
            raise NotIndexedError(f"there is no folder `{folder.parent}`", "make it first")

    def _make(self, name: str, dimension: int) -> None:
        index = library().index
        with _unless_made():
            table = self.connection.create_table(name, schema=schema.schema_of(name, dimension))
            if name == VOCABULARY:
                table.create_index("term", config=index.BTree())
            if name == CHUNKS:
                for column in ("key", "passage"):
                    table.create_index(column, config=index.BTree())
                for column in ("repository", "state"):
                    table.create_index(column, config=index.Bitmap())
                table.create_index("terms", config=_full_text(index))

    @contextmanager
    def writing(self, repository: str, *, wait: bool = True) -> Iterator[None]:
        """Hold the right to write a repository; see `lease`."""
        with lease(lambda: self.open(LEASES), self.url, repository, wait=wait):
            yield

    def merge(self, table: Any, on: Sequence[str], batches: Iterator[Any], schema_: Any) -> None:
        """Write rows in one commit: those whose key is there are replaced, others added.

        Args:
            table: The table.
            on: The columns of the key.
            batches: The rows, some at a time.
            schema_: Of the rows.
        """
        import pyarrow as pa

        failed: list[BaseException] = []
        reader = pa.RecordBatchReader.from_batches(schema_, _kept_faults(batches, failed))
        merge = table.merge_insert(list(on)).when_matched_update_all().when_not_matched_insert_all()
        with faults(self.url):
            try:
                merge.execute(reader, on_bad_vectors="null")
            except Exception:
                if failed:  # the library passes on its text alone
                    raise failed[0] from None
                raise

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
            for name in (CHUNKS, VOCABULARY):
                self._erase(self.open(name), equals("repository", repository))
        return found

    def _erase(self, table: Any, where: str) -> None:
        """Delete rows, then write anew the files that they share with others, and drop the old."""
        shared = self.retried(table, lambda: _deleted(table, where))
        for inside in shared:
            self.retried(table, partial(table.update, where=inside, values_sql=_SAME))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # who is reading an older version asks again
            self.retried(table, partial(table.optimize, cleanup_older_than=timedelta(0)))

    def retried(self, table: Any, step: Callable[[], Result]) -> Result:
        """Run a step that writes, and run it again where others wrote in between.

        Args:
            table: The table, which the step finds at its newest version.
            step: Reads what is there, and writes.

        Returns:
            What the step returns.

        Raises:
            ConflictError: Others wrote each time.
        """
        for left in reversed(range(_TRIES)):
            with faults(self.url):
                table.checkout_latest()
            try:
                with faults(self.url):
                    return step()
            except ConflictError:
                if not left:
                    raise
        raise AssertionError


_SAME = {"repository": "repository"}


def _deleted(table: Any, where: str) -> list[str]:
    """Delete rows; returns which others have to be written anew, for their bytes to go."""
    before = table.version
    rows = table.search().where(where).select([]).with_row_id(True).limit(EVERY).to_arrow()
    files = sorted({row >> 32 for row in rows["_rowid"].to_pylist()})
    if table.delete(where).version != before + 1:  # somebody may have put files together meanwhile
        return ["true"]
    return [f"_rowid >= {file << 32} AND _rowid < {(file + 1) << 32}" for file in files]


def _full_text(index: Any) -> Any:
    """Describe the full-text index: `words.terms` has already split and folded."""
    return index.FTS(
        base_tokenizer="whitespace",
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        max_token_length=1_024,
        with_position=False,
    )


def _kept_faults(batches: Iterator[Any], failed: list[BaseException]) -> Iterator[Any]:
    try:
        yield from batches
    except Exception as error:
        failed.append(error)
        raise


@contextmanager
def _unless_made() -> Iterator[None]:
    """Let somebody else be the one who makes a table at the same moment."""
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        if "already exists" not in str(error) and "onflict" not in str(error):
            raise


def _chosen(manifests: Sequence[Manifest], globs: Collection[str]) -> tuple[Manifest, ...]:
    for glob in globs:
        if not glob.strip():
            raise QueryError("the name of a repository is empty", "give `--repo NAME`")
    return tuple(
        each
        for each in manifests
        if not globs or any(fnmatch.fnmatchcase(each.name, glob) for glob in globs)
    )
