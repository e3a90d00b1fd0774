"""Asks a shared index, and makes hits of what it finds."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchkit import config
from searchkit.hits.hit import Hit
from searchkit.indexes.scope import StrPath
from searchkit.query import Filter, Query
from searchkit.search.answer import nearest_hits, ranked_hits
from searchkit.search.query_vector import QueryVector, Vector
from searchkit.team import holdings
from searchkit.team.answer import TeamAnswer, own_checkouts, with_origin
from searchkit.team.index import SharedIndex, Snapshot
from searchkit.team.manifest import Manifest
from searchkit.team.row_reader import RowReader
from searchkit.team.searcher import TeamSearcher
from searchkit.team.verify import Verifier
from searchkit_index.catalog.records import Place
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogError, QueryError, SearchkitError

_TRIES = 3

OpenEmbedder = Callable[[Sequence[Manifest], str], Embedder | None]


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks some repositories of a shared index.

    Args:
        shared: The shared index.
        settings: Limits.
        open_embedder: Opens the model to ask with, for the repositories and the mode.
        repositories: Names, or globs of names; none for all.
        signers: Public keys of those whose pushes are trusted; none for whoever can write there.
        compare: Whether to say what differs in checkouts that are indexed here.
    """

    shared: SharedIndex
    settings: config.Settings
    open_embedder: OpenEmbedder
    repositories: Sequence[str] = ()
    signers: Collection[str] = ()
    compare: bool = True

    def search(self, query: Query) -> TeamAnswer:
        """Ask by words and by meaning.

        Args:
            query: What to look for.

        Returns:
            The hits of all repositories, ranked as if they were one.

        Raises:
            QueryError: The query cannot be asked.
            NotIndexedError: There is no shared index, or no such repository in it.
            ModelError: It is to be asked by meaning alone, and the model is not here.
            SignatureError: A repository was signed by none of the signers, or changed since.
            CatalogError, StorageError, ConfigError: As their names say.
        """
        asked = query.limited(self.settings.limit)
        assert asked.limit is not None
        limit, vector = asked.limit, QueryVector(asked.text)

        def find(searcher: TeamSearcher) -> list[Hit]:
            return ranked_hits(searcher.candidates(asked, vector, limit), asked, limit)

        return self._answer(find, asked.mode, asked.filter)

    def similar(
        self, place: tuple[str, str, int], filter: Filter, limit: int | None = None
    ) -> TeamAnswer:
        """Find places like the one at a line: of a repository, a path in it, a number from 1."""
        count = limit or self.settings.limit

        def find(searcher: TeamSearcher) -> list[Hit]:
            vector, same = searcher.at(*place)
            return nearest_hits(searcher.nearest(vector, filter, count, same), count, filter)

        return self._answer(find, "semantic", filter)

    def similar_to(
        self, vector_of: Callable[[Embedder], Vector], filter: Filter, limit: int | None = None
    ) -> TeamAnswer:
        """Find places like a text, whose vector `vector_of` makes."""
        count = limit or self.settings.limit

        def find(searcher: TeamSearcher) -> list[Hit]:
            assert searcher.embedder is not None  # or there would have been a `ModelError`
            found = searcher.nearest(vector_of(searcher.embedder), filter, count)
            return nearest_hits(found, count, filter)

        return self._answer(find, "semantic", filter)

    def lines(self, repository: str, path: str) -> dict[int, str]:
        """Return the lines of a file that were pushed, by their numbers; see `Team.lines`."""
        snapshot = self.shared.snapshot([repository])
        reader = RowReader(snapshot, Verifier(snapshot, self.signers))
        found: dict[int, str] = {}
        for row in reader.file(repository, path):
            text = row["text"].split("\n")
            found.update(enumerate(text, row["start_line"]))
        if not found:
            raise QueryError(f"`{repository}/{path}` was not pushed", "name a file as a hit does")
        return found

    def chunk(self, key: str) -> tuple[Path, Place]:
        """Return the repository of a chunk, and where it stands in it; see `Team.chunk`."""
        snapshot = self.shared.snapshot(self.repositories)
        found = RowReader(snapshot, Verifier(snapshot, self.signers)).chunk(key)
        if found is None:
            raise QueryError(f"there is no hit `{key}`", "search again: another was pushed since")
        return found

    def _answer(
        self, find: Callable[[TeamSearcher], list[Hit]], mode: str, filter: Filter
    ) -> TeamAnswer:
        for left in reversed(range(_TRIES)):
            snapshot = self.shared.snapshot(self.repositories)
            try:
                return self._found(find, snapshot, mode, filter)
            except CatalogError:  # the files of a snapshot may be tidied away meanwhile
                if not left:
                    raise
                time.sleep(0.1)
        raise AssertionError

    def _found(
        self,
        find: Callable[[TeamSearcher], list[Hit]],
        snapshot: Snapshot,
        mode: str,
        filter: Filter,
    ) -> TeamAnswer:
        embedder = self.open_embedder(snapshot.manifests, mode)
        searcher = TeamSearcher(snapshot, embedder, Verifier(snapshot, self.signers))
        hits = find(searcher)
        missing = None if hits else self._unmet(searcher, snapshot, filter)
        manifests = {Path(each.name): each for each in snapshot.manifests}
        used = {hit.root for hit in hits} if self.compare else set()
        own = own_checkouts([manifests[root] for root in used])
        others = [each.name for each in snapshot.manifests if not searcher.is_of_model(each)]
        return TeamAnswer(
            tuple(
                with_origin(
                    hit,
                    searcher.key_of(hit.chunk_id),
                    manifests[hit.root],
                    own.get(manifests[hit.root].name),
                )
                for hit in hits
            ),
            (),
            unmet=missing,
            url=snapshot.url,
            repositories=snapshot.manifests,
            by_words=() if mode == "lexical" else tuple(others),
            own=own,
        )

    @staticmethod
    def _unmet(searcher: TeamSearcher, snapshot: Snapshot, filter: Filter) -> SearchkitError | None:
        """Explain why nothing was found, where a filter is why."""
        from searchkit.search.unmet import unmet

        def holds(_: Path, part: Filter) -> bool:
            return searcher.holds(part)

        return unmet({Path(): filter}, holds, lambda: holdings.facets(snapshot))


