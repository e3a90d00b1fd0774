"""Defines a request, a question with its filters, and the navigation history of requests."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, cast

from searchkit.query import MODES as MODES
from searchkit.query import Filter, Kind, Query
from searchkit.query import Mode as Mode

if TYPE_CHECKING:
    from searchkit.status import Facets

Facet = Literal["languages", "naturals", "kinds", "globs"]

# What can be chosen from a list, and the title of that list.
TITLES: dict[Facet, str] = {
    "languages": "Language",
    "naturals": "Prose in",
    "kinds": "Kind",
    "globs": "Folder",
}
_FACETS = tuple(TITLES)
# The fields of a request that are texts.
_TEXTS = ("text", "mode", "root")
_LAST_LINE = 1 << 31  # more lines no file has


class Like(NamedTuple):
    """A place in a file, to find similar ones.

    Attributes:
        path: A file, relative to its root.
        line: From 1.
    """

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Request:
    """A question and where to search for answers.

    Args:
        text: Any text; ignored while `like` is set.
        mode: Which sides of the index are asked.
        languages: Only files in these; any when empty.
        naturals: Only prose in these natural languages, by their English names; any when empty.
        kinds: Only chunks of these kinds; any when empty.
        globs: Only paths that match one of these, in the syntax of ignore files; any when empty.
        root: The folder to search; every indexed one when empty.
        like: Search for places like this one instead of `text`.
    """

    text: str = ""
    mode: Mode = "hybrid"
    languages: tuple[str, ...] = ()
    naturals: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    root: str = ""
    like: Like | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not self.like and not self.text.strip()

    @property
    def title(self) -> str:
        """What it is listed as, on one line."""
        if self.like:
            return f"similar to {self.like.path}:{self.like.line}"
        return " ".join(self.text.split())

    @property
    def chips(self) -> tuple[tuple[Facet, str], ...]:
        """Every filter, in the order in which they are shown."""
        return tuple((facet, value) for facet in _FACETS for value in getattr(self, facet))

    def toggled(self, facet: Facet, value: str) -> Self:
        """Return the same question with one filter added, or removed if it has it."""
        values = getattr(self, facet)
        kept = tuple(other for other in values if other != value)
        changed: dict[str, Any] = {facet: kept if value in values else (*kept, value)}
        return replace(self, **changed)

    @property
    def filter(self) -> Filter:
        """Which chunks may answer."""
        languages = (*self.languages, *self.naturals)
        return Filter(languages, self.globs, kinds=cast("tuple[Kind, ...]", self.kinds))

    def query(self, limit: int) -> Query:
        """Make the query that a workspace takes, or raise QueryError."""
        return Query(self.text, self.filter, self.mode, limit)

    def unfiltered(self) -> Self:
        """Return the same question without filters."""
        none: dict[str, Any] = dict.fromkeys(_FACETS, ())
        return replace(self, **none)

    def next_mode(self) -> Self:
        """Return the same question in the next mode."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    def record(self) -> dict[str, Any]:
        """Return a form that JSON can hold, without the values that are at their defaults."""
        default = asdict(Request())
        return {name: value for name, value in asdict(self).items() if value != default[name]}

    @classmethod
    def from_record(cls, record: Any) -> Self:
        """Make a request of what `record` gave, or of what a file holds in its place.

        Args:
            record: Anything that JSON can hold; what is missing has its default.

        Returns:
            The request.

        Raises:
            ValueError: A value is none that a request can have.
        """
        if not isinstance(record, dict) or not _is_valid(record):
            raise ValueError(f"no question: {record!r:.99}")
        texts = {name: record[name] for name in _TEXTS if name in record}
        facets: dict[str, Any] = {name: tuple(record.get(name, ())) for name in _FACETS}
        like = record.get("like")
        return cls(**texts, **facets, like=Like(*like) if like else None)


def _is_valid(record: Mapping[str, Any]) -> bool:
    facets = [record.get(name, []) for name in _FACETS]
    if not all(isinstance(facet, list | tuple) for facet in facets):
        return False
    words = (*(record.get(name, "") for name in _TEXTS), *chain(*facets))
    has_mode = record.get("mode", MODES[0]) in MODES
    return all(isinstance(word, str) for word in words) and has_mode and _is_place(record)


def _is_place(record: Mapping[str, Any]) -> bool:
    match record.get("like"):
        case None | []:
            return True
        case [str(), int(line)]:
            return 0 < line <= _LAST_LINE
    return False


def facet_counts(facets: "Facets") -> dict[Facet, Mapping[str, int]]:
    """List for each facet the values that a question takes, with the number of files."""
    from searchkit_index.languages.natural import NAMES

    return {
        "languages": facets.languages,
        "naturals": {NAMES.get(code, code): n for code, n in facets.natural_languages.items()},
        "kinds": facets.kinds,
        "globs": {below(folder): files for folder, files in facets.folders.items()},
    }


class Visit(NamedTuple):
    """A question that was asked, and which of its answers was selected.

    Attributes:
        request: The question.
        cursor: The answer, from 0.
    """

    request: Request
    cursor: int = 0


class NavigationHistory:
    """The questions of this run, one of them the current one, like the pages of a browser."""

    _MOST = 200

    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._current = -1

    @property
    def can_go_back(self) -> bool:
        """Whether there is a question before the current one."""
        return self._current > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a question after the current one."""
        return self._current < len(self._visits) - 1

    def add(self, request: Request, *, over: bool = False) -> None:
        """Make a question the current one; those after it are dropped.

        Args:
            request: Empty ones are not kept.
            over: Whether it replaces the current one, as while typing.
        """
        if request.empty or (self._current >= 0 and self._visits[self._current].request == request):
            return
        del self._visits[self._current + (0 if over and self._current >= 0 else 1) :]
        self._visits = [*self._visits, Visit(request)][-self._MOST :]
        self._current = len(self._visits) - 1

    def note(self, cursor: int) -> None:
        """Remember which answer is selected."""
        if self._current >= 0:
            self._visits[self._current] = self._visits[self._current]._replace(cursor=cursor)

    def back(self) -> Visit | None:
        """Go to the previous question, if there is one, and return it."""
        return self._go(-1) if self.can_go_back else None

    def forward(self) -> Visit | None:
        """Go to the next question, if there is one, and return it."""
        return self._go(1) if self.can_go_forward else None

    def _go(self, step: int) -> Visit:
        self._current += step
        return self._visits[self._current]


def below(folder: str) -> str:
    """Write a glob that matches what is in a folder, whose name may hold brackets and stars."""
    return re.sub(r"[!*?\[\]\\]", r"\\\g<0>", folder) + "/**"
