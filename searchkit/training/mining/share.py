"""Bounds how many pairs one folder may give."""

import re
from collections import Counter
from dataclasses import dataclass

from searchkit.training.pair import Pair

TESTS = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testing|testsuite|unit_?tests?|e2e|benchmarks?|benches)/"
    r"|(?:^|/)test_[^/]*$|[._-](?:test|spec|tests)\.\w+$|Tests?\.\w+$|Spec\.\w+$"
)
_TRANSLATIONS = ("po", "bitext-docs")
_VAIN_FILES = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How many pairs one place may give, so that none dominates.

    Attributes:
        file: Pairs of one kind from one file of code or prose.
        catalog: Pairs of one kind from a file of translations.
        source: Pairs of one kind and one pair of languages from one folder.
        tests: Pairs of one kind and one pair of languages from the tests of a folder.
    """

    file: int = 60
    catalog: int = 4_000
    source: int = 6_000
    tests: int = 400


class Share:
    """Counts what one folder has given so far, and takes no more than its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._given: Counter[tuple[bool, str, str, str]] = Counter()
        self._vain: Counter[tuple[bool, str]] = Counter()
        self.taken: list[Pair] = []

    def is_full(self, path: str, language: str) -> bool:
        """Tell whether the last files of this language gave nothing new, so that none will."""
        return self._vain[bool(TESTS.search(path)), language] >= _VAIN_FILES

    def take(self, path: str, language: str, pairs: list[Pair]) -> None:
        """Take pairs of one file, as many as the limits allow, in an order that stays the same."""
        is_test = bool(TESTS.search(path))
        most = self._limits.tests if is_test else self._limits.source
        of_file: Counter[str] = Counter()
        limits = dict.fromkeys(_TRANSLATIONS, self._limits.catalog)
        before = len(self.taken)
        for pair in sorted(pairs, key=Pair.digest):
            place = (is_test, pair.kind, pair.lang_a, pair.lang_b)
            of_kind = limits.get(pair.kind, self._limits.file)
            if of_file[pair.kind] < of_kind and self._given[place] < most:
                of_file[pair.kind] += 1
                self._given[place] += 1
                self.taken.append(pair)
        if len(self.taken) > before:
            self._vain[is_test, language] = 0
        elif pairs:
            self._vain[is_test, language] += 1
