"""Drops pairs that were seen, that repeat too often, or that a measurement needs kept out."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

from searchkit.training.pair import Pair, normal, word_count

_MOST_REPEATS = 3


class Sieve:
    """Drops what was seen before, what repeats too often, and what must stay out."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._sides: Counter[bytes] = Counter()
        self._forbidden: set[bytes] = set()

    def keep_out(self, pairs: Iterable[Pair]) -> None:
        """Let no side of these pairs pass from now on."""
        for pair in pairs:
            self._forbidden.update(
                _digest(side) for side in (pair.a, pair.b) if word_count(side) > 7
            )

    def passes(self, pair: Pair) -> bool:
        """Tell whether a pair is new, and note that it was seen."""
        whole, *sides = pair.digest(), _digest(pair.kind + pair.a), _digest(pair.kind + pair.b)
        if whole in self._seen or any(self._sides[side] >= _MOST_REPEATS for side in sides):
            return False
        if self._forbidden and (
            _digest(pair.a) in self._forbidden or _digest(pair.b) in self._forbidden
        ):
            return False
        self._seen.add(whole)
        self._sides.update(sides)
        return True


def _digest(text: str) -> bytes:
    return blake2b(normal(text).encode(), digest_size=8).digest()
