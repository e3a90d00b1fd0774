"""Ranks what catalogs found as if it were in one, and makes hits of it."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Self

from searchkit.hits.best_line import Nearest
from searchkit.hits.excerpt import by_typed_word, terms_to_mark
from searchkit.hits.hit import Hit
from searchkit.pattern import Pattern
from searchkit.query import Filter, Query
from searchkit.ranking.confidence import Calibration, Field, confidence, is_weak
from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Weights, rank
from searchkit.ranking.ranked import Ranked
from searchkit.search.candidates import CANDIDATES, Candidates
from searchkit.search.cited_lines import CitedLines
from searchkit.search.lexical import odds
from searchkit.search.prefixes import without_prefixes
from searchkit.search.project_files import ProjectFiles
from searchkit.search.quotation import mark_quoted
from searchkit.search.spellings import Spelled, spelled
from searchkit.status import Freshness
from searchkit_index.catalog.records import Place
from searchkit_index.chunking.title import title_of
from searchkit_index.errors import SearchkitError


@dataclass(frozen=True, slots=True)
class Answer:
    """What folders answer to a question.

    Attributes:
        hits: Best first.
        roots: The folders that were to be asked.
        freshness: How fresh each folder is that there was time to look through; empty where the
            question was asked without a refresh.
        faults: Why some of several folders could not be asked.
        unmet: What part of the filter leaves nothing that could answer; None where none does.
    """

    hits: tuple[Hit, ...]
    roots: tuple[Path, ...]
    freshness: Mapping[Path, Freshness] = field(default_factory=dict)
    faults: Mapping[Path, SearchkitError] = field(default_factory=dict)
    unmet: SearchkitError | None = None

    def record(self) -> dict[str, Any]:
        """Return further facts about what was asked, as values that JSON holds: here none."""
        return {}

    def remarks(self) -> Iterator[str]:
        """Yield sentences that people need in order to read the answer: here none."""
        yield from ()

    def with_faults(self, faults: Mapping[Path, SearchkitError]) -> Self:
        """Add folders that were to be asked as well and could not be, each with the reason."""
        return replace(self, roots=(*self.roots, *faults), faults={**self.faults, **faults})

    @property
    def unseen(self) -> int:
        """How many folders there was no time to look through for changes."""
        return len(set(self.roots) - self.freshness.keys() - self.faults.keys())

    @property
    def weak(self) -> bool | None:
        """Whether the best hit is more likely not about what was asked; true without any.

        None where the model has no constants to judge by.
        """
        return is_weak(self.hits[0].confidence) if self.hits else True


def ranked_hits(found: Sequence[Candidates], query: Query, limit: int) -> list[Hit]:
    """Rank the candidates of all catalogs together.

    A term weighs by its frequency in all the catalogs together, and what a rule adds is measured by
    the best of all: so scores compare, whichever folder a hit is from. The first hits are the same
    for every limit: what deeper candidates add comes after them.

    Args:
        found: The candidates of each catalog, for the same question and model.
        query: The question.
        limit: The most hits.

    Returns:
        Hits, best first.
    """
    text = without_prefixes(query.text)
    asked, calibration = question(found, text), _calibration(found)
    mark_quoted(found, text, asked)
    ranking = _in_order(found, asked)
    among = Field(ranking, sum(each.size for each in found))
    judged = (
        (chunk, confidence(chunk, asked, calibration, among))
        for chunk in chain(ranking, _deeper(found, asked, ranking))
    )
    sure = _confident(judged, query.filter.min_confidence, limit)
    cosines = next((each.cosines for each in found if each.cosines), None)
    nearest = Nearest(cosines) if cosines else None
    hits = _hits(found, sure, query.text, query.filter.patterns, nearest)
    if nearest:
        nearest.shown = hits
    return hits


def ranked(found: Sequence[Candidates], text: str, weights: Weights | None = None) -> list[Ranked]:
    """Put the best candidates of all catalogs into one order; see `ranked_hits`.

    Args:
        found: The candidates of each catalog.
        text: The question.
        weights: How much each rule of the ranking does; None for the usual.

    Returns:
        The candidates, best first: of each side, those that it gives when few are asked for.
    """
    return _in_order(found, question(found, text), weights)


def _in_order(
    found: Sequence[Candidates], asked: Question, weights: Weights | None = None
) -> list[Ranked]:
    best = _best_of(_pooled(found), CANDIDATES)
    return rank(best, asked, _with_calibration(weights or Weights(), found))


def _deeper(
    found: Sequence[Candidates], asked: Question, above: Sequence[Ranked]
) -> Iterator[Ranked]:
    """Yield the remaining candidates, in the order of all, for when those above are not enough."""
    pooled = _pooled(found)
    if all(part.rank <= CANDIDATES for chunk in pooled for part in chunk.parts.values()):
        return
    texts = {chunk.digest or chunk.chunk_id for chunk in above}
    for chunk in rank(pooled, asked, _with_calibration(Weights(), found)):
        if (chunk.digest or chunk.chunk_id) not in texts:
            yield chunk


def nearest_hits(found: Sequence[Candidates], limit: int, filter: Filter) -> list[Hit]:
    """Put the nearest chunks of all catalogs in the order of their cosines.

    Args:
        found: See `Searcher.nearest`, for the same vector.
        limit: The most hits.
        filter: What it was narrowed by.

    Returns:
        Hits, best first.
    """
    pooled = _pooled(found)
    for chunk in pooled:
        chunk.shares["semantic"] = chunk.parts["semantic"].score
    pooled.sort(key=lambda chunk: -chunk.score)
    best = [(chunk, None) for chunk in pooled[:limit]]  # nothing tells how sure they are
    return _hits(found, best, "", filter.patterns)


def _calibration(found: Sequence[Candidates]) -> Calibration | None:
    """Return what was fitted to the model, which is the same for all."""
    return found[0].searcher.calibration if found else None


def _with_calibration(weights: Weights, found: Sequence[Candidates]) -> Weights:
    """Fill in the weights that were fitted to the model, where none are given."""
    calibration = _calibration(found)
    if calibration is None:
        return weights
    fitted = ("lexical", "prose", "language", "opening")
    missing = (name for name in fitted if getattr(weights, name) is None)
    return replace(weights, **{name: getattr(calibration, name) for name in missing})


def _confident(
    judged: Iterable[tuple[Ranked, float | None]], least: float, limit: int
) -> list[tuple[Ranked, float | None]]:
    """Take the first that are confident enough, each with its confidence."""
    return list(islice(((chunk, sure) for chunk, sure in judged if (sure or 0) >= least), limit))


def question(found: Sequence[Candidates], text: str) -> Question:
    """Weigh the terms of a question over all catalogs."""
    frequencies: Counter[str] = Counter()
    for each in found:
        frequencies.update(each.frequencies)
    size = sum(each.size for each in found)
    telling = {term: math.log1p(odds(size, held)) for term, held in frequencies.items()}
    near: dict[str, dict[str, float]] = {}
    for each in found:
        for term, words in each.near.items():
            likeness = {word: standing.likeness for word, standing in words.items()}
            near.setdefault(term, {}).update(likeness)
    return Question(telling, [term for term, held in frequencies.items() if held], text, near)


def _pooled(found: Sequence[Candidates]) -> list[Ranked]:
    """Put the candidates of all catalogs together, with ids and paths that no two of them share.

    Slashes before a path keep namesakes of two roots apart, and add no words to it.
    """
    if len(found) == 1:
        return found[0].found
    return [
        replace(
            chunk, chunk_id=chunk.chunk_id * len(found) + number, path="/" * number + chunk.path
        )
        for number, each in enumerate(found)
        for chunk in each.found
    ]


def _file(found: Sequence[Candidates], path: str) -> Path:
    """Tell which file a pooled path means."""
    own = path.lstrip("/")
    return found[len(path) - len(own)].searcher.root / own


def _copies(found: Sequence[Candidates], root: Path, path: str, pooled: Iterable[str]) -> list[str]:
    """List the other files of a hit, each once; of files below its root the paths there."""
    files = dict.fromkeys(_file(found, each) for each in pooled)
    files.pop(root / path, None)
    return [str(it.relative_to(root) if it.is_relative_to(root) else it) for it in files]


def _best_of(chunks: Sequence[Ranked], depth: int) -> Iterator[Ranked]:
    """Yield what the sides give when each is asked for `depth` candidates."""
    for chunk in chunks:
        parts = {side: part for side, part in chunk.parts.items() if part.rank <= depth}
        if len(parts) == len(chunk.parts):
            yield chunk
        elif parts:
            yield replace(chunk, parts=parts)


def _hits(
    found: Sequence[Candidates],
    ranking: Sequence[tuple[Ranked, float | None]],
    text: str,
    patterns: Sequence[Pattern],
    nearest: Nearest | None = None,
) -> list[Hit]:
    """Make hits of what was ranked, each with its confidence."""
    ids = [divmod(ranked.chunk_id, len(found)) for ranked, _ in ranking]  # as `_pooled` made them
    wanted: list[list[int]] = [[] for _ in found]
    for chunk_id, number in ids:
        wanted[number].append(chunk_id)
    sources = [each.searcher for each in found]
    for source, own in zip(sources, wanted, strict=True):
        source.expect(own)
    places = [source.places(own) for source, own in zip(sources, wanted, strict=True)]
    copied = [source.copies(own) for source, own in zip(sources, wanted, strict=True)]
    standing = [by_typed_word(text, each.near) for each in found]
    cited, sought, otherwise = CitedLines(text), ProjectFiles(text), spelled(text)
    hits = []
    for (chunk_id, number), (ranked, sure) in zip(ids, ranking, strict=True):
        place = places[number].get(chunk_id)
        if place is None:  # another process refreshed between the two look-ups
            continue
        root = sources[number].root
        others = tuple(_copies(found, root, place.path, ranked.copies))
        count = max(len(others), copied[number][chunk_id])
        terms = terms_to_mark(text, place.natural_language, found[number].near)
        facts: dict[str, Any] = {"confidence": sure, "copies": others, "copy_count": count}
        here = range(place.start_line, place.end_line + 1)
        line = next((line for line in cited.of(place.path) if line in here), 0)
        line = line or (sought.line_in(place) if ranked.cited else 0)
        facts |= {"terms": terms, "standing": standing[number], "cited_line": line}
        facts["spelled_offset"] = _spelled_offset(place, otherwise)
        hits.append(_hit(root, place, ranked, **facts, patterns=patterns, nearest=nearest))
    return hits


def _spelled_offset(place: Place, sought: Sequence[Spelled]) -> int | None:
    """Return the offset of the first line of a chunk with a date or number of the question.

    Where all of a chunk is of a date, its names have it, and its lines tell the rest.
    """
    names = f"{place.path}\n{place.symbol}"
    apart = [each for each in sought if not each.is_in(names)]
    lines = place.text.split("\n") if apart else ()
    return next((n for n, line in enumerate(lines) if any(it.is_in(line) for it in apart)), None)


def _hit(root: Path, place: Place, ranked: Ranked, **facts: Any) -> Hit:
    # Whoever sees the path needs no title that was made of it.
    symbol = "" if place.kind == "prose" and place.symbol == title_of(place.path) else place.symbol
    return Hit(
        root=root,
        path=place.path,
        start_line=place.start_line,
        end_line=place.end_line,
        symbol=symbol,
        language=place.language,
        kind=place.kind,
        text=place.text,
        score=ranked.score,
        parts=ranked.parts,
        shares=ranked.shares,
        natural_language=place.natural_language,
        place=place.place,
        inner_language=place.inner_language,
        chunk_id=place.chunk_id,
        **facts,
    )


def distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Drop the hits that a folder inside another gives a second time."""
    best: dict[tuple[Path, int, int, str], Hit] = {}
    for hit in hits:
        best.setdefault((hit.file, hit.start_line, hit.end_line, hit.text), hit)
    return tuple(best.values())