def part_of(manifests: Sequence[Manifest], path: StrPath) -> tuple[str, str]:
    """Tell which repository a path belongs to.

    Args:
        manifests: The repositories.
        path: The name of one, or a path that begins with it.

    Returns:
        The name, and the path inside of it; "" for all of it.

    Raises:
        QueryError: It begins with the name of none.
    """
    plain = Path(path).as_posix()
    for name in sorted((each.name for each in manifests), key=len, reverse=True):
        if plain == name or plain.startswith(f"{name}/"):
            return name, plain[len(name) + 1 :]
    there = ", ".join(f"`{each.name}`" for each in manifests[:10])
    raise QueryError(f"`{path}` is in no repository", f"begin it with one of {there}")


def narrowed(
    manifests: Sequence[Manifest], paths: Sequence[StrPath], filter: Filter
) -> tuple[list[str], Filter]:
    """Tell which repositories are meant, and narrow a filter to parts of one.

    Args:
        manifests: The repositories that there are.
        paths: Names of some, or paths in one of them; at least one.
        filter: What else may answer.

    Returns:
        The names, and the filter.

    Raises:
        QueryError: A path is in none of them, or parts of several are asked for, or nothing is
            left.
    """
    parts = [part_of(manifests, path) for path in paths]
    names = list(dict.fromkeys(name for name, _ in parts))
    if not any(inside for _, inside in parts):
        return names, filter
    if len(names) > 1:
        raise QueryError(
            "parts of several repositories cannot be asked at once", "name one of them"
        )
    found = filter.inside([inside for _, inside in parts])
    if found is None:
        raise QueryError("no path is below both what is asked and the filter", "drop one")
    return names, found
