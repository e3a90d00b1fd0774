"""Asks every folder all its questions once, and keeps what each side found.

A rule of the ranking is then tried on all of it within a minute. What is kept is plain values, so
that it can be read after classes changed. Each model has its own; it is gathered anew for other
questions, and by --fresh, which is needed after a change in reading or chunking.
"""

import argparse
import os
import pickle
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpora import Asked, Corpus, corpora

if TYPE_CHECKING:
    from searchkit.ranking.confidence import Calibration
    from searchkit.search.candidates import Candidates
    from searchkit.search.searcher import Searcher
    from searchkit_index.embedder import Embedder


# What is kept of a chunk beside its parts.
_FACTS = (
    *("chunk_id", "path", "symbol", "kind", "natural_language", "digest"),
    *("bias", "opening", "quoted", "cited", "has_keywords"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a searcher when candidates are kept."""

    calibration: "Calibration | None"


class Found(NamedTuple):
    """What was found for a question; `seconds` are those of asking, of one core."""

    asked: Asked
    corpus: str
    inner: str
    candidates: "Candidates"
    seconds: float


def everything(given: argparse.Namespace) -> list[Found]:
    """What was found for every question."""
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    given.cache.mkdir(parents=True, exist_ok=True)
    return [found for corpus in wanted(given) for found in _gathered(corpus, given)]


def wanted(given: argparse.Namespace) -> Iterator[Corpus]:
    """The folders that were asked for."""
    names = {name for name in given.only.split(",") if name}
    every = corpora(given.data, given.checkouts)
    return (corpus for corpus in every if not names or corpus.name in names)


def options(description: str) -> argparse.ArgumentParser:
    """Arguments that every command over these folders takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--home", type=Path, default=Path("benchmark/home"))
    parser.add_argument("--cache", type=Path, default=Path("benchmark/candidates"))
    parser.add_argument("--only", default="", metavar="NAME,...", help="these folders alone")
    parser.add_argument("--model", default="", help="a name or a folder; as configured without")
    parser.add_argument("--fresh", action="store_true", help="read and ask all folders again")
    return parser


def _gathered(corpus: Corpus, given: argparse.Namespace) -> Iterator[Found]:
    from searchkit import config, load_embedder
    from searchkit.embedders import calibration_of

    embedder = load_embedder(given.model or config.load().model)
    # The number is that of what `_said` gives.
    kept = given.cache / f"{corpus.name.replace(' ', '-')}-{embedder.fingerprint}-9.pickle"
    wanted = {one.text for one in corpus.asked}
    # Our own file, written below.
    by_text = pickle.loads(kept.read_bytes()) if kept.is_file() and not given.fresh else {}
    if not wanted <= by_text.keys():
        by_text = _asked(corpus, embedder)
        kept.write_bytes(pickle.dumps(by_text))
    calibration = calibration_of(embedder)
    for one in corpus.asked:
        yield _restored(one, corpus, by_text[one.text], calibration)


def _asked(corpus: Corpus, embedder: "Embedder") -> dict[str, tuple[Any, ...]]:
    """Bring the index of a folder up to date, and ask it all questions."""
    from searchkit import Index, config
    from searchkit.indexes.home import catalog_of
    from searchkit.search.searcher import Searcher
    from searchkit_index.catalog.store import Store

    start = time.perf_counter()
    with Index(corpus.root.resolve(), embedder, config.load()) as index:
        index.build()
        built = time.perf_counter() - start
        store = Store(catalog_of(index.root))
        searcher = Searcher(store, embedder)
        said = {one.text: _said(searcher, one.text) for one in corpus.asked}
        store.close()
    asked = time.perf_counter() - start - built
    print(f"{corpus.name}: indexed in {built:.1f} s, asked in {asked:.1f} s", file=sys.stderr)
    return said


def _said(searcher: "Searcher", text: str) -> tuple[Any, ...]:
    from searchkit.query import Query
    from searchkit.search.answer import question
    from searchkit.search.query_vector import QueryVector
    from searchkit.search.quotation import mark_quoted

    start = time.process_time()
    found = searcher.candidates(Query(text), QueryVector(text), 10)
    mark_quoted([found], text, question([found], text))
    seconds = time.process_time() - start
    chunks = [
        (
            {name: getattr(chunk, name) for name in _FACTS},
            {side: (part.rank, part.score) for side, part in chunk.parts.items()},
        )
        for chunk in found.found
    ]
    near = {
        term: {word: tuple(of) for word, of in each.items()} for term, each in found.near.items()
    }
    return chunks, found.frequencies, found.size, near, seconds


def _restored(
    asked: Asked, corpus: Corpus, said: tuple[Any, ...], calibration: "Calibration | None"
) -> Found:
    from searchkit.ranking.ranked import Part, Ranked
    from searchkit.search.candidates import Candidates
    from searchkit.search.lexical import Near

    chunks, frequencies, size, said_near, seconds = said
    found = [
        Ranked(**facts, parts={side: Part(*part) for side, part in parts.items()})
        for facts, parts in chunks
    ]
    searcher: Any = Kept(calibration)
    near = {
        term: {word: Near(*of) for word, of in each.items()} for term, each in said_near.items()
    }
    candidates = Candidates(searcher, found, frequencies, size, near=near)
    return Found(asked, corpus.name, corpus.inner, candidates, seconds)


def only_side(candidates: "Candidates", mode: str) -> "Candidates":
    """What one side found alone."""
    if mode == "hybrid":
        return candidates
    kept = [
        replace(chunk, parts={mode: chunk.parts[mode]})
        for chunk in candidates.found
        if mode in chunk.parts
    ]
    return replace(candidates, found=kept)
