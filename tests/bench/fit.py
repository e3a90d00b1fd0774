"""Fits what belongs to a model: how much each side and prose count, and when a match is weak.

Run: python tests/bench/fit.py DATA CHECKOUTS [--model MODEL] [--write CARD]

README.md tells it step by step. All is fitted on the half that rules are chosen on. `lexical`,
`prose` and `language` are those whose figures are best in the mean. The confidence is a logistic
regression of the first hits' evidence: right answers against what comes to questions that the
folder cannot answer, every kind of folder counting alike. How much worse it is to call a right
answer weak, and how much what is foreign counts in mixed folders, is found by leaving out some
folders after others. Last, code that was asked for in English is made less sure, as far as enough
right answers in repositories stay. --write puts the constants into a model's `searchkit.json`.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import verdict
from candidates import Found, everything, options
from measure import machine, table
from ranking import measured, ranker

LEXICAL = (0.4, 0.5, 0.6, 0.7)
PROSE = (1.0, 1.1, 1.2, 1.3, 1.4)
LANGUAGE = (0.0, 0.25, 0.5, 0.75, 1.0)

# How much worse it is to call a right answer weak; and how much what is foreign counts in mixed
# folders, where every question finds something that is near.
KEPT = (2.5, 3.5, 4.5, 6.0)
FOREIGN = (1.0, 1.7, 2.5)

# The part of right answers that is to be kept, and how much worse it is to lack some of it.
_WANTED, _LACKING = 0.90, 20.0

# What code that was asked for in English loses of its sureness, and the part of right answers in
# repositories that is to be kept for it.
ENGLISH = (0.0, -0.5, -0.75, -1.0, -1.25, -1.5, -2.0)
_WANTED_ENGLISH = 0.96

# Folders are left out in so many turns; of notes and paragraphs, which are one each, questions.
_TURNS = 6

# Questions that are tried with every value: so many of each row, evenly spread.
_TRIED = 120


class Parts(NamedTuple):
    """How much words count, and prose; what is taken off of the nearness to a language."""

    lexical: float
    prose: float
    language: float


_BEGIN = Parts(0.6, 1.3, 0.5)


def best_parts(every: Sequence[Found], given: Mapping[str, float | None]) -> Parts:
    """Find what is not given with the best figures on the chosen half: one after the other.

    Args:
        every: What was found.
        given: Values by their names; None to find one.

    Returns:
        All of them.
    """
    from searchkit.ranking.rank import Weights

    own = _thinned([found for found in every if found.asked.own and found.asked.chosen])

    def score(parts: Parts) -> float:
        weights = replace(Weights(), **parts._asdict())
        rows = {name: row["chosen on"] for name, row in measured(own, ranker(weights)).items()}
        # Half of the figure is code search in English, the other half all rows alike.
        figure = mean((mean(rows.values()), rows.get("repositories", mean(rows.values()))))
        print(f"{parts}: {figure:.4f}", flush=True)
        return figure

    best = _BEGIN._replace(**{name: it for name, it in given.items() if it is not None})
    tried = {"lexical": LEXICAL, "prose": PROSE, "language": LANGUAGE}
    for name, values in tried.items():
        if given[name] is None:
            best = max((best._replace(**{name: each}) for each in values), key=score)
    return best


def _thinned(every: Sequence[Found]) -> list[Found]:
    groups: dict[str, list[Found]] = {}
    for found in every:
        groups.setdefault(found.asked.group, []).append(found)
    return [one for group in groups.values() for one in group[:: 1 + len(group) // _TRIED]]


class Costs(NamedTuple):
    """How much right answers count, and foreign ones in mixed folders."""

    kept: float
    foreign: float


def best_costs(rows: Sequence[verdict.Judged]) -> Costs:
    """Find the costs with the best verdict on folders that were left out, of the chosen half."""
    chosen = [row for row in rows if row.chosen]
    folders = list(dict.fromkeys(row.folder for row in chosen))
    turns = [
        (at if row.folder in ("notes", "paragraphs") else folders.index(row.folder)) % _TURNS
        for at, row in enumerate(chosen)
    ]

    def score(costs: Costs) -> float:
        judged: dict[str, list[tuple[bool, float]]] = {}
        for turn in range(_TURNS):
            others = [row for row, of in zip(chosen, turns, strict=True) if of != turn]
            constants = fitted(others, costs)
            for row, of in zip(chosen, turns, strict=True):
                if of == turn:
                    sure = verdict.sureness(row, constants)
                    judged.setdefault(row.kind, []).append((row.right, sure))
        shares = {kind: verdict.shares_of(each) for kind, each in judged.items()}
        told = "; ".join(f"{kind} {kept:.2f} {got:.2f}" for kind, (kept, got, _) in shares.items())
        print(f"{costs}: kept and recall of {told}", flush=True)
        return mean(
            recall - _LACKING * max(_WANTED - kept, 0.0) for kept, recall, _ in shares.values()
        )

    return max((Costs(kept, foreign) for kept in KEPT for foreign in FOREIGN), key=score)


def fitted(rows: Sequence[verdict.Judged], costs: Costs) -> list[float]:
    """Bias and weights, of the chosen half, without the one for English."""
    from sklearn.linear_model import LogisticRegression

    chosen = [row for row in rows if row.chosen]
    count = Counter((row.kind, row.right) for row in chosen)
    foreign = {"mixed folders": costs.foreign}
    weights = [
        (costs.kept if row.right else foreign.get(row.kind, 1.0)) / count[row.kind, row.right]
        for row in chosen
    ]
    scale = len(chosen) / sum(weights)
    model = LogisticRegression(C=10, max_iter=10_000).fit(
        [row.evidence[:-1] for row in chosen],
        [row.right for row in chosen],
        sample_weight=[weight * scale for weight in weights],
    )
    return [round(float(value), 2) for value in (*model.intercept_, *model.coef_[0])]


def english(rows: Sequence[verdict.Judged], constants: list[float]) -> float:
    """Find the weight of code that was asked for in English, of the chosen half."""
    chosen = [row for row in rows if row.chosen and row.kind == "repositories"]

    def kept(weight: float) -> float:
        judged = [(row.right, verdict.sureness(row, [*constants, weight])) for row in chosen]
        return verdict.shares_of(judged)[0]

    return min(weight for weight in ENGLISH if not weight or kept(weight) >= _WANTED_ENGLISH)


def main() -> None:
    """Fit, print, write."""
    from searchkit.ranking.rank import Weights

    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="CARD", help="a model's searchkit.json")
    for name in Parts._fields:
        parser.add_argument(f"--{name}", type=float, help="do not fit this one")
    parser.add_argument("--confidence", type=float, nargs=7, help="do not fit these but the last")
    given = parser.parse_args()
    every = everything(given)
    parts = best_parts(every, {name: getattr(given, name) for name in Parts._fields})
    weights = replace(Weights(), **parts._asdict())
    rows = list(verdict.judged(every, ranker(weights)))
    constants = given.confidence or fitted(rows, best_costs(rows))
    constants.append(english(rows, constants))
    print(table(verdict.HEADER, list(verdict.lines(rows, constants))))
    print(f"\n{parts}, confidence {constants}; {machine()}")
    if given.write:
        card = json.loads(given.write.read_text(encoding="utf-8"))
        known = card.get("calibration") or {}
        told = {**parts._asdict(), "confidence": constants}
        card["calibration"] = {**known, **told}
        given.write.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        print(f"written to {given.write}")


if __name__ == "__main__":
    main()
