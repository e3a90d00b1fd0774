"""Recognises by paths tests, examples, foreign and generated code, and old versions.

Only folder and file names that programmers of all languages share count; a word inside a name does
not: the library that tests things keeps its product in `testing.py`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from searchkit.ranking.asking import BESIDE, Convention
from searchkit.ranking.naming import Question
from searchkit_index import words

_FOLDERS: dict[Convention, str] = {
    "test": "test tests testdata testutil testutils spec specs e2e fixture fixtures mock"
    " mocks bench benches benchmark benchmarks unittests androidtest",
    "example": "example examples sample samples demo demos",
    "foreign": "vendor vendored third_party thirdparty node_modules generated deprecated legacy"
    " compat class_use",
}
_FOLDER: dict[str, Convention] = {
    name: kind for kind, row in _FOLDERS.items() for name in row.split()
}
_SUFFIXED = re.compile(r"(?:.*[-_.])?(tests|fixtures|mocks|examples|samples|benchmarks)")

_CAPITALISED = re.compile(r"(?:.*[a-z\d])?Tests?")  # `commonTest`, `VaporTests`

_CODE = r"\.\w+(?:\.\w+)?"
_FILES: dict[Convention, re.Pattern[str]] = {
    "test": re.compile(
        r"(?:test_[^/]*\.(?:py|rb|cc?|cpp|lua|zig|jl)|conftest\.py|tests?\.(?:py|[jt]sx?|zig)"
        rf"|[^/]*[-_.](?:tests?|spec|bench(?:mark)?|mock|fixture){_CODE}"
        rf"|[^/]*[a-z\d](?:Tests?|TestCase|Spec|Specs|Benchmarks?|Mock)\.(?!bash|sh)\w+"
        r"|mock_[^/]*\.\w+|[^/]*\.\w*test|[^/]*\.snap)"
    ),
    "example": re.compile(r"(?:example_[^/]*|[^/]*_example|example|demo)\.\w+"),
    # What programs write under the names in `reading.machine` is in no index.
    "foreign": re.compile(
        r"(?:[^/]*[-.]lock(?:\.\w+)?|[^/]*\.(?:map|svg)|_?compat\.\w+"
        # Lists of names that Javadoc and Doxygen make.
        r"|(?:index-all|(?:package|overview)-(?:use|tree|frame|summary)|allclasses(?:-\w+)?"
        r"|deprecated-list|constant-values|serialized-form|help-doc"
        r"|[^/]*(?:-members|_8(?:h|hpp|cpp|cc|c)(?:_source)?))\.html"
        r"|[^/]*\.(?:min|bundle)\.(?:[cm]?js|css))"
    ),
}

# The sources of a product where each kind has a folder, as Maven and Kotlin have it: a library for
# tests has its own in `src/main/java/org/mock`.
_PRODUCT = re.compile(r"(?:\A|(?<=/))src/(?:main|[a-z]\w*Main)/")

# What a build wrote for browsers, kept beside its sources.
_BUILT = re.compile(r"(?:.*/)?dist/.*\.(?:[cm]?js|d\.[cm]?ts|css|html)", re.IGNORECASE)

_WORDS = frozenset(words.terms(" ".join(BESIDE.values())))


def convention_of(path: str) -> Convention | None:
    """Classify a file that is not the product itself, by its folders and its name.

    Args:
        path: Relative to the root, with slashes.

    Returns:
        A test, a benchmark or what they stand on; an example; foreign, generated or replaced code;
        None for all else.
    """
    if _BUILT.fullmatch(path):
        return "foreign"
    if product := _PRODUCT.search(path):
        return _convention_of_folder(path[: product.start()])
    folder, _, name = path.rpartition("/")
    return _convention_of_folder(folder) or _convention_of_name(name)


@lru_cache(maxsize=1 << 14)
def _convention_of_folder(path: str) -> Convention | None:
    for folder in path.split("/"):
        plain = folder.lower().strip("_")
        if found := _FOLDER.get(plain.replace("-", "_")):
            return found
        if match := _SUFFIXED.fullmatch(plain):
            return "example" if match[1] in ("examples", "samples") else "test"
        if _CAPITALISED.fullmatch(folder):
            return "test"
    return None


@lru_cache(maxsize=1 << 14)
def _convention_of_name(name: str) -> Convention | None:
    return next((kind for kind, names in _FILES.items() if names.fullmatch(name)), None)


def is_test(path: str) -> bool:
    """Tell whether a file is a test, a benchmark or what they rely on."""
    return convention_of(path) == "test"


def asked_for(question: Question) -> frozenset[Convention]:
    """Find which kinds of files beside the product itself a question asks for."""
    return frozenset(kind for kind, row in BESIDE.items() if question.says(row.split()))


def says_kind(name: str) -> bool:
    """Tell whether a name has a word in it that asks for files beside the product."""
    return not _WORDS.isdisjoint(words.terms(name))


# `v1`, `9.x`, `version-2.0`, `django-4.2`: the name of a folder of one version: what comes before
# the numbers, and the numbers. `day-2` is not a newer version of `day-1`.
_VERSION = re.compile(
    r"(v|ver|version|release)[-_.]?(\d+(?:\.(?:\d+|x))*)|(.*[-_])?(\d+(?:\.(?:\d+|x))+)",
    re.IGNORECASE,
)


def superseded(paths: Iterable[str], question: Question) -> set[str]:
    """Find the files in the folder of an older version, next to that of a newer one.

    Args:
        paths: Paths of files, with those that replace older ones: any file of a higher version
            beside it, or one of the same name one folder up.
        question: A version that it names does not count as older.

    Returns:
        Those of the paths that were superseded.
    """
    all_paths = list(paths)
    known = set(all_paths)
    versions: dict[tuple[str, str], dict[tuple[int, ...], set[str]]] = {}
    older = set()
    for path in all_paths:
        folders = path.split("/")
        for depth, folder in enumerate(folders[:-1]):
            match = _VERSION.fullmatch(folder)
            if not match or question.asks_for(words.terms(folder)):
                continue
            numbers = tuple(int(part) for part in re.findall(r"\d+", match[2] or match[4]))
            label = "/".join(folders[:depth]), match[1] or match[3] or ""
            versions.setdefault(label, {}).setdefault(numbers, set()).add(path)
            if "/".join((*folders[:depth], *folders[depth + 1 :])) in known:
                older.add(path)
    for beside in versions.values():
        newest = max(beside)
        older.update(*(inside for numbers, inside in beside.items() if numbers < newest))
    return older


@lru_cache(maxsize=1 << 12)
def without_versions(path: str) -> str:
    """Leave out the folders of a path that are named for versions."""
    *folders, name = path.split("/")
    return "/".join((*(each for each in folders if not _VERSION.fullmatch(each)), name))
