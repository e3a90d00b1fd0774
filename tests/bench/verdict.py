"""How well an answer tells that it is none: right first hits against those of foreign questions.

Of each kind of folder and half: kept, the part of right first answers not called weak; recall, the
part of answers to foreign questions called weak; precision, the part of what was called weak that
was foreign.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from candidates import Found
from measure import table

if TYPE_CHECKING:
    from searchkit.ranking.confidence import Calibration
    from searchkit.ranking.rank import Ranked

HEADER = ("first answers", "right", "foreign", "kept", "recall", "precision")


class Judged(NamedTuple):
    """The first hit of an answer: whether it is right or foreign, and its evidence."""

    kind: str
    chosen: bool
    right: bool
    evidence: tuple[float, ...]


def judged(every: Iterable[Found], rank: "Callable[[Found], list[Ranked]]") -> Iterator[Judged]:
    """Yield the first hits to judge by; wrong answers to own questions teach nothing.

    Args:
        every: What was found.
        rank: Ranks it.
    """
    from searchkit.answer import question
    from searchkit.ranking.confidence import Field, evidence

    for found in every:
        ranking = rank(found)
        if not ranking or "semantic" not in ranking[0].parts:
            continue
        right = found.asked.own and _is_right(found, ranking)
        if right or not found.asked.own:
            asked = question([found.candidates], found.asked.text)
            told = evidence(ranking[0], asked, Field(ranking, found.candidates.size))
            yield Judged(_kind(found), found.asked.chosen, right, told)


def _is_right(found: Found, ranking: "Sequence[Ranked]") -> bool:
    paths = (chunk.path for chunk in ranking if chunk.path not in found.asked.secondary)
    first = f"/{found.inner}/{next(paths, '')}"
    return any(first.endswith(f"/{target}") for target in found.asked.relevant)


def _kind(found: Found) -> str:
    if found.corpus in ("notes", "paragraphs"):
        return "notes"
    if found.corpus.startswith("mixed"):
        return "mixed folders"
    return "repositories" if found.asked.language == "en" else "repositories, other languages"


def lines(rows: Sequence[Judged], constants: Sequence[float]) -> Iterator[tuple[str, ...]]:
    """A row of the table for each kind and half."""
    bias, *weights = constants
    for kind in dict.fromkeys(row.kind for row in rows):
        for chosen, half in ((True, "chosen on"), (False, "confirmed on")):
            here = [row for row in rows if (row.kind, row.chosen) == (kind, chosen)]
            values = [bias + sum(map(float.__mul__, weights, row.evidence)) for row in here]
            weak = [row for row, sure in zip(here, values, strict=True) if sure < 0]
            right = sum(row.right for row in here)
            kept = 1 - sum(row.right for row in weak) / max(right, 1)
            caught = sum(not row.right for row in weak)
            recall, precision = caught / max(len(here) - right, 1), caught / max(len(weak), 1)
            shares = (f"{share:.2f}" for share in (kept, recall, precision))
            yield f"{kind}, {half}", str(right), str(len(here) - right), *shares


def report(every: Sequence[Found], rank: "Callable[[Found], list[Ranked]]") -> str:
    """The table, by the constants of the model; empty for a model that has none."""
    searcher = every[0].candidates.searcher if every else None
    calibration: Calibration | None = searcher.calibration if searcher else None
    if calibration is None or not calibration.confidence:
        return "no constants to judge by: run `fit.py`"
    return table(HEADER, list(lines(list(judged(every, rank)), calibration.confidence)))
