"""Ends what is open when its `with` block ends."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """What holds something open: close it, or use it in a `with`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open."""
