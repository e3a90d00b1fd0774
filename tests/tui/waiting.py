"""An embedder that a test holds back."""

import threading
from collections.abc import Callable, Sequence

from searchkit_index.embedder import Embedder, Role, Vectors


class Waiting:
    """Waits, with the texts that a condition holds of, until it is told to go on."""

    def __init__(
        self,
        embedder: Embedder,
        go: threading.Event,
        holds: Callable[[Sequence[str]], bool] = lambda texts: True,
    ) -> None:
        self._embedder, self._go, self._holds = embedder, go, holds

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        assert not self._holds(texts) or self._go.wait(10)
        return self._embedder.encode(texts, role)


def in_a_run(texts: Sequence[str]) -> bool:
    """Tell whether texts are embedded by an index run, and not for a question."""
    return threading.current_thread().name.startswith("batch")
