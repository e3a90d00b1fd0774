"""What a command has to show: the hits, what was asked of which folder, and how fresh they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchkit.search import Hit
    from searchkit.status import Freshness


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, or to a place that others are to be like."""

    asked: str
    root: Path
    hits: "Sequence[Hit]"
    freshness: "Freshness"

    @property
    def weak(self) -> bool | None:
        """Whether the best hit is more likely not about what was asked; true without any.

        None where the model has no constants to judge by.
        """
        from searchkit.ranking.confidence import WEAK

        if not self.hits:
            return True
        confidence = self.hits[0].confidence
        return None if confidence is None else confidence < WEAK
