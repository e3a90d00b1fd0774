"""What an index tells of itself: how fresh an answer is, and what is held."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from searchkit.ranking.aside import is_test
from searchkit_index.walk.walker import Rules


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far an answer can be trusted to cover the folder as it is now.

    `files` are indexed and `skipped` ones are not, for reasons that `status` tells; `stale` files
    changed, came or went and are not taken in; `pending` passages are found by their words but not
    yet by their meaning; `busy` tells that another process is indexing.
    """

    files: int
    skipped: int
    stale: int
    pending: int
    busy: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds. Sizes are in bytes; `last_run` is in seconds since the epoch.

    `languages` are of files, by name, and `natural_languages` of prose, by their codes of ISO
    639-1: files and chunks for each, most files first.
    """

    root: Path
    folder: Path
    model: str
    fingerprint: str
    files: int
    chunks: int
    passages: int
    pending: int
    languages: dict[str, tuple[int, int]]
    natural_languages: dict[str, tuple[int, int]]
    skipped: dict[str, int]
    without_grammar: list[str]
    catalog_bytes: int
    vector_bytes: int
    layout: str | None
    recall: float | None
    last_run: float | None
    rules: Rules


@dataclass(frozen=True, slots=True)
class Facets:
    """What a search can be narrowed to, with the number of files for each, most first.

    `languages` are of files, `natural_languages` of prose, by their codes; `kinds` of what stands
    in the files, `folders` those right below the root.
    """

    languages: dict[str, int]
    natural_languages: dict[str, int]
    kinds: dict[str, int]
    folders: dict[str, int]

    @classmethod
    def counted(cls, contents: Iterable[tuple[str, str | None, str, str | None]]) -> Self:
        """Count the files.

        Args:
            contents: Path and language of each file, with each kind and natural language in it.
        """
        files: tuple[set[tuple[str, str]], ...] = (set(), set(), set(), set())
        for path, language, kind, spoken in contents:
            kind = "test" if is_test(path) else kind
            folder = path.partition("/")[0] if "/" in path else None
            for found, value in zip(files, (language, spoken, kind, folder), strict=True):
                if value:
                    found.add((path, value))
        counts = (Counter(value for _, value in found) for found in files)
        return cls(*(dict(sorted(each.items(), key=_most_first)) for each in counts))

    @classmethod
    def merged(cls, all_facets: Iterable["Facets"]) -> Self:
        """Add up the counts of several folders."""
        counts = [Counter[str]() for _ in fields(cls)]
        for facets in all_facets:
            for count, each in zip(counts, fields(cls), strict=True):
                count.update(getattr(facets, each.name))
        return cls(*(dict(sorted(each.items(), key=_most_first)) for each in counts))


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    value, count = counted
    return -count, value
