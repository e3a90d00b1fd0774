"""A question put to an open catalog: both sides asked, fused, and told as hits.

Text is never a query language: it becomes lexical terms and a vector, whatever characters it holds.
"""

import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from searchkit.embedders import calibration_of
from searchkit.ranking.aside import is_test
from searchkit.ranking.confidence import confidence, likeness
from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Part, Ranked, Weights, by_side, rank
from searchkit_index import words
from searchkit_index.catalog.records import Place
from searchkit_index.catalog.store import Store
from searchkit_index.catalog.vectors import VectorIndex
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError
from searchkit_index.walk import ignore

Mode = Literal["hybrid", "semantic", "lexical"]
Kind = Literal["definition", "code", "prose", "data", "test"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Each side names at least so many candidates before they are ranked.
_CANDIDATES = 200

# Symbol path, path and body: names say more of a chunk than a word inside it, and a path is short.
_FIELD_WEIGHTS = (2.0, 4.0, 1.0)

# BM25 visits every chunk that holds a term, at about half a microsecond each: the rarest terms come
# first, and the common ones are left out once so many chunks are due.
_POSTINGS = 8_000

# Distinct terms that are looked up, of a question however long.
_TERMS = 512

# FTS5's BM25 lets a term repeated for ever count for this much of its inverse document frequency.
_SATURATED = 2.2


@dataclass(frozen=True, slots=True)
class Query:
    """A question and where to look.

    Args:
        text: Any text.
        limit: At most so many hits.
        mode: Which sides to ask.
        languages: Only what is in these; any when empty. Programming languages and formats of
            prose (`python`, `markdown`) by the file, natural languages (`ja`, `japanese`) of prose.
            Of prose that both are asked for, both must fit.
        globs: Only paths that match one of these, in the syntax of ignore files; any when empty.
        under: Only paths below this folder, relative to the root; all when empty.
        kinds: Only chunks of these kinds; any when empty. Whatever stands in a test is of the kind
            `test`, and of no other unless that is asked for too.
        min_confidence: Only hits that are at least so likely about what is asked, 0 to 1.
    """

    text: str
    limit: int = 10
    mode: Mode = "hybrid"
    languages: Sequence[str] = ()
    globs: Sequence[str] = ()
    under: str = ""
    kinds: Sequence[Kind] = ()
    min_confidence: float = 0.0

    @property
    def narrowed(self) -> bool:
        """Whether only some of the chunks may answer."""
        return bool(self.languages or self.globs or self.under or self.kinds)


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer: these lines of this file.

    `path` is relative to the root, lines count from 1 and are inclusive, `symbol` is the path of
    names or headings (`Class > method`), `score` is comparable within one answer only. `parts`
    tells for each side that found it (`semantic`, `lexical`) at what rank and with what score;
    `shares`, which sum to the score, what each side and each rule of the ranking gave or took.
    `confidence`, 0 to 1, is how likely the hit is about what was asked at all; None where nobody
    fitted that to the model's scores. `natural_language`
    is what prose is written in, by its code of ISO 639-1, where that is sure.
    """

    path: str
    start_line: int
    end_line: int
    symbol: str
    language: str | None
    kind: str
    text: str
    score: float
    parts: dict[str, Part] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    natural_language: str | None = None


class Searcher:
    """Asks one catalog with one model, in one thread."""

    def __init__(self, store: Store, embedder: Embedder, weights: Weights | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._calibration = calibration = calibration_of(embedder)
        self._weights = weights or Weights()
        if calibration and self._weights.lexical is None:
            self._weights = replace(self._weights, lexical=calibration.lexical)
        self._model_id: int | None = None
        self._vectors: VectorIndex | None = None

    def search(self, query: Query) -> list[Hit]:
        """The best hits, best first.

        Raises:
            QueryError: The text is empty, or a language or kind is unknown here.
        """
        if not query.text.strip():
            raise QueryError("the question is empty", 'type `searchkit query "what you look for"`')
        if query.min_confidence > 0 and query.mode != "lexical" and not self._calibration:
            raise QueryError(
                f"how sure a hit is cannot be told of the model `{self._embedder.name}`",
                "ask without a least confidence, or by words alone",
            )
        self._narrow(query)
        depth = max(_CANDIDATES, 2 * query.limit)
        frequencies = self._frequencies(query.text)
        sides: dict[str, list[tuple[int, float]]] = {}
        # Words and vectors first: the model may still be reading its weights in another thread.
        if query.mode != "semantic":
            sides["lexical"] = self._lexical(frequencies, depth, query.narrowed)
        if query.mode != "lexical" and self._vectors_read():
            vector = self._embedder.encode([query.text], "query")[0]
            sides["semantic"] = self._semantic(vector, depth, query.narrowed)
        found = self._named(by_side(sides))
        ranking = rank(found, self._question(frequencies), self._weights)
        judged = [(it, confidence(it.parts, self._calibration)) for it in ranking]
        sure = [(it, sure) for it, sure in judged if (sure or 0.0) >= query.min_confidence]
        return self._hits(sure[: query.limit])

    def _frequencies(self, text: str) -> dict[str, int]:
        """The terms of a text, and in how many chunks each of them stands."""
        terms = list(dict.fromkeys(words.terms(text[:100_000])))[:_TERMS]
        return dict.fromkeys(terms, 0) | self._store.frequencies(terms)

    def _question(self, frequencies: Mapping[str, int]) -> Question:
        size = self._store.statistics.count("chunk")
        telling = {term: math.log1p(_odds(size, held)) for term, held in frequencies.items()}
        return Question(telling, [term for term, held in frequencies.items() if held])

    def _named(self, found: dict[int, Ranked]) -> Iterator[Ranked]:
        """What was found, with its names; what is gone since is left out."""
        for chunk_id, path, symbol, kind in self._store.names(list(found)):
            ranked = found[chunk_id]
            ranked.path, ranked.symbol, ranked.kind = path, symbol, kind
            yield ranked

    def similar(self, path: str, line: int, query: Query) -> list[Hit]:
        """Places like the chunk at `line` of `path`, none that holds this line.

        Raises:
            QueryError: Nothing is indexed at that place.
        """
        here = [place for place in self._store.places_in(path) if line <= place.end_line]
        if not here:
            raise QueryError(
                f"nothing is indexed at `{path}:{line}`", "type `searchkit status PATH` to see why"
            )
        same = {place.chunk_id for place in here if place.start_line <= here[0].end_line}
        self._narrow(query)
        found = self._semantic(self._vector_of(here[0]), query.limit + len(same), query.narrowed)
        others = [(chunk_id, score) for chunk_id, score in found if chunk_id not in same]
        ranking = by_side({"semantic": others[: query.limit]})
        for ranked in ranking.values():
            ranked.shares["semantic"] = ranked.parts["semantic"].score
        return self._hits(
            [
                (it, likeness(it.parts["semantic"].score, self._calibration))
                for it in ranking.values()
            ]
        )

    def _vector_of(self, place: Place) -> npt.NDArray[np.float32]:
        model_id = self._model()
        stored = None if model_id is None else self._store.vector_of(model_id, place.chunk_id)
        return self._embedder.encode([place.text], "document")[0] if stored is None else stored

    def _model(self) -> int | None:
        if self._model_id is None:
            for id_, fingerprint, _, dimension in self._store.models():
                if fingerprint == self._embedder.fingerprint:
                    self._model_id = id_
                    self._vectors = VectorIndex(self._store, id_, dimension)
        return self._model_id

    def _vectors_read(self) -> bool:
        """Whether there are vectors of this model; they are then in memory, as they stand now."""
        if self._model() is None or self._vectors is None:
            return False
        self._vectors.sync()
        return True

    def _semantic(
        self, vector: npt.NDArray[np.float32], depth: int, narrowed: bool
    ) -> list[tuple[int, float]]:
        """Chunks by cosine; deeper than asked while deleted vectors take the places of others."""
        model_id = self._model()
        if model_id is None or self._vectors is None or not self._vectors_read():
            return []
        allowed = self._store.narrowed_vectors(model_id) if narrowed else None
        while True:
            found = self._vectors.search(vector, depth, allowed)
            alive = self._store.chunks_of_vectors(found.ids.tolist(), narrowed)
            ranking = [
                (chunk_id, float(score))
                for vector_id, score in zip(found.ids.tolist(), found.scores, strict=True)
                for chunk_id in alive.get(vector_id, ())
            ]
            if len(alive) * 2 >= depth or len(found.ids) < depth:
                return ranking
            depth *= 2

    def _lexical(
        self, frequencies: Mapping[str, int], depth: int, narrowed: bool
    ) -> list[tuple[int, float]]:
        """Chunks by BM25, as a part of what a chunk full of all the terms would reach.

        A term that stands nowhere counts there as well: who is asked in a language that no text is
        in has little to say, though some word may stand in it by chance.
        """
        terms = _telling(frequencies)
        missing = [term for term, held in frequencies.items() if not held]
        size = self._store.statistics.count("chunk")
        reachable = sum(
            max(math.log(_odds(size, frequencies[term])), 1e-6) for term in (*terms, *missing)
        )
        found = self._store.lexical(terms, _FIELD_WEIGHTS, depth, narrowed)
        return [(chunk_id, score / (_SATURATED * reachable)) for chunk_id, score in found]

    def _narrow(self, query: Query) -> None:
        if query.narrowed:
            self._store.narrow(_allowed(self._store, query))

    def _hits(self, ranking: Sequence[tuple[Ranked, float | None]]) -> list[Hit]:
        """Hits of what was ranked, each with its confidence."""
        places = self._store.places([ranked.chunk_id for ranked, _ in ranking])
        # A chunk may be gone when another process refreshes between the two look-ups.
        return [
            _hit(places[ranked.chunk_id], ranked, sure)
            for ranked, sure in ranking
            if ranked.chunk_id in places
        ]


def _odds(size: int, held: int) -> float:
    """Chunks without a term for each one with it."""
    return max(size - held + 0.5, 0.5) / (held + 0.5)


def _telling(frequencies: Mapping[str, int]) -> list[str]:
    """The rarest terms that stand anywhere, as many as `_POSTINGS` allows, at least one."""
    chosen: list[str] = []
    postings = 0
    for term in sorted(filter(frequencies.get, frequencies), key=lambda t: (frequencies[t], t)):
        postings += frequencies[term]
        if chosen and postings > _POSTINGS:
            break
        chosen.append(term)
    return chosen


def _hit(place: Place, ranked: Ranked, sure: float | None) -> Hit:
    return Hit(
        path=place.path,
        start_line=place.start_line,
        end_line=place.end_line,
        symbol=place.symbol,
        language=place.language,
        kind=place.kind,
        text=place.text,
        score=ranked.score,
        parts=ranked.parts,
        shares=ranked.shares,
        confidence=sure,
        natural_language=place.natural_language,
    )


def _allowed(store: Store, query: Query) -> Iterator[tuple[int, str, str]]:
    """Files, kinds of the chunks in each, and what these are written in, that may answer."""
    files = list(store.indexed_files())
    asked = _languages(query.languages, store) if query.languages else None
    matches = _matches(query.globs)
    prefix = query.under and query.under + "/"
    for id_, path, language in files:
        if path.startswith(prefix) and matches(path):
            for kind in _kinds(query.kinds, path):
                for spoken in asked.spoken(language, kind) if asked else ("",):
                    yield id_, kind, spoken


def _kinds(asked: Sequence[Kind], path: str) -> Sequence[Kind]:
    """The kinds of chunks that may answer, out of one file."""
    if not asked:
        return KINDS
    if is_test(path):
        return KINDS if "test" in asked else ()
    return asked


def _matches(globs: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path matches any glob, or lies in a folder that does; any path without globs."""
    if not globs:
        return lambda _: True
    rules = ignore.option(globs, 0)

    def matches(path: str) -> bool:
        whole, is_folder = os.fsencode(path), False
        while whole:
            folder, _, name = whole.rpartition(b"/")
            decided = rules.decide(name, whole, is_folder)
            if decided:
                return not decided[1].negated
            whole, is_folder = folder, True
        return False

    return matches


class _Languages(NamedTuple):
    """What was asked for: languages of files, which are or are not of prose, and natural ones."""

    code: set[str]
    prose: set[str]
    natural: set[str]

    def spoken(self, language: str | None, kind: str) -> Collection[str]:
        """What chunks of this kind, in a file in this language, must be written in.

        Nothing when they may not answer; "" when they may, whatever they are written in.
        """
        if kind != "prose":
            return ("",) if language in self.code else ()
        if language not in self.prose and (self.prose or not self.natural):
            return ()
        return self.natural or ("",)


def _languages(asked: Sequence[str], store: Store) -> _Languages:
    """The languages that people mean, by whatever name (`py`, `c++`, `ja`); `pl` means two.

    Raises:
        QueryError: There is no such language.
    """
    from searchkit_index.languages import natural
    from searchkit_index.languages.language import language_named

    found = _Languages(set(), set(), set())
    for name in asked:
        language, spoken = language_named(name), natural.named(name)
        if language is None and spoken is None:
            raise _unknown(name, store)
        if language:
            (found.prose if language.kind == "prose" else found.code).add(language.name)
        if spoken:
            found.natural.add(spoken)
    return found


def _unknown(name: str, store: Store) -> QueryError:
    import difflib

    from searchkit_index.languages.language import LANGUAGES
    from searchkit_index.languages.natural import NAMES

    near = difflib.get_close_matches(name.lower(), [*LANGUAGES, *NAMES.values()], n=3)
    here = [
        *store.statistics.languages(),
        *(NAMES[code] for code in store.statistics.natural_languages()),
    ]
    known = ", ".join(f"`{other}`" for other in near or sorted({*here} - {"other"}))
    return QueryError(f"there is no language `{name}`", f"here you can ask for {known}")
