"""Keeps an answer within a number of tokens: shorter hits first, then fewer.

How hits are written, and how tokens are counted, is up to the caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from searchkit.hits.hit import Hit

LEAST = 100
"""The smallest budget, in tokens: a heading, a line of code and the remarks on the answer."""

# No hit is cut to fewer tokens than this: hits are left out instead.
_LEAST_OF_HIT = 48

# A reply that fills this part of its budget is full enough: to look further costs time.
_FULL = 0.95

_TRIES = 8  # steps of the bisection that finds how many tokens lines may take

Count = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Hits that fit.

    Attributes:
        hits: The first of them, each with the lines that are shown.
        cut: How many lines of each are not shown.
        left_out: How many hits are left out.
    """

    hits: tuple[Hit, ...]
    cut: tuple[int, ...]
    left_out: int = 0


Write = Callable[[Fitted], str]


def whole(hits: Sequence[Hit]) -> Fitted:
    """Return all hits with all their lines."""
    return Fitted(tuple(hits), (0,) * len(hits))


def fit(hits: Sequence[Hit], tokens: int, count: Count, write: Write) -> Fitted:
    """Choose what to show of an answer.

    Every hit gets the same share of the budget, and what a short one leaves goes to the others; of
    a long one the lines from its top stay, or from the line that answers best where the top is too
    far from it. Hits are left out, the last first, where shares would be too small to say anything.

    Args:
        hits: Best first.
        tokens: The budget.
        count: Counts the tokens of texts.
        write: Writes the whole reply, with what it says of what is cut.

    Returns:
        What fits; no hits where not even the first does.
    """
    everything = whole(hits)
    if count([write(everything)])[0] <= tokens:
        return everything
    texts = [hit.text.split("\n") for hit in hits]
    sizes = iter(count([line + "\n" for lines in texts for line in lines]))
    costs = [[next(sizes) for _ in lines] for lines in texts]
    best, least, most = Fitted((), (), len(hits)), 0, tokens
    for _ in range(_TRIES):
        room = (least + most) // 2
        tried = _shared(hits, texts, costs, room)
        used = count([write(tried)])[0]
        if used > tokens:
            most = room
            continue
        best, least = tried, room
        if used >= _FULL * tokens:
            break
    return best


def _shared(
    hits: Sequence[Hit], texts: Sequence[list[str]], costs: Sequence[list[int]], room: int
) -> Fitted:
    """Distribute the tokens of `room` over as many hits as they are enough for."""
    number = min(len(hits), room // _LEAST_OF_HIT)
    shares = _shares([sum(each) for each in costs[:number]], room)
    shown, cut = [], []
    for hit, lines, cost, share in zip(hits, texts, costs, shares, strict=False):
        start, end = _window(hit, cost, share)
        kept = lines[start:end]
        if len(kept) == 1 and cost[start] > share:
            kept = [kept[0][: len(kept[0]) * share // cost[start]] + "…"]
        shown.append(_with_lines(hit, kept, start, len(lines)))
        cut.append(len(lines) - len(kept))
    return Fitted(tuple(shown), tuple(cut), len(hits) - number)


def _shares(needs: Sequence[int], room: int) -> list[int]:
    """Give each what it needs, or an equal part of what those who need less leave."""
    shares = [0] * len(needs)
    for left, number in zip(
        range(len(needs), 0, -1), sorted(range(len(needs)), key=needs.__getitem__), strict=True
    ):
        shares[number] = min(needs[number], room // left)
        room -= shares[number]
    return shares


def _window(hit: Hit, cost: Sequence[int], share: int) -> tuple[int, int]:
    """Choose the lines of a hit that a share of tokens is enough for, the best one among them."""
    best = hit.offset
    start = 0 if sum(cost[: best + 1]) <= share else best
    fitting = sum(used <= share for used in accumulate(cost[start:]))
    return start, start + max(1, fitting)


def _with_lines(hit: Hit, lines: list[str], start: int, total: int) -> Hit:
    """Return a hit with some of its lines; a part of a long line stays on that line."""
    if len(lines) == total:
        return replace(hit, text="\n".join(lines))
    shown = hit.numbers[start : start + len(lines)]
    return replace(hit, text="\n".join(lines), start_line=shown[0], end_line=shown[-1])


def leading(lines: Sequence[str], tokens: int, count: Count) -> list[str]:
    """Take the first lines that fit; of a first line that alone is too long, its beginning."""
    costs = count([line + "\n" for line in lines])
    fitting = sum(used <= tokens for used in accumulate(costs))
    if fitting or not lines:
        return list(lines[:fitting])
    return [lines[0][: len(lines[0]) * max(tokens, 1) // costs[0]] + "…"]
