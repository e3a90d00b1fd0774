"""Defines what can be asked: a text, a filter, a mode and a limit, checked when they are made.

The command line, the interface and programs all build a `Query`. Asks nothing itself.

To add a filter: a field here, what it selects in `searchkit.search.selection`, an option in
`searchkit.cli.narrowing`, and a facet of the interface if people shall choose it from a list.
"""

import math
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Literal, Self, get_args

from searchkit.config import MOST_HITS
from searchkit.git.difference import Difference
from searchkit.pattern import Pattern
from searchkit.suggestion import did_you_mean
from searchkit_index.errors import QueryError

Mode = Literal["hybrid", "semantic", "lexical"]
Kind = Literal["definition", "code", "prose", "data", "test"]
MODES: tuple[Mode, ...] = get_args(Mode)
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which chunks may answer; an empty value lets all of them.

    Args:
        languages: Programming languages and formats of prose (`python`, `markdown`) by the file,
            natural languages (`ja`, `japanese`) of prose. Where both are given, prose must be in
            one of each.
        globs: Paths, relative to the root, in the syntax of ignore files.
        under: Files and folders, relative to the root: they and what they hold.
        kinds: Kinds of chunks. All in a test file is of the kind `test`, and of other kinds only if
            `test` is given too.
        min_confidence: How likely a hit must be about what is asked, from 0 to 1.
        patterns: What lines of a chunk must hold, each of them.
        difference: Some lines of a chunk must differ from this commit.

    Raises:
        QueryError: A value is not allowed; unknown languages are refused by the search.
    """

    languages: Sequence[str] = ()
    globs: Sequence[str] = ()
    under: Sequence[str] = ()
    kinds: Sequence[Kind] = ()
    min_confidence: float = 0.0
    patterns: Sequence[Pattern] = ()
    difference: Difference | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "patterns", _patterns(self.patterns))
        for name in ("languages", "globs", "under", "kinds"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        if "" in self.globs:
            raise QueryError("a glob is empty", "give one like `src/**`, or none")
        object.__setattr__(self, "under", tuple(filter(None, map(_relative, self.under))))
        for kind in self.kinds:
            _choice("kind", kind, KINDS)
        if not isinstance(self.difference, Difference | None):
            raise QueryError(f"`difference` is {self.difference!r}", "give `Difference(...)`")
        if not _is_number(self.min_confidence) or not 0 <= self.min_confidence <= 1:
            raise QueryError(
                f"`min_confidence` is {self.min_confidence!r}", "give a number from 0 to 1"
            )

    @property
    def selects(self) -> bool:
        """Whether only some of the chunks may answer, whatever their scores."""
        return any(
            (self.languages, self.globs, self.under, self.kinds, self.patterns, self.difference)
        )

    def inside(self, paths: Sequence[str]) -> Self | None:
        """Narrow the filter to files and folders.

        Args:
            paths: Relative to the root; "" for all of it.

        Returns:
            The same filter for what lies below both its own `under` and these; None for nothing.
        """
        if "" in paths:
            return self
        if not self.under:
            return replace(self, under=paths)
        pairs = [sorted(pair, key=len) for pair in product(self.under, paths)]
        both = {longer for shorter, longer in pairs if f"{longer}/".startswith(f"{shorter}/")}
        return replace(self, under=sorted(both)) if both else None


@dataclass(frozen=True, slots=True)
class Query:
    """A question.

    Args:
        text: A question, a name, a snippet, in any language; never read as a query language.
        filter: Which chunks may answer.
        mode: Which sides of an index to ask: by words, by meaning, or both.
        limit: The most hits; None for the configured number.

    Raises:
        QueryError: The text is blank, or a value is not allowed.
    """

    text: str
    filter: Filter = field(default_factory=Filter)
    mode: Mode = "hybrid"
    limit: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise QueryError(f"the question is of type `{type(self.text).__name__}`", "give a text")
        if not self.text.strip():
            raise QueryError("the question is empty", "say what you look for")
        if not isinstance(self.filter, Filter):
            raise QueryError(
                f"the filter is of type `{type(self.filter).__name__}`", "give a `Filter`"
            )
        _choice("mode", self.mode, MODES)
        check_limit(self.limit)

    @classmethod
    def of(
        cls,
        query: "str | Query",
        *,
        filter: Filter | None = None,
        mode: Mode | None = None,
        limit: int | None = None,
    ) -> "Query":
        """Make a query of a text, or of another query; what is given takes the place of its own.

        Args:
            query: A text, or a query.
            filter: Which chunks may answer.
            mode: Which sides to ask.
            limit: The most hits.

        Returns:
            The query.

        Raises:
            QueryError: As for `Query`.
        """
        asked = query if isinstance(query, Query) else cls(query)
        given = {"filter": filter, "mode": mode, "limit": limit}
        changes: dict[str, Any] = {name: it for name, it in given.items() if it is not None}
        return replace(asked, **changes) if changes else asked

    def limited(self, default: int) -> Self:
        """Return the same query with a limit, `default` where it has none."""
        return self if self.limit is not None else replace(self, limit=default)


def check_limit(limit: int | None) -> None:
    """Refuse a number of hits that cannot be asked for.

    Args:
        limit: The number; None for the configured one.

    Raises:
        QueryError: It is no whole number, below 1, or beyond `MOST_HITS`.
    """
    if limit is None:
        return
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_HITS:
        raise QueryError(f"the limit is {limit!r}", f"give a whole number from 1 to {MOST_HITS:,}")


def _choice(what: str, given: Any, known: Sequence[str]) -> None:
    if given not in known:
        hint = did_you_mean(str(given), known, f"known are {_quoted_list(known)}")
        raise QueryError(f"there is no {what} `{given}`", hint)


def _quoted_list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _texts(name: str, given: Any) -> tuple[str, ...]:
    """Check the values of a field; refuse a single text, which would be read letter by letter."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise QueryError(f"`{name}` is {given!r}, not a list", f"write `{name}=[{given!r}]`")
    values = tuple(given)
    for value in values:
        if not isinstance(value, str):
            raise QueryError(f"`{name}` holds {value!r}, which is no text", "give texts")
        if "\0" in value:
            raise QueryError(f"`{name}` holds a NUL character", "no path or name has one")
    return values


def _patterns(given: Any) -> tuple[Pattern, ...]:
    if not isinstance(given, Iterable):
        raise QueryError(f"`patterns` is {given!r}, not a list", f"write `patterns=[{given!r}]`")
    found = tuple(given)
    for each in found:
        if not isinstance(each, Pattern):
            raise QueryError(
                f"`patterns` holds {each!r}, which is no pattern", "give `Pattern(...)`"
            )
    return found


def _relative(path: str) -> str:
    """Write a path below the root in its plainest form, "" for the root; refuse one out of it."""
    plain = posixpath.normpath(path)
    if plain.startswith(("/", "../")) or plain == "..":
        raise QueryError(f"`{path}` is not below the root", "give a path relative to the root")
    return "" if plain == "." else plain


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and not math.isnan(value)
