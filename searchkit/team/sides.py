"""Asks the sides of a shared index at the same time, and keeps what each of them names."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any, Self

import numpy as np

from searchkit.team.candidate_rows import position

Named = list[tuple[float, Mapping[str, Any]]]
"""Scores and rows that one side names, best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, before its chunks have ids.

    Attributes:
        rows: By their keys.
        sides: Of each side, the scores of rows by their keys.
    """

    rows: Mapping[str, Mapping[str, Any]]
    sides: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, sides: Mapping[str, Named]) -> Self:
        """Put together what the sides named."""
        return cls(
            {row["key"]: row for named in sides.values() for _, row in named},
            {side: {row["key"]: score for score, row in named} for side, named in sides.items()},
        )


def best(rows: Sequence[Mapping[str, Any]], scores: "np.ndarray[Any, Any]", depth: int) -> Named:
    """Choose the best rows of a side.

    Args:
        rows: What it found.
        scores: Of each of them.
        depth: At most so many.

    Returns:
        The best; of equal ones those that come first in their repository.
    """
    scored = zip(scores.tolist(), rows, strict=True)
    return sorted(scored, key=lambda pair: (-pair[0], position(pair[1])))[:depth]


def at_once(sides: Mapping[str, Callable[[], Named]]) -> dict[str, Named]:
    """Ask several sides at the same time: each waits for the store, or computes within Lance.

    Args:
        sides: What asks each of them.

    Returns:
        What each named.

    Raises:
        Exception: As the first of them raised.
    """
    waiting: dict[str, Future[Named]] = {side: Future() for side in sides}
    for side, ask in sides.items():
        # A daemon: who interrupts a question does not wait for a store that does not answer.
        Thread(target=_settle, args=(waiting[side], ask), daemon=True).start()
    return {side: each.result() for side, each in waiting.items()}


def _settle(future: Future[Named], ask: Callable[[], Named]) -> None:
    try:
        future.set_result(ask())
    except BaseException as error:
        future.set_exception(error)
