"""How well questions are answered, over all folders: each rule of the ranking, and what it gives.

Run: python tests/bench/ranking.py DATA CHECKOUTS [--home FOLDER] [--cache FOLDER] [--ablate]
     [--set RULE=VALUE ...] [--misses GROUP]

DATA and CHECKOUTS are those of `corpora.py`; README.md says what is printed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from statistics import mean, median
from typing import TYPE_CHECKING

from candidates import Found, everything, only_side, options
from measure import machine, table
from repos import ndcg

if TYPE_CHECKING:
    from searchkit.ranking.rank import Weights
    from searchkit.ranking.ranked import Ranked

Rank = Callable[[Found], "list[Ranked]"]

HALVES = ("chosen on", "confirmed on")

# The value at which a rule does nothing, where that is not 0; prose decays as code does then.
NEUTRAL = {"prose": 1.0, "lexical_power": 1.0, "prose_decay": 0.68}


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
    from searchkit.search.answer import ranked

    def rank(found: Found) -> "list[Ranked]":
        return ranked([only_side(found.candidates, mode)], found.asked.text, weights)

    return rank


def ablation(every: Sequence[Found], weights: "Weights") -> str:
    """What is lost without each rule, on the half it was chosen on and on the other."""
    whole = measured(every, ranker(weights))
    rows = []
    for rule in (field.name for field in fields(weights) if field.name != "lexical"):
        without = measured(every, ranker(replace(weights, **{rule: NEUTRAL.get(rule, 0.0)})))
        cells = (
            "/".join(f"{without[row][half] - whole[row][half]:+.3f}" for half in HALVES)
            for row in whole
        )
        rows.append((rule, *cells))
    return table(("without the rule", *whole), rows)


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


def main() -> None:
    """Gather what is not gathered yet, rank, print the tables."""
    import verdict

    from searchkit.ranking.rank import Weights

    parser = options(__doc__.splitlines()[0])
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
    print("\n" + verdict.report(every, rank))
    if given.ablate:
        print("\n" + ablation(every, weights))
    if given.misses:
        print("\n" + "\n".join(misses(every, rank, given.misses)))
    p50 = median(found.seconds for found in every)
    print(f"\n{len(every):,} questions, candidates in {p50 * 1e3:.1f} ms of one core; {machine()}")


if __name__ == "__main__":
    main()
