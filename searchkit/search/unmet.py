"""Tells which part of a filter excludes every chunk, and suggests another value."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from searchkit.printable import shell_word
from searchkit.query import Filter
from searchkit.status import Facets
from searchkit.wording import amount
from searchkit_index.errors import QueryError
from searchkit_index.languages.natural import NAMES

# At most this many values are named that could be asked for.
_NAMED = 8


def unmet(
    filters: Mapping[Path, Filter],
    holds: Callable[[Path, Filter], bool],
    facets: Callable[[], Facets],
) -> QueryError | None:
    """Explain why nothing could answer.

    Args:
        filters: The folders that were asked, each with its filter.
        holds: Tells whether anything in a folder fits a filter.
        facets: Counts what these folders hold.

    Returns:
        What is asked for and is not there, and what could be asked for; None where every part of
        the filter lets something answer, and all of them together do.
    """
    return next(_reasons(filters, holds, facets), None) if filters else None


def _reasons(
    filters: Mapping[Path, Filter],
    holds: Callable[[Path, Filter], bool],
    facets: Callable[[], Facets],
) -> Iterator[QueryError]:
    """Yield what explains most first: later ones are true as well where an earlier one is."""

    def anywhere(*names: str) -> bool:
        return any(
            holds(root, _filter_with_only(filter, names)) for root, filter in filters.items()
        )

    if not anywhere():
        yield _nothing_indexed(list(filters))
    root, wanted = next(iter(filters.items()))
    given = [name for name in _PHRASES if getattr(wanted, name)]
    for name in given:
        if not anywhere(name):
            yield QueryError(_message(wanted, [name]), _hint(name, root, wanted, facets))
    if len(given) > 1 and not anywhere(*given):
        alone = "each of these fits something alone: take one off"
        yield QueryError(_message(wanted, given), alone)
    rest = "that fits the other filters " if given else ""
    if wanted.patterns and not anywhere(*given, "patterns"):
        texts = " and one that matches ".join(f"`{each.text}`" for each in wanted.patterns)
        message = f"no chunk {rest}has a line that matches {texts}"
        yield QueryError(message, _in_any_case(filters, holds))
    if wanted.difference and not anywhere(*given, "patterns", "difference"):
        yield QueryError(f"nothing {rest}has lines that differ", "ask without git's options")
    if wanted.min_confidence:
        least = f"nothing was found that is at least {wanted.min_confidence:g} likely"
        yield QueryError(least, "ask with a lower minimum confidence, or with none")


def _nothing_indexed(roots: list[Path]) -> QueryError:
    if roots == [Path()]:  # a shared index
        return QueryError("nothing is indexed")
    return QueryError(
        f"nothing is indexed in {_quoted_or(map(str, roots))}",
        f"type `searchkit status --skipped {shell_word(roots[0])}` to see what was left out",
    )


def _in_any_case(filters: Mapping[Path, Filter], holds: Callable[[Path, Filter], bool]) -> str:
    for root, filter in filters.items():
        loose = [replace(pattern, ignore_case=True) for pattern in filter.patterns]
        if holds(root, replace(filter, patterns=loose)):
            return "it matches in another case: add `-i`"
    return ""


def _filter_with_only(filter: Filter, names: Iterable[str]) -> Filter:
    return replace(Filter(), **{name: getattr(filter, name) for name in names})


_PHRASES: Mapping[str, str] = {
    "under": "below {}",
    "languages": "in {}",
    "kinds": "of the kind {}",
    "globs": "at a path that matches {}",
}


def _message(filter: Filter, names: Iterable[str]) -> str:
    asked = (_PHRASES[name].format(_quoted_or(getattr(filter, name))) for name in names)
    return f"nothing is indexed {', '.join(asked)}"


def _quoted_or(values: Iterable[str]) -> str:
    return " or ".join(f"`{value}`" for value in values)


def _hint(name: str, root: Path, filter: Filter, facets: Callable[[], Facets]) -> str:
    if name == "under":
        return f"type `searchkit status {shell_word(root / filter.under[0])}` to see why"
    if name == "globs" and any("{" in glob for glob in filter.globs):
        return "braces stand for themselves: give a pattern for each of what is in them"
    there = facets()
    if name == "languages":
        natural = [NAMES.get(code, code) for code in there.natural_languages]
        is_natural = not {*NAMES, *NAMES.values()}.isdisjoint(filter.languages)
        both = (natural, there.languages) if is_natural else (there.languages, natural)
        return f"languages here are {_listed(chain(*both))}"
    if name == "kinds":
        return f"kinds here are {_listed(there.kinds)}"
    if not there.folders:
        return "all files stand in the folder itself"
    return f"folders here are {_listed(there.folders)}; a glob is relative to what was indexed"


def _listed(values: Iterable[str]) -> str:
    names = list(values)
    more = f" and {amount(len(names) - _NAMED, 'other')}" if len(names) > _NAMED else ""
    return ", ".join(_quoted(names)) + more if names else "not known"


def _quoted(names: Iterable[str]) -> Iterator[str]:
    return (f"`{name}`" for name in islice(names, _NAMED))
