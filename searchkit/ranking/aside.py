"""What stands beside the thing itself: tests, examples, foreign and generated code, old versions.

Judged by names in paths alone, by the conventions that programmers of all languages share.
"""

import re
from collections.abc import Iterable

from searchkit.ranking.naming import Question
from searchkit_index import words

_TESTS = frozenset(
    {"test", "tests", "testing", "testdata", "testutil", "testutils", "spec", "specs", "e2e"}
    | {"fixture", "fixtures", "mock", "mocks", "bench", "benches", "benchmark", "benchmarks"}
)
_OTHERS = frozenset(
    {"example", "examples", "sample", "samples", "demo", "demos", "generated"}
    | {"vendor", "vendored", "third", "thirdparty", "deprecated", "legacy", "compat"}
)
_ASIDE = _TESTS | _OTHERS

_VERSION = re.compile(r"(.*/)?v(\d+)", re.IGNORECASE)


def is_test(path: str) -> bool:
    """Whether a file is a test, a benchmark or what they stand on."""
    return not _TESTS.isdisjoint(words.terms(path))


def is_aside(path: str, question: Question) -> bool:
    """Whether a file is beside the thing itself, and the question does not ask for such files."""
    return not _ASIDE.isdisjoint(words.terms(path)) and not question.asks_for(_ASIDE)


def superseded(paths: Iterable[str], question: Question) -> set[str]:
    """The paths below a `v1` where another lies below a `v2` beside it; none that is asked for."""
    versions: dict[str, dict[int, set[str]]] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder:
            if match := _VERSION.fullmatch(folder):
                beside = versions.setdefault(match[1] or "", {})
                beside.setdefault(int(match[2]), set()).add(path)
            folder = folder.rpartition("/")[0]
    return {
        path
        for beside in versions.values()
        for number, inside in beside.items()
        if number < max(beside) and not question.asks_for([f"v{number}"])
        for path in inside
    }
