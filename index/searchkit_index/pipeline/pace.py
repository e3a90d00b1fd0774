"""How much a run does between two commits, and when it has to end."""

import time
from typing import NamedTuple, Self

from searchkit_index.system.memory import Ceiling


class Batch(NamedTuple):
    """How much is done between two commits, and so lost at most by a kill.

    Attributes:
        files: Files that are read.
        passages: Passages that are embedded.
    """

    files: int
    passages: int


LARGE = Batch(files=200, passages=512)
SMALL = Batch(files=10, passages=64)


class Pace(NamedTuple):
    """How a run goes about its work.

    Attributes:
        batch: How much is done between two commits.
        deadline: On `time.monotonic`'s clock; None for no end.
    """

    batch: Batch
    deadline: float | None

    @classmethod
    def within(cls, deadline: float | None, ceiling: Ceiling | None) -> Self:
        """Choose smaller batches where a deadline is to be looked at, or a ceiling to be kept."""
        return cls(LARGE if deadline is None and ceiling is None else SMALL, deadline)

    def suffices(self, began: float, share: float) -> bool:
        """Tell whether work will be done in time, by the share of it that is done since it began.

        Args:
            began: On `time.monotonic`'s clock.
            share: Above 0, at most 1.

        Returns:
            Whether all will be done before the deadline, if it goes on as fast.
        """
        return self.deadline is None or began + (time.monotonic() - began) / share < self.deadline

    def halved(self) -> Self:
        """Return the same pace with half of the time that is left."""
        if self.deadline is None:
            return self
        return self._replace(deadline=(time.monotonic() + self.deadline) / 2)

    def is_over(self) -> bool:
        """Tell whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() > self.deadline
