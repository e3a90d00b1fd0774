"""Makes the next generation of a repository: rows come and go in one commit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from searchkit.team import rows, schema, tables
from searchkit.team.checkout import Checkout
from searchkit.team.index import SharedIndex
from searchkit.team.manifest import Manifest
from searchkit.team.storage import faults
from searchkit.team.where import among, chunks_of, equals
from searchkit_index.errors import CatalogBusyError, QueryError

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = 5_000  # in one condition
_TERMS = 20_000  # in one batch of rows


@dataclass(frozen=True, slots=True)
class Generation:
    """What the table of chunks holds of a repository.

    Attributes:
        name: The repository's name.
        lengths: The terms of each chunk, by its key.
        paths: Paths of its files.
        manifest: What is known of the repository as a whole; None before the first push.
        doubled: Whether rows are there twice; then all of them are sent again.
    """

    name: str
    lengths: Mapping[str, int]
    paths: frozenset[str]
    manifest: Manifest | None
    doubled: bool = False

    @classmethod
    def of(cls, shared: SharedIndex, table: Any, name: str) -> Self:
        """Read what the table of chunks holds of a repository."""
        with faults(shared.url):
            found = list(tables.values(table, ["key", "length", "path"], chunks_of(name)))
            manifest = _manifest(shared, table, name)
        lengths = {key: length for key, length, _ in found}
        paths = frozenset(path for _, _, path in found)
        doubled = len(lengths) < len(found)
        return cls(name, {} if doubled else lengths, paths, manifest, doubled)

    def refuse_another(self, checkout: Checkout, paths: Collection[str]) -> None:
        """Refuse a folder that is another one than was pushed under this name.

        Args:
            checkout: What git says of the folder.
            paths: Paths of its files.

        Raises:
            QueryError: Its remote is another; or nobody knows, and no path is the same.
        """
        before = self.manifest
        if before is None:
            return
        whose, ours = f"{before.remote}/{before.prefix}", f"{checkout.remote}/{checkout.prefix}"
        known = bool(before.remote and checkout.remote)
        unlike = bool(self.paths) and self.paths.isdisjoint(paths)
        if (whose != ours) if known else unlike:
            of = f"`{whose.rstrip('/')}`" if before.remote else "another folder"
            raise QueryError(
                f"`{self.name}` was pushed from {of}",
                "choose another `--name`, or add `--replace` to push this in its place",
            )

    def commit_next(
        self, shared: SharedIndex, table: Any, files: Sequence[Any], gone: Sequence[str]
    ) -> None:
        """Commit the next generation.

        Args:
            shared: The shared index.
            table: Its table of chunks.
            files: New chunks and the new manifest, as `tables.write` gives them.
            gone: Keys of the chunks to delete.

        Raises:
            CatalogBusyError: Somebody else pushed the repository meanwhile.
        """
        change = tables.Change(files, list(self._deletions(gone)))

        def step(table: Any) -> None:
            if _manifest(shared, table, self.name) != self.manifest:
                raise CatalogBusyError(
                    f"another push of `{self.name}` was quicker", "push again to send what differs"
                )
            change.commit(table)

        shared.retried(table, step)

    def _deletions(self, gone: Sequence[str]) -> Iterator[str]:
        if self.doubled:
            yield equals("repository", self.name)
            return
        keys = [*gone, rows.manifest_key(self.name)]
        for start in range(0, len(keys), _KEYS):
            yield among("key", keys[start : start + _KEYS])


def _manifest(shared: SharedIndex, table: Any, name: str) -> Manifest | None:
    found = tables.values(table, ["text"], equals("key", rows.manifest_key(name)))
    read = [Manifest.read(text, shared.url) for (text,) in found]
    return max(read, key=lambda manifest: manifest.generation, default=None)


def set_vocabulary(shared: SharedIndex, name: str, counts: Mapping[str, int]) -> None:
    """Bring the table of terms up to a repository.

    Args:
        shared: The shared index.
        name: The repository's name.
        counts: For each term the number of its chunks that have it.
    """
    table = shared.open(schema.VOCABULARY)
    ours = equals("repository", name)
    with faults(shared.url):
        there = dict(tables.values(table, ["term", "chunks"], ours))
        changed = {term: count for term, count in counts.items() if there.get(term) != count}
        stale = [term for term in there if term in changed or term not in counts]
        if not changed and not stale:
            return
        of_terms = schema.schema_of(schema.VOCABULARY)
        files = tables.write(table, _term_rows(changed, name), of_terms)
    parts = range(0, len(stale), _KEYS)
    deleted = [f"{ours} AND {among('term', stale[at : at + _KEYS])}" for at in parts]
    shared.retried(table, tables.Change(files if changed else [], deleted).commit)


def _term_rows(counts: Mapping[str, int], repository: str) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    of_terms = schema.schema_of(schema.VOCABULARY)
    terms = list(counts)
    for start in range(0, len(terms), _TERMS):
        some = terms[start : start + _TERMS]
        columns = [
            pa.array([repository] * len(some), pa.string()),
            pa.array(some, pa.string()),
            pa.array([counts[term] for term in some], pa.int32()),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=of_terms)
