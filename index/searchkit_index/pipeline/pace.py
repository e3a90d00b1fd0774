"""Bounds of a run: its time, its memory, and how much it does between two commits."""

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
    """The bounds of a run.

    Attributes:
        batch: How much is done between two commits.
        deadline: On `time.monotonic`'s clock; None for no end.
        ceiling: On the memory of this process and of the one that reads files; None for none.
    """

    batch: Batch = LARGE
    deadline: float | None = None
    ceiling: Ceiling | None = None

    @classmethod
    def within(cls, deadline: float | None, ceiling: Ceiling | None) -> Self:
        """Choose smaller batches if there is a deadline or a ceiling."""
        return cls(LARGE if deadline is None and ceiling is None else SMALL, deadline, ceiling)

    def suffices(self, began: float, share: float) -> bool:
        """Tell whether work will be done in time, by the share of it that is done already.

        Args:
            began: On `time.monotonic`'s clock.
            share: Above 0, at most 1.

        Returns:
            Whether all of it will be done before the deadline at the same speed.
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


NO_BOUNDS = Pace()
