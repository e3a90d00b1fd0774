"""Fits what belongs to a model: how much each side counts, and when a match is called weak.

Run: python tests/bench/fit.py DATA CHECKOUTS [--home FOLDER] [--cache FOLDER] [--write CARD]

DATA and CHECKOUTS are those of `corpora.py`. Both are fitted on the half that rules are chosen on.
The lexical part is the one whose figures are best in the mean. The confidence is a logistic
regression of the first hit's evidence: right answers against what comes to questions that the
folder cannot answer, every kind of folder counting alike, right answers three times. The table says
of each half: kept, the part of right first answers not called weak; recall, the part of answers to
foreign questions called weak; precision, the part of what was called weak that was foreign. --write
puts the constants into a model's `searchkit.json`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

from measure import machine, table
from ranking import Found, everything, files, measured, options, ranker

if TYPE_CHECKING:
    from searchkit.ranking.rank import Weights

PARTS = (0.4, 0.5, 0.6, 0.7)  # of the lexical side
KEPT = 3.0  # how much worse it is to call a right answer weak


class Judged(NamedTuple):
    """The first hit of an answer: whether it is right or foreign, and its evidence."""

    kind: str
    chosen: bool
    right: bool
    evidence: tuple[float, ...]


def best_part(every: Sequence[Found]) -> float:
    """The lexical part with the best figures on the chosen half, every row counting alike."""
    from searchkit.ranking.rank import Weights

    own = [found for found in every if found.asked.own and found.asked.chosen]

    def score(part: float) -> float:
        rows = measured(own, ranker(replace(Weights(), lexical=part)))
        figure = mean(halves["chosen on"] for halves in rows.values())
        print(f"lexical {part:.2f}: {figure:.4f}", flush=True)
        return figure

    return max(PARTS, key=score)


def judged(every: Sequence[Found], weights: "Weights") -> Iterator[Judged]:
    """The first hits that both halves are judged by; wrong answers to own questions teach nothing.

    Args:
        every: What was found.
        weights: Of the ranking.
    """
    from searchkit.answer import question
    from searchkit.ranking.confidence import evidence

    rank = ranker(weights)
    for found in every:
        ranking = rank(found)
        if not ranking or "semantic" not in ranking[0].parts:
            continue
        right = found.asked.own and _is_right(found, files(found, ranking))
        if right or not found.asked.own:
            asked = question([found.candidates], found.asked.text)
            yield Judged(_kind(found), found.asked.chosen, right, evidence(ranking[0], asked))


def _is_right(found: Found, named: Sequence[str]) -> bool:
    first = f"/{found.inner}/{named[0]}" if named else ""
    return any(first.endswith(f"/{target}") for target in found.asked.relevant)


def _kind(found: Found) -> str:
    if found.corpus in ("notes", "paragraphs"):
        return "notes"
    if found.corpus.startswith("mixed"):
        return "mixed folders"
    return "repositories" if found.asked.language == "en" else "repositories, other languages"


def fitted(rows: Sequence[Judged]) -> list[float]:
    """Bias and weights, of the chosen half."""
    from collections import Counter

    from sklearn.linear_model import LogisticRegression

    chosen = [row for row in rows if row.chosen]
    count = Counter((row.kind, row.right) for row in chosen)
    weights = [(KEPT if row.right else 1.0) / count[row.kind, row.right] for row in chosen]
    scale = len(chosen) / sum(weights)
    model = LogisticRegression(C=10, max_iter=10_000).fit(
        [row.evidence for row in chosen],
        [row.right for row in chosen],
        sample_weight=[weight * scale for weight in weights],
    )
    return [round(float(value), 2) for value in (*model.intercept_, *model.coef_[0])]


def lines(rows: Sequence[Judged], constants: Sequence[float]) -> Iterator[tuple[str, ...]]:
    """A row of the table for each kind and half."""
    bias, *weights = constants
    for kind in dict.fromkeys(row.kind for row in rows):
        for chosen, half in ((True, "chosen on"), (False, "confirmed on")):
            here = [row for row in rows if (row.kind, row.chosen) == (kind, chosen)]
            value = [bias + sum(map(float.__mul__, weights, row.evidence)) for row in here]
            weak = [row for row, sure in zip(here, value, strict=True) if sure < 0]
            right = sum(row.right for row in here)
            kept = 1 - sum(row.right for row in weak) / max(right, 1)
            caught = sum(not row.right for row in weak)
            recall, precision = caught / max(len(here) - right, 1), caught / max(len(weak), 1)
            shares = (f"{share:.2f}" for share in (kept, recall, precision))
            yield f"{kind}, {half}", str(right), str(len(here) - right), *shares


def main() -> None:
    """Fit, print, write."""
    from searchkit.ranking.rank import Weights

    parser = options()
    parser.add_argument("--write", type=Path, metavar="CARD")
    parser.add_argument("--lexical", type=float, help="do not fit the part, take this one")
    given = parser.parse_args()
    every = everything(given)
    part = given.lexical or best_part(every)
    rows = list(judged(every, replace(Weights(), lexical=part)))
    constants = fitted(rows)
    header = ("questions", "right", "foreign", "kept", "recall", "precision")
    print(table(header, list(lines(rows, constants))))
    print(f"\nlexical {part}, confidence {constants}; {machine()}")
    if given.write:
        card = json.loads(given.write.read_text(encoding="utf-8"))
        card["calibration"] = {
            **(card.get("calibration") or {}),
            "lexical": part,
            "confidence": constants,
        }
        given.write.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
