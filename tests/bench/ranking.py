"""How well questions are answered, over all folders: each rule of the ranking, and what it gives.

Run: python tests/bench/ranking.py DATA CHECKOUTS [--home FOLDER] [--cache FOLDER] [--ablate]
     [--set RULE=VALUE ...] [--misses GROUP]

DATA and CHECKOUTS are those of `corpora.py`. Repositories, paraphrases and the eight languages:
NDCG@10 over files, the mean over a repository's questions (for the eight: in each language) and
then over repositories. Mixed folders and notes: the part of questions that are answered by the
first file, and by the first five. Paragraphs: MRR@10. Each figure stands for the half that rules
are chosen on, the half that confirms them, and both. What the sides found is kept in --cache, by
folder and model, so that a rule is tried within a minute; --home keeps the indexes.
"""

import argparse
import os
import pickle
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, NamedTuple

from corpora import Asked, Corpus, corpora
from measure import machine, table
from repos import ndcg

if TYPE_CHECKING:
    from searchkit.ranking.confidence import Calibration
    from searchkit.ranking.rank import Ranked, Weights
    from searchkit.search import Candidates

Rank = Callable[["Found"], "list[Ranked]"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a searcher when candidates are kept."""

    calibration: "Calibration | None"


class Found(NamedTuple):
    """What was found for a question, kept to be ranked again; seconds of asking."""

    asked: Asked
    corpus: str
    inner: str
    candidates: "Candidates"
    seconds: float


def gathered(corpus: Corpus, cache: Path) -> list[Found]:
    """Ask a folder all its questions, unless that was done with this model."""
    from searchkit import Index, config, load_embedder

    model = load_embedder(config.load().model).fingerprint
    kept = cache / f"{corpus.name.replace(' ', '-')}-{model}.pickle"
    if not kept.is_file():
        with Index.open(corpus.root) as index:
            start = time.perf_counter()
            index.build()
            print(f"{corpus.name}: indexed in {time.perf_counter() - start:.1f} s", file=sys.stderr)
            kept.write_bytes(pickle.dumps(list(_asked(index, corpus))))
    found: list[Found] = pickle.loads(kept.read_bytes())  # our own file, written just above
    return found


def _asked(index: "object", corpus: Corpus) -> Iterator[Found]:
    from searchkit.index_dir import catalog_of
    from searchkit.query import Query
    from searchkit.search import QueryVector, Searcher
    from searchkit_index.catalog.store import Store

    store = Store(catalog_of(index.root))
    searcher = Searcher(store, index.embedder)
    for one in corpus.asked:
        start = time.perf_counter()
        found = searcher.candidates(Query(one.text), QueryVector(one.text), 10)
        seconds = time.perf_counter() - start
        bare = replace(found, searcher=Kept(searcher.calibration))
        yield Found(one, corpus.name, corpus.inner, bare, seconds)
    store.close()


def files(found: Found, ranking: "Iterable[Ranked]") -> list[str]:
    """The files of an answer, best first, without those that answer less directly."""
    every = dict.fromkeys(chunk.path for chunk in ranking)
    return [path for path in every if path not in found.asked.secondary]


def measured(every: Iterable[Found], rank: Rank) -> dict[str, dict[str, float]]:
    """Figures by row and half."""
    scores: dict[str, dict[tuple[str, bool], list[float]]] = defaultdict(lambda: defaultdict(list))
    for found in every:
        if found.asked.own:
            asked, named = found.asked, files(found, rank(found))
            for row, unit, score in _scores(found, named):
                scores[row][unit, asked.chosen].append(score)
    return {row: _halves(units) for row, units in scores.items()}


def _scores(found: Found, named: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Rows that a question counts in, what it is averaged with first, and its score."""
    asked = found.asked
    if asked.group in ("repositories", "paraphrases", "eight languages"):
        whole = [f"{found.inner}/{path}".lstrip("/") for path in named]
        unit = f"{found.corpus} {asked.language}"
        yield asked.group, unit, ndcg(whole, asked.relevant)
        return
    rank = next((at for at, path in enumerate(named, 1) if path in asked.relevant), 0)
    if asked.group.startswith("paragraphs"):
        yield f"{asked.group}, MRR@10", "", 1 / rank if 0 < rank <= 10 else 0.0
        return
    yield f"{asked.group}, hit@1", "", float(rank == 1)
    yield f"{asked.group}, hit@5", "", float(0 < rank <= 5)


def _halves(units: dict[tuple[str, bool], list[float]]) -> dict[str, float]:
    wanted = {"chosen on": (True,), "confirmed on": (False,), "all": (True, False)}
    figures = {}
    for name, halves in wanted.items():
        means = [mean(scores) for (_, chosen), scores in units.items() if chosen in halves]
        weighted = [
            one for (_, chosen), scores in units.items() if chosen in halves for one in scores
        ]
        # A single unit a half: its questions count alike, else every unit does.
        figures[name] = mean(means if len(units) > 2 else weighted) if means else float("nan")
    return figures


def ranker(weights: "Weights", mode: str = "hybrid") -> Rank:
    """Ranks what was found as a search does."""
    from searchkit.answer import ranked

    def rank(found: Found) -> "list[Ranked]":
        return ranked([_only(found.candidates, mode)], found.asked.text, weights)

    return rank


def _only(candidates: "Candidates", mode: str) -> "Candidates":
    """What one side found alone."""
    if mode == "hybrid":
        return candidates
    kept = [
        replace(chunk, parts={mode: chunk.parts[mode]})
        for chunk in candidates.found
        if mode in chunk.parts
    ]
    return replace(candidates, found=kept)


def ablation(every: Sequence[Found], weights: "Weights") -> str:
    """What is lost without each rule, on the half it was chosen on and on the other."""
    whole = measured(every, ranker(weights))
    rows = []
    for rule in (field.name for field in fields(weights) if field.name != "lexical"):
        without = measured(every, ranker(replace(weights, **{rule: 0.0})))
        cells = (
            "/".join(f"{without[row][half] - whole[row][half]:+.3f}" for half in HALVES)
            for row in whole
        )
        rows.append((rule, *cells))
    return table(("without the rule", *whole), rows)


HALVES = ("chosen on", "confirmed on")


def report(figures: dict[str, dict[str, float]]) -> str:
    """The table."""
    rows = [
        (row, *(f"{halves[half]:.3f}" for half in (*HALVES, "all")))
        for row, halves in figures.items()
    ]
    return table(("questions", *HALVES, "all"), rows)


def misses(every: Iterable[Found], rank: Rank, group: str) -> Iterator[str]:
    """Questions of a group that are not answered by the first file, and what came first."""
    for found in every:
        if found.asked.own and found.asked.group == group:
            whole = [f"{found.inner}/{path}".lstrip("/") for path in files(found, rank(found))]
            at = next((n for n, path in enumerate(whole, 1) if path in found.asked.relevant), 0)
            if at != 1:
                yield f"{at or '-':>3} {found.corpus}: {found.asked.text} -> {whole[:1]}"


def options() -> argparse.ArgumentParser:
    """Arguments that every command over these folders takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--home", type=Path, default=Path("benchmark/home"))
    parser.add_argument("--cache", type=Path, default=Path("benchmark/candidates"))
    parser.add_argument("--only", default="", metavar="NAME,...", help="these folders alone")
    return parser


def everything(given: argparse.Namespace) -> list[Found]:
    """What was found for every question."""
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    given.cache.mkdir(parents=True, exist_ok=True)
    wanted = {name for name in given.only.split(",") if name}
    every = corpora(given.data, given.checkouts)
    chosen = (corpus for corpus in every if not wanted or corpus.name in wanted)
    return [found for corpus in chosen for found in gathered(corpus, given.cache)]


def main() -> None:
    """Gather what is not gathered yet, rank, print the tables."""
    from searchkit.ranking.rank import Weights

    parser = options()
    parser.add_argument("--mode", default="hybrid", choices=("hybrid", "semantic", "lexical"))
    parser.add_argument("--set", nargs="*", default=[], metavar="RULE=VALUE")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--misses", metavar="GROUP")
    given = parser.parse_args()
    every = everything(given)
    changes = {rule: float(value) for rule, _, value in (one.partition("=") for one in given.set)}
    weights = replace(Weights(), **changes)
    rank = ranker(weights, given.mode)
    print(report(measured(every, rank)))
    if given.ablate:
        print("\n" + ablation(every, weights))
    if given.misses:
        print("\n" + "\n".join(misses(every, rank, given.misses)))
    p50 = median(found.seconds for found in every)
    print(f"\n{len(every):,} questions, candidates of one in {p50 * 1e3:.1f} ms; {machine()}")


if __name__ == "__main__":
    import ranking  # what is kept must be of this module, whoever reads it

    ranking.main()
