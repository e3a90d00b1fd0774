"""Drops pairs that were seen, that repeat too often, that are too short, or that must stay out."""

import re
from collections import Counter
from hashlib import blake2b

from searchkit.training.data.corpus import text_digest
from searchkit.training.pair import Pair, normal
from searchkit_index.scripts import CJK

# Evaluations cut their texts, and mark them up otherwise: texts that begin alike count as the same.
HELD_OUT_CHARACTERS = 160

_CJK = re.compile(f"[{CJK}]")
_CJK_CHARACTERS = 2.5
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s)|[。！？\n]")
_PRIVATE = re.compile(
    r"[\w.+-]+@[\w-]+\.[a-z]{2,}|\+\d[\d ()-]{8,}\d|\bcopyright\b|@author\b"
    r"|-----BEGIN|\b(?:ghp_|AKIA|sk-)\w{16,}",
    re.IGNORECASE,
)


def tidied(pair: Pair, least: int, longest: int) -> Pair | None:
    """Cut the sides of a pair to their longest, at the end of a line or sentence.

    Args:
        pair: The pair.
        least: The fewest characters of a side; a sign of CJK counts as 2.5.
        longest: The most characters of a side.

    Returns:
        The pair; None if a side is too short, or names a person or a key.
    """
    a, b = (_shortened(side.strip(), longest) for side in (pair.a, pair.b))
    if min(_weight(a), _weight(b)) < least or _PRIVATE.search(a) or _PRIVATE.search(b):
        return None
    return Pair(a, b, pair.kind, pair.lang_a, pair.lang_b)


class Sieve:
    """Drops what was seen before, what repeats too often, and what must stay out.

    Args:
        forbidden: Digests of texts that pass on neither side, of so many characters as
            `HELD_OUT_CHARACTERS` says, see `text_digest`.
    """

    def __init__(self, forbidden: frozenset[int] = frozenset()) -> None:
        self._seen: set[bytes] = set()
        self._sides: Counter[bytes] = Counter()
        self._forbidden = forbidden

    def passes(self, pair: Pair, repeats: int) -> bool:
        """Tell whether a pair is new, and note that it was seen.

        Args:
            pair: The pair.
            repeats: How often one text may stand on one side of its kind in one pair of languages;
                0 for any number.

        Returns:
            Whether it may be used.
        """
        place = f"{pair.kind} {pair.lang_a} {pair.lang_b} "
        whole, sides = pair.digest(), [_digest(place + side) for side in (pair.a, pair.b)]
        often = repeats and max(self._sides[side] for side in sides) >= repeats
        if whole in self._seen or often:
            return False
        if any(
            text_digest(each, HELD_OUT_CHARACTERS) in self._forbidden for each in (pair.a, pair.b)
        ):
            return False
        self._seen.add(whole)
        self._sides.update(sides)
        return True


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(head)]
    return head[: ends[-1] if ends and ends[-1] * 3 > longest * 2 else longest].rstrip()


def _weight(text: str) -> float:
    return len(text) + (_CJK_CHARACTERS - 1) * len(_CJK.findall(text))


def _digest(text: str) -> bytes:
    return blake2b(normal(text).encode(), digest_size=8).digest()
