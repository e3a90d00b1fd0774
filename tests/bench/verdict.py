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
    from searchkit.ranking.ranked import Ranked

HEADER = ("first answers", "right", "foreign", "kept", "recall", "precision")


class Judged(NamedTuple):
    """The first hit of an answer: whether it is right or foreign, and its evidence."""

    folder: str
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
    from searchkit.ranking.confidence import Field, evidence
    from searchkit.search.answer import question

    for found in every:
        ranking = rank(found)
        if not ranking or "semantic" not in ranking[0].parts:
            continue
        right = found.asked.own and _is_right(found, ranking)
        if right or not found.asked.own:
            asked = question([found.candidates], found.asked.text)
            told = evidence(ranking[0], asked, Field(ranking, found.candidates.size))
            yield Judged(found.corpus, _kind(found), found.asked.chosen, right, told)


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
    values = [sureness(row, constants) for row in rows]
    for kind in dict.fromkeys(row.kind for row in rows):
        for chosen, half in ((True, "chosen on"), (False, "confirmed on")):
            here = [
                (row.right, sure)
                for row, sure in zip(rows, values, strict=True)
                if (row.kind, row.chosen) == (kind, chosen)
            ]
            right = sum(is_right for is_right, _ in here)
            shares = (f"{share:.2f}" for share in shares_of(here))
            yield f"{kind}, {half}", str(right), str(len(here) - right), *shares


def sureness(row: Judged, constants: Sequence[float]) -> float:
    """The logarithm of the odds that a first hit is right."""
    bias, *weights = constants
    return bias + sum(map(float.__mul__, weights, row.evidence))


def shares_of(judged: Sequence[tuple[bool, float]]) -> tuple[float, float, float]:
    """Kept, recall and precision of first hits, each right or not, with how sure they are."""
    right = sum(is_right for is_right, _ in judged)
    weak = [is_right for is_right, sure in judged if sure < 0]
    caught = weak.count(False)
    kept = 1 - weak.count(True) / max(right, 1)
    return kept, caught / max(len(judged) - right, 1), caught / max(len(weak), 1)


def report(every: Sequence[Found], rank: "Callable[[Found], list[Ranked]]") -> str:
    """The table, by the constants of the model; empty for a model that has none."""
    searcher = every[0].candidates.searcher if every else None
    calibration: Calibration | None = searcher.calibration if searcher else None
    if calibration is None or not calibration.confidence:
        return "no constants to judge by: run `fit.py`"
    return table(HEADER, list(lines(list(judged(every, rank)), calibration.confidence)))
