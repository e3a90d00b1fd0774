"""Keeps a catalog open once for each thread that asks; reopens it after erasure or a fork."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from searchkit.embedders import refuse_other_models
from searchkit.indexes.pool import Pool
from searchkit.search.searcher import Searcher
from searchkit.wording import never_indexed
from searchkit_index.catalog.connection import identity
from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Session:
    """A catalog that is open for one thread at a time.

    Attributes:
        store: The catalog.
        searcher: Asks it.
        identity: Tells its file from a later one of the same name.
    """

    store: Store
    searcher: Searcher
    identity: tuple[int, int]


class Sessions(Pool[Session]):
    """The open sessions of one catalog, which need not be there yet.

    Borrowing one raises NotIndexedError while the catalog is not there, and whatever opening it
    raises.

    Args:
        catalog: Its file.
        root: The folder that it is of.
        embedder: The model to ask with.
    """

    def __init__(self, catalog: Path, root: Path, embedder: Embedder) -> None:
        super().__init__(
            partial(_open_session, catalog, root, embedder),
            lambda session: not session.store.lacks_room and session.identity == identity(catalog),
            lambda session: session.store.close(),
        )
        self._embedder = embedder

    @contextmanager
    def asking(self) -> Iterator[Searcher]:
        """Lend a searcher; what it reads stays the same meanwhile, even if others write.

        Yields:
            The searcher.

        Raises:
            NotIndexedError: The folder was never indexed.
            ModelError: It was indexed with other models only.
        """
        with self.borrow() as session, session.store.reading():
            held = [model.name for model in session.store.embeddings.models()]
            refuse_other_models(self._embedder, held)
            yield session.searcher


def _open_session(catalog: Path, root: Path, embedder: Embedder) -> Session:
    found = identity(catalog)
    if found is None:
        raise never_indexed(root)
    store = Store(catalog)
    return Session(store, Searcher(store, embedder, root), found)
