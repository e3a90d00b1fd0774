"""Asks each side of a shared index for candidates to rank.

Lance finds more candidates than are needed. They are scored here by their terms and vectors, as in
a local catalog, so that both give the same order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from searchkit.embedders import calibration_of
from searchkit.query import Filter, Query
from searchkit.ranking.ranked import Ranked, by_side
from searchkit.search import lexical
from searchkit.search.candidates import CANDIDATES, Candidates, refuse_unjudged
from searchkit.search.prefixes import without_prefixes
from searchkit.search.query_vector import QueryVector, Vector
from searchkit.team import rows, tables
from searchkit.team.candidate_rows import counts, is_among_few, name_chunk, position
from searchkit.team.index import Snapshot
from searchkit.team.label import labelled
from searchkit.team.manifest import Manifest
from searchkit.team.meaning import add_meaning
from searchkit.team.nearest import nearest
from searchkit.team.row_reader import RepositorySource, RowReader, Verify
from searchkit.team.schema import CHUNK
from searchkit.team.sides import Found, Named, best
from searchkit.team.storage import faults
from searchkit.team.where import among, conditions, equals, keys, paths, refuse_unknown
from searchkit_index.catalog.vectors import in_turn, lot_ends
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError

# Lance is asked for so many times the candidates that are wanted: it scores by frequencies and
# lengths of its own, and the best by ours are among these.
_DEEPER = 2

# Chunks that the index of vectors is asked for at first.
_FIRST = CANDIDATES + CANDIDATES // 4


class TeamSearcher:
    """Asks one snapshot of a shared index with one model.

    Args:
        snapshot: The tables, and the repositories to ask.
        embedder: The model; None to ask by words only.
        verify: Checks the keys of chunks of a repository before they are shown.

    Attributes:
        embedder: The model, or None.
        reader: Reads whole rows.
        calibration: What was fitted to the scores of the model; None where nobody did.
    """

    def __init__(
        self, snapshot: Snapshot, embedder: Embedder | None, verify: Verify = lambda _, keys: None
    ) -> None:
        self._snapshot, self.embedder = snapshot, embedder
        self.reader = RowReader(snapshot, verify)
        self._ordered: Sequence[Mapping[str, Any]] = ()
        self.calibration = calibration_of(embedder) if embedder else None

    def candidates(self, query: Query, vector: QueryVector, limit: int) -> list[Candidates]:
        """Find the candidates of each side.

        Args:
            query: What to look for.
            vector: The vector of its text.
            limit: How many hits are wanted.

        Returns:
            The candidates of both sides, for each repository that has any.

        Raises:
            QueryError: A language is unknown, or the filter is one that a shared index has not.
            ModelError: The model cannot be read or run.
            StorageError, CatalogError: As their names say.
        """
        if query.mode != "lexical":
            refuse_unjudged(query.filter, self.embedder)
        depth = max(CANDIDATES, 2 * limit)
        terms = lexical.asked_terms(without_prefixes(query.text))
        with faults(self._snapshot.url):
            frequencies = tables.in_thread(partial(self._frequencies, terms))
            where, sides = self._where(query.filter), {}
            if query.mode != "semantic":
                by_words = partial(self._lexical, frequencies, depth, where)
                sides["lexical"] = tables.in_thread(by_words)
            if query.mode != "lexical" and self.embedder and self._embedded():
                asked, ours = vector.of(self.embedder), self._of_model(where)
                sides["semantic"] = tables.in_thread(partial(self._semantic, asked, depth, ours))
            found = Found.of({side: ended() for side, ended in sides.items()})
            ranked = self._ranked(found, frequencies())
        if ranked and self.embedder and "semantic" in found.sides:
            add_meaning(ranked, self._snapshot, self._embedded(), self.embedder, vector)
        return ranked

    def holds(self, filter: Filter) -> bool:
        """Tell whether any chunk may answer; raise QueryError for a filter that cannot be."""
        with faults(self._snapshot.url):
            where = self._where(filter)
            met = [equals("state", CHUNK), *([where] if where else [])]
            return next(self._read(["key"], met), None) is not None

    def at(self, repository: str, path: str, line: int) -> tuple[Vector, frozenset[str]]:
        """Find the chunk at a line of a file.

        Args:
            repository: The name of its repository.
            path: Path of the file in that repository.
            line: A line, from 1.

        Returns:
            Its vector, and the keys of all chunks that hold the line.

        Raises:
            QueryError: Nothing was pushed for that place, or it has no vector of this model.
        """
        met = (equals("repository", repository), equals("path", path), equals("state", CHUNK))
        with faults(self._snapshot.url):
            rows_ = tables.records(
                self._snapshot.chunks, ["key", "label", "vector"], " AND ".join(met)
            )
        said = (labelled(row, self._snapshot.url) for row in rows_)
        here = sorted(said, key=lambda row: row["ordinal"])
        here = [row for row in here if line <= row["end_line"]]
        if not here or line < 1:
            raise QueryError(
                f"nothing was pushed for `{repository}/{path}:{line}`",
                "give a place as a hit names it",
            )
        if here[0]["vector"] is None or repository not in self._embedded():
            raise QueryError(
                f"`{repository}/{path}:{line}` has no vector of the model that is asked with",
                "ask by words instead: `searchkit query`",
            )
        same = [row["key"] for row in here if row["start_line"] <= here[0]["end_line"]]
        return np.asarray(here[0]["vector"], np.float32), frozenset(same)

    def nearest(
        self, vector: Vector, filter: Filter, limit: int, without: frozenset[str] = frozenset()
    ) -> list[Candidates]:
        """Find the chunks that are nearest to a vector, by their cosines.

        Args:
            vector: float32, `(dimension,)`, length 1.
            filter: Which chunks may answer.
            limit: At most so many.
            without: Keys of chunks that may not.

        Returns:
            The candidates, for each repository that has any.

        Raises:
            QueryError: A language is unknown, or the filter is one that a shared index has not.
        """
        refuse_unjudged(filter, self.embedder, alike=True)
        with faults(self._snapshot.url):
            where = self._of_model(self._where(filter))
            if without:
                others = f"NOT {among('key', without)}"
                where = f"{where} AND {others}" if where else others
            found = Found.of({"semantic": self._semantic(vector, limit, where)})
        return self._ranked(found, {})

    def key_of(self, chunk_id: int) -> str:
        """Return the key of a chunk that is shown, by the id that it has in this answer."""
        return self.reader.key_of(self._ordered[chunk_id])

    def is_of_model(self, manifest: Manifest) -> bool:
        """Tell whether the vectors of a repository are of the model that is asked with."""
        return self.embedder is not None and manifest.fingerprint == self.embedder.fingerprint

    def _of_model(self, where: str) -> str:
        if len(self._embedded()) == self._snapshot.count:
            return where
        return " AND ".join(filter(None, (where, among("repository", self._embedded()))))

    @property
    def size(self) -> int:
        """How many chunks the repositories hold."""
        return sum(each.chunks for each in self._snapshot.manifests)

    def _embedded(self) -> list[str]:
        """List the repositories whose vectors are of the model that is asked with."""
        return [each.name for each in self._snapshot.manifests if self.is_of_model(each)]

    def _where(self, filter: Filter) -> str:
        """Write which rows may answer, in SQL; "" where all of them may.

        A condition that every row meets is left out: Lance would check each row for it.
        """
        refuse_unknown(filter)
        known = [name for each in self._snapshot.manifests for name in each.languages]
        met = list(self._ours())
        met += conditions(filter, lambda: known)
        chunks = [equals("state", CHUNK), *met]
        narrowed = paths(filter, lambda: {path for (path,) in self._read(["path"], chunks)})
        narrowed += keys(filter, lambda: self._read(["key", "text"], [*chunks, *narrowed]))
        return " AND ".join([*met, *narrowed])

    def _ours(self) -> Iterator[str]:
        if len(self._snapshot.manifests) < self._snapshot.count:
            yield among("repository", [each.name for each in self._snapshot.manifests])

    def _read(self, columns: Sequence[str], met: Sequence[str]) -> Iterator[Any]:
        """Yield columns of each chunk that meets all conditions."""
        where = " AND ".join(met)
        yield from tables.values(self._snapshot.chunks, columns, where, size=rows.BATCH)

    def _frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Count the chunks that hold each term, of all the repositories together."""
        counts = dict.fromkeys(terms, 0)
        if terms:
            where = " AND ".join((among("term", terms), *self._ours()))
            for term, count in tables.values(self._snapshot.vocabulary, ["term", "chunks"], where):
                counts[term] += max(0, count)
        return counts

    def _lexical(self, counted: Callable[[], Mapping[str, int]], depth: int, where: str) -> Named:
        """Find chunks by BM25 over the frequencies of all repositories, with the best first."""
        frequencies = counted()
        telling = lexical.telling(frequencies)
        if not telling:
            return []
        ends = lot_ends(_DEEPER * CANDIDATES, _DEEPER * depth)
        found = self._matching(telling, where, ends[-1])
        scores = self._scored(found, telling, frequencies)
        scores = in_turn(scores, np.searchsorted(ends, np.arange(len(scores)), "right"))
        kept = scores >= np.sort(scores)[-depth:][:1]
        ids = found["_rowid"].to_numpy()[kept]
        return best(self._labelled(ids.tolist()), scores[kept], depth)

    def _matching(self, terms: Sequence[str], where: str, most: int) -> Any:
        """Find the rows that hold any of the terms, the best first by Lance's own score."""
        from lance.query import MatchQuery

        return self._snapshot.chunks.to_table(
            columns=["terms", "length", "_score"],
            full_text_query=MatchQuery(" ".join(terms), "terms"),
            filter=where or None,
            prefilter=True,
            limit=most,
            with_row_id=True,
        )

    def _scored(
        self, found: Any, terms: Sequence[str], frequencies: Mapping[str, int]
    ) -> "np.ndarray[Any, Any]":
        """Score rows, as shares of the most that the question could reach."""
        held = [frequencies[term] for term in terms]
        mean = sum(each.terms for each in self._snapshot.manifests) / max(self.size, 1)
        stored = found["terms"].to_pylist()
        times = np.array([counts(each, terms) for each in stored]).reshape(-1, len(terms))
        scores = lexical.bm25(times, held, self.size, found["length"].to_numpy(), mean)
        return scores / lexical.reachable(frequencies, self.size)

    def _labelled(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """Read the labels of some rows, in the order of their ids."""
        found = tables.by_row_id(self._snapshot.chunks, ["label"], ids)
        return [labelled(row, self._snapshot.url) for row in found]

    def _semantic(self, vector: Vector, depth: int, where: str) -> Named:
        """Find chunks by cosine; ask for more while copies of the same text leave too few."""
        kept: list[Mapping[str, Any]] = []
        scores: list[float] = []
        turns: list[int] = []
        copies: dict[str, int] = {}
        for turn, lot in enumerate(self._lots(vector, where)):
            few = [(score, row) for score, row in lot if is_among_few(row, copies)]
            kept += [row for _, row in few]
            scores += [score for score, _ in few]
            turns += [turn] * len(few)
            if len(kept) >= depth:
                break
        return best(kept, in_turn(np.array(scores), np.array(turns)), depth)

    def _lots(self, vector: Vector, where: str) -> Iterator[Named]:
        """Yield rows in lots, each without those before: asked for more, Lance may drop some."""
        seen: set[int] = set()
        count = _FIRST
        while True:
            ids, cosines = nearest(self._snapshot, vector, count, where)
            fresh = [number for number, id_ in enumerate(ids) if id_ not in seen]
            rows_ = self._labelled([ids[each] for each in fresh])
            yield list(zip(cosines[fresh].tolist(), rows_, strict=True))
            if len(ids) < count:
                return
            seen.update(ids)
            count *= 2

    def _ranked(self, found: Found, frequencies: dict[str, int]) -> list[Candidates]:
        """Give the chunks ids in the order of their places, and group them by repository."""
        ordered = self._ordered = sorted(found.rows.values(), key=position)
        ids = {row["_rowid"]: number for number, row in enumerate(ordered)}
        sides = {
            side: [(ids[row], score) for row, score in scores.items()]
            for side, scores in found.sides.items()
        }
        chunks: dict[str, list[Ranked]] = defaultdict(list)
        ranked = by_side(sides)
        manifests = {each.name: each for each in self._snapshot.manifests}
        for number, chunk in ranked.items():
            name_chunk(chunk, ordered[number], manifests, self._snapshot.url)
            chunks[ordered[number]["repository"]].append(chunk)
        return [
            Candidates(
                RepositorySource(self.reader, manifests[name], ordered, self.calibration),
                some,
                {} if place else frequencies,
                0 if place else self.size,
            )
            for place, (name, some) in enumerate(sorted(chunks.items()))
        ]
