"""Asks one open catalog: what each of its sides finds, to be ranked.

Text is never a query language: it becomes lexical terms and a vector, whatever characters it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache, partial
from itertools import islice
from pathlib import Path, PurePosixPath

from searchkit.embedders import calibration_of
from searchkit.git.difference import changed_lines
from searchkit.hits.best_line import LineVectors
from searchkit.printable import shell_word
from searchkit.query import Filter, Query
from searchkit.ranking.question_language import question_language
from searchkit.ranking.rank import TOLD
from searchkit.ranking.ranked import CODE, Ranked, by_side
from searchkit.ranking.stop_words import stop_words
from searchkit.search import lexical
from searchkit.search.candidates import CANDIDATES, Candidates, refuse_unjudged
from searchkit.search.chunk_cache import ChunkCache
from searchkit.search.cited_lines import CitedLines
from searchkit.search.content_terms import ContentTerms
from searchkit.search.language_bias import LanguageBias
from searchkit.search.literals import phrases
from searchkit.search.near_words import NearWords
from searchkit.search.prefixes import stamp_phrases, without_prefixes
from searchkit.search.project_files import ProjectFiles
from searchkit.search.query_vector import QueryVector, Vector
from searchkit.search.selection import selected
from searchkit.search.spellings import otherwise
from searchkit_index.catalog.records import Model, Place
from searchkit_index.catalog.selection import Selection
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import VectorIndex
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError

# Lines that a question may give: `index.js:12` is one of many files. Each further one is meant for
# so much of the one before, but at least so much.
_CITED_LINES, _LATER, _LEAST = 16, 0.8, 0.6


class Searcher:
    """Asks one catalog with one model; for one thread at a time.

    Args:
        store: The catalog.
        embedder: The model.
        root: The indexed folder.

    Attributes:
        root: As given.
        calibration: Constants that were fitted to the scores of the model; None without any.
    """

    def __init__(self, store: Store, embedder: Embedder, root: Path = Path()) -> None:
        self._store = store
        self._embedder = embedder
        self.root = root
        self.calibration = calibration_of(embedder)
        self._known: Model | None = None
        self._vectors: VectorIndex | None = None
        self._bias: LanguageBias | None = None
        self._near_words: NearWords | None = None
        self._content = ContentTerms(store)
        self._chunks = ChunkCache(store)
        self._line_vectors = LineVectors(partial(embedder.encode, role="document"))

    def candidates(self, query: Query, vector: QueryVector, limit: int) -> Candidates:
        """Find what each side names, to be ranked.

        Args:
            query: What to look for.
            vector: The vector of its text.
            limit: How many hits are wanted.

        Returns:
            The candidates of both sides.

        Raises:
            QueryError: A language is unknown.
            ModelError: The model cannot be read or run.
        """
        if query.mode != "lexical":
            refuse_unjudged(query.filter, self._embedder)
        depth = max(CANDIDATES, 2 * limit)
        text = without_prefixes(query.text)
        terms = lexical.asked_terms(text)
        frequencies = dict.fromkeys(terms, 0) | self._store.chunks.frequencies(terms)
        sides: dict[str, list[tuple[int, float]]] = {}
        near: dict[str, dict[str, lexical.Near]] = {}
        with ExitStack() as stack:
            among = self._selection(query.filter, stack)
            # Words and vectors first: the model may still be reading its weights in a thread.
            if query.mode != "semantic":
                near = self._near(query, vector, frequencies)
                content = self._content.among(text, frequencies)
                typed = [[phrase] for phrase in phrases(text, frequencies)]
                typed += [[phrase] for phrase in stamp_phrases(query.text)]
                typed += otherwise(text, frequencies, self._store.chunks.frequencies)
                sides["lexical"] = self._lexical(content, near, typed, depth, among)
            if query.mode != "lexical" and self._sync_vectors():
                sides["semantic"] = self._semantic(vector.of(self._embedder), depth, among)
            found = list(self._with_names(by_side(sides)))
            if "lexical" in sides and (cited := self._cited(text, found, among)):
                found = self._led_by(cited, sides)
        size = self._chunks.count()
        cosines = None
        if "semantic" in sides:
            asked = vector.of(self._embedder)
            told = max((score for _, score in sides.get("lexical", ())), default=0.0)
            self._add_meaning(found, asked, told)
            cosines = self._line_vectors.compared_with(asked)
        return Candidates(self, found, frequencies, size, cosines, near)

    def _selection(self, filter: Filter, stack: ExitStack) -> Selection | None:
        if not filter.selects:
            return None
        selection = stack.enter_context(self._store.chunks.selecting(selected(self._store, filter)))
        if filter.difference:
            paths = (path for _, path, _ in self._store.chunks.indexed_files())
            folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
            selection.keep_lines(changed_lines(self.root, filter.difference, folders - {"."}))
        for pattern in filter.patterns:
            selection.keep(pattern.text if pattern.plain else pattern.matches)
        return selection

    def holds(self, filter: Filter) -> bool:
        """Tell whether any chunk may answer; raise QueryError for an unknown language."""
        with ExitStack() as stack:
            selection = self._selection(filter, stack)
            if selection is None:
                return self._chunks.count() > 0
            return not selection.empty

    def _cited(
        self, text: str, found: Sequence[Ranked], among: Selection | None
    ) -> dict[int, float]:
        """Find the chunks that a question gives by what is no word of theirs.

        They are at the lines that it gives, or say what it asks of a project as a whole. Their ids
        are given with how much each is meant.
        """
        cited, sought = CitedLines(text), ProjectFiles(text)
        meant = self._at_lines(cited, found) if cited else {}
        if sought:
            every = (path for _, path, _ in self._store.chunks.indexed_files())
            meant |= dict.fromkeys(sought.chunks(every, self._store.chunks.places_in), 1.0)
        allowed = among.of(list(meant)) if among and meant else meant
        return {id_: meant[id_] for id_ in allowed}

    def _at_lines(self, cited: CitedLines, found: Sequence[Ranked]) -> dict[int, float]:
        """Find the chunks at lines, the first meant most; files that were found come first."""
        paths = dict.fromkeys(chunk.path for chunk in found)
        files = (path for _, path, _ in self._store.chunks.indexed_files())
        paths |= dict.fromkeys(path for path in files if path.rpartition("/")[2] in cited.names)
        places = cache(self._store.chunks.places_in)
        at = [
            here[0].chunk_id
            for path, line in islice(cited.within(paths), _CITED_LINES)
            for here in _from_lines(places(path), [line])
        ]
        return {id_: max(_LATER**turn, _LEAST) for turn, id_ in enumerate(dict.fromkeys(at))}

    def _led_by(
        self, cited: Mapping[int, float], sides: dict[str, list[tuple[int, float]]]
    ) -> list[Ranked]:
        """Put chunks before all that words found: they quote the question as a whole."""
        others = (scored for scored in sides["lexical"] if scored[0] not in cited)
        sides["lexical"] = [*cited.items(), *others]
        found = list(self._with_names(by_side(sides)))
        for chunk in found:
            chunk.cited = cited.get(chunk.chunk_id, 0.0)
        return found

    def _with_names(self, found: dict[int, Ranked]) -> Iterator[Ranked]:
        """Add names to what was found; what is gone since is left out."""
        for named in self._chunks.names(list(found)):
            ranked = found[named.chunk_id]
            ranked.path, ranked.symbol, ranked.kind = named.path, named.symbol, named.kind
            ranked.natural_language, ranked.digest = named.natural_language, named.digest
            yield ranked

    def _add_meaning(self, found: Sequence[Ranked], vector: Vector, told: float) -> None:
        """Set the bias of chunks, and how near the beginnings of their files are to a question.

        Args:
            found: Chunks with their names.
            vector: The vector of the question.
            told: The best lexical score of any.
        """
        if self._bias and self.calibration and self.calibration.language:
            self._bias.set_biases(found, vector)
        model = self._model()
        if model and self.calibration and self.calibration.opening and told < TOLD:
            code = [chunk for chunk in found if chunk.kind in CODE]
            openings = self._chunks.openings(model, code)
            for chunk in code:
                if (opening := openings.get(chunk.path)) is not None:
                    chunk.opening = float(opening @ vector)

    def expect(self, chunk_ids: Sequence[int]) -> None:
        """Do nothing: each chunk is a look-up of its own."""

    def copies(self, chunk_ids: Sequence[int]) -> Mapping[int, int]:
        """Return how many other chunks hold what each chunk holds, by their ids."""
        return self._store.chunks.copies(chunk_ids)

    def places(self, chunk_ids: Sequence[int]) -> Mapping[int, Place]:
        """Return files, lines and texts of chunks, by their ids."""
        return self._store.chunks.places(chunk_ids)

    def in_file(self, path: str) -> frozenset[int]:
        """Return the ids of all chunks of a file, by its path relative to the root."""
        return frozenset(place.chunk_id for place in self._store.chunks.places_in(path))

    def at(self, path: str, line: int) -> tuple[Vector, frozenset[int]]:
        """Find the chunk at a line of a file.

        Args:
            path: The path of the file, relative to the root.
            line: From 1.

        Returns:
            Its vector, and the ids of all chunks that hold the line.

        Raises:
            QueryError: Nothing is indexed at that place.
            ModelError: It is not embedded yet, and the model cannot be read or run.
        """
        places = self._store.chunks.places_in(path)
        here = next(_from_lines(places, [line]), None)
        if here is None:
            raise self._nothing_at(path, line, places)
        same = {place.chunk_id for place in here if place.start_line <= here[0].end_line}
        return self._vector_of(here[0]), frozenset(same)

    def _nothing_at(self, path: str, line: int, places: Sequence[Place]) -> QueryError:
        file = self.root / path
        if file.is_dir():
            return QueryError(f"`{file}` is a folder", "name a file in it")
        if not places:
            why = f"type `searchkit status {shell_word(file)}` to see why"
            return QueryError(f"nothing is indexed at `{path}:{line}`", why)
        last = max(place.end_line for place in places)
        return QueryError(
            f"line {line:,} of `{path}` is not indexed", f"give one from 1 to {last:,}"
        )

    def _vector_of(self, place: Place) -> Vector:
        model = self._model()
        stored = model and self._store.embeddings.vector_of(model.id, place.chunk_id)
        return self._embedder.encode([place.text], "document")[0] if stored is None else stored

    def nearest(
        self, vector: Vector, filter: Filter, limit: int, without: frozenset[int] = frozenset()
    ) -> Candidates:
        """Find the chunks that are nearest to a vector, by their cosines.

        Args:
            vector: float32, `(dimension,)`, length 1.
            filter: Which chunks may answer.
            limit: At most so many.
            without: Ids of chunks that may not.

        Returns:
            The candidates, best first.

        Raises:
            QueryError: A language is unknown.
        """
        refuse_unjudged(filter, self._embedder, alike=True)
        with ExitStack() as stack:
            among = self._selection(filter, stack)
            found = self._semantic(vector, limit + len(without), among)
        others = [(chunk_id, score) for chunk_id, score in found if chunk_id not in without]
        ranking = list(by_side({"semantic": others[:limit]}).values())
        return Candidates(self, ranking, {}, self._chunks.count())

    def _model(self) -> Model | None:
        """Return the model as the catalog knows it; None if it has no vectors of it."""
        if self._known is None:
            read = self._store.embeddings
            for model in read.models():
                if model.fingerprint == self._embedder.fingerprint:
                    self._known = model
                    self._vectors = VectorIndex(self._store, model.id, model.dimension)
                    self._bias = LanguageBias(
                        partial(read.of_languages, model.id), partial(read.generation, model.id)
                    )
                    if self.calibration and self.calibration.finds_near_words:
                        self._near_words = NearWords(self._store, model, self.calibration.near)
        return self._known

    def _sync_vectors(self) -> bool:
        """Bring the vectors in memory up to date; tells whether there are any of this model."""
        if self._model() is None or self._vectors is None:
            return False
        self._vectors.sync()
        return True

    def _semantic(
        self, vector: Vector, depth: int, among: Selection | None
    ) -> list[tuple[int, float]]:
        """Find chunks by cosine; ask for more vectors while deleted ones take their places."""
        model = self._model()
        if model is None or self._vectors is None or not self._sync_vectors():
            return []
        allowed = among.vectors(model.id) if among else None
        count = depth + depth // 4
        while True:
            found = self._vectors.search(vector, count, allowed)
            alive = self._chunks.of_vectors(found.ids.tolist(), among)
            ranking = [
                (chunk_id, float(score))
                for vector_id, score in zip(found.ids.tolist(), found.scores, strict=True)
                for chunk_id in alive.get(vector_id, ())
            ]
            if len(ranking) >= depth or len(found.ids) < count:
                return ranking[:depth]
            count *= 2

    def _near(
        self, query: Query, vector: QueryVector, frequencies: Mapping[str, int]
    ) -> dict[str, dict[str, lexical.Near]]:
        """Find words that stand for the terms of the question that are nowhere."""
        idle = stop_words(question_language(query.text))
        missing = [term for term, held in frequencies.items() if not held and term not in idle]
        if query.mode == "lexical" or not missing or self._model() is None or not self._near_words:
            return {}
        vector.of(self._embedder)  # until the thread that does this is done with the model
        near = self._near_words.of(query.text, missing, partial(vector.of_words, self._embedder))
        others = {word for words in near.values() for word in words} - frequencies.keys()
        held = self._store.chunks.frequencies(others)
        counted = {
            term: {
                word: lexical.Near(held[word], likeness)
                for word, likeness in words.items()
                if word in held
            }
            for term, words in near.items()
        }
        return {term: words for term, words in counted.items() if words}

    def _lexical(
        self,
        frequencies: Mapping[str, int],
        near: Mapping[str, Mapping[str, lexical.Near]],
        typed: Sequence[Sequence[str]],
        depth: int,
        among: Selection | None,
    ) -> list[tuple[int, float]]:
        """Find chunks by BM25, as a part of what a chunk full of all the terms would reach.

        What a question spells as code does, or in one of many ways, counts as a further term: each
        number of `1.2.0` or of a date is in many chunks.
        """
        size = self._chunks.count()
        terms, factors = lexical.sought_terms(frequencies, near, size)
        most = lexical.reachable(frequencies, size)
        look_up = partial(self._store.chunks.lexical, weights=lexical.FIELD_WEIGHTS, among=among)
        found = look_up(terms, limit=depth, factors=factors)
        if typed:
            scores = dict(found)
            for phrases_of_one in typed:
                holding = look_up(phrases_of_one, limit=depth)
                reached, factor = lexical.phrase_weights(size, len(holding))
                most += reached * bool(holding)
                for chunk_id, score in holding:
                    scores[chunk_id] = scores.get(chunk_id, 0.0) + factor * score
            found = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:depth]
        return [(chunk_id, score / most) for chunk_id, score in found]


def _from_lines(places: Sequence[Place], lines: Iterable[int]) -> Iterator[list[Place]]:
    """Yield for each line the chunks of its file that end there or below, if there are any."""
    for line in lines:
        here = [place for place in places if 0 < line <= place.end_line]
        if here:
            yield here
