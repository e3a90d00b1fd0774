"""The base of classes with something to close."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """An object to be closed, or used in a `with`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Close what is open."""
