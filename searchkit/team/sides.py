"""Holds the rows that each side of a search finds in a shared index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from searchkit.team.candidate_rows import position

Named = list[tuple[float, Mapping[str, Any]]]
"""Scores and rows that one side found, best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that all sides found, before they get the ids of chunks.

    Attributes:
        rows: Rows by their ids in the table.
        sides: For each side the scores of rows, by their ids.
    """

    rows: Mapping[int, Mapping[str, Any]]
    sides: Mapping[str, Mapping[int, float]]

    @classmethod
    def of(cls, sides: Mapping[str, Named]) -> Self:
        """Put together what each side found."""
        return cls(
            {row["_rowid"]: row for named in sides.values() for _, row in named},
            {side: {row["_rowid"]: score for score, row in named} for side, named in sides.items()},
        )


def best(rows: Sequence[Mapping[str, Any]], scores: "np.ndarray[Any, Any]", depth: int) -> Named:
    """Choose the best rows of a side.

    Args:
        rows: What it found.
        scores: The score of each row.
        depth: At most so many.

    Returns:
        The best; of equal ones those that come first in their repository.
    """
    scored = zip(scores.tolist(), rows, strict=True)
    return sorted(scored, key=lambda pair: (-pair[0], position(pair[1])))[:depth]
