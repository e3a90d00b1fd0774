"""Defines what the tools are called with, as flat JSON schemas, and checks it.

No schema has a union, a reference or a nested object: some clients refuse a server for those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.git.difference import Difference
from searchkit.hits.budget import LEAST
from searchkit.pattern import Pattern
from searchkit.query import KINDS, MODES, Filter
from searchkit.suggestion import did_you_mean
from searchkit_index.errors import QueryError

TOKENS = 4_000
"""The budget of a reply that asks for no other."""

_MOST_TOKENS = 100_000
_MOST_HITS = 1_000


@dataclass(frozen=True, slots=True)
class Argument:
    """What a tool may be called with.

    Attributes:
        name: Its name.
        kind: A type of JSON, or `strings` for a list of texts.
        about: What it is for.
        choices: The values that there are; empty for any.
        least: The smallest number; None for none.
        most: The largest number; None for none.
    """

    name: str
    kind: str
    about: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its values."""
        one: dict[str, Any] = {"type": "string" if self.kind == "strings" else self.kind}
        if self.choices:
            one["enum"] = list(self.choices)
        bounds = {"minimum": self.least, "maximum": self.most}
        one |= {name: bound for name, bound in bounds.items() if bound is not None}
        if self.kind == "strings":
            one = {"type": "array", "items": one}
        return {**one, "description": self.about}

    def value(self, given: Any) -> Any:
        """Check what a client sent; raise QueryError for another type, or what is out of bounds."""
        if self.kind == "strings":
            several = given if isinstance(given, list | tuple) else [given]
            return tuple(map(self._coerced, several))
        return self._coerced(given)

    def _coerced(self, given: Any) -> Any:
        if isinstance(given, float) and given.is_integer() and self.kind == "integer":
            given = int(given)
        if not isinstance(given, _TYPES[self.kind]) or (
            isinstance(given, bool) and self.kind != "boolean"
        ):
            raise QueryError(f"`{self.name}` is {given!r}", f"give {_IN_WORDS[self.kind]}")
        if isinstance(given, str) and not _is_whole(given):
            raise QueryError(f"`{self.name}` holds half a character", "send a text of Unicode")
        if self.choices and given not in self.choices:
            raise QueryError(
                f"`{self.name}` is `{given}`", f"there are {', '.join(map(str, self.choices))}"
            )
        low = self.least is not None and given < self.least
        high = self.most is not None and given > self.most
        if low or high:
            raise QueryError(f"`{self.name}` is {given}", f"give {self.least} to {self.most:,}")
        return given


_TYPES: Mapping[str, Any] = {
    "string": str,
    "strings": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
}
_IN_WORDS = {
    "string": "a text",
    "strings": "a list of texts",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def _is_whole(text: str) -> bool:
    """Tell whether a text has no lone surrogate, which JSON can name and no encoding holds."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        name: Its name.
        title: A name for people.
        about: What it does and when to use it, for the model that chooses.
        arguments: What it takes.
        required: Names of those that it cannot do without.
    """

    name: str
    title: str
    about: str
    arguments: tuple[Argument, ...] = ()
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its arguments."""
        properties = {argument.name: argument.schema for argument in self.arguments}
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        return schema | ({"required": list(self.required)} if self.required else {})

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Check what a client sent.

        Args:
            given: Values by their names; one that is null is as if it were not there.

        Returns:
            The values.

        Raises:
            QueryError: One is unknown, missing, or cannot be.
        """
        known = {argument.name: argument for argument in self.arguments}
        sent = {name: value for name, value in given.items() if value is not None}
        for name in sent:
            if name not in known:
                names = f"known are {', '.join(known)}" if known else "give no arguments"
                hint = did_you_mean(name, known, names)
                raise QueryError(f"`{self.name}` takes no `{name}`", hint)
        for name in self.required:
            if name not in sent:
                raise QueryError(f"`{self.name}` needs `{name}`", known[name].about)
        return {name: known[name].value(value) for name, value in sent.items()}


def filter_of(given: Mapping[str, Any]) -> Filter:
    """Make the filter of what a tool was called with, which refuses what cannot be."""
    how = given.get("ignore_case", False), given.get("whole_word", False)
    patterns = [
        Pattern(text, fixed, *how)
        for name, fixed in (("regex", False), ("text", True))
        for text in given.get(name, ())
    ]
    return Filter(
        given.get("lang", ()),
        given.get("glob", ()),
        kinds=given.get("kind", ()),
        min_confidence=given.get("min_confidence", 0),
        patterns=patterns,
        difference=_difference(given),
    )


def _difference(given: Mapping[str, Any]) -> Difference | None:
    named = [name for name in ("changed", "since", "base") if given.get(name)]
    if len(named) > 1:
        raise QueryError(f"`{named[0]}` and `{named[1]}` exclude each other", "give one of them")
    if not named:
        return None
    return Difference(given.get("since") or given.get("base") or "", fork=named == ["base"])


_FILTERS = (
    Argument("lang", "strings", "Only these languages: python, markdown; of prose also ja, de."),
    Argument("glob", "strings", "Only paths that match, as src/** or !vendor/**."),
    Argument("kind", "strings", "Only these kinds of chunks.", KINDS),
    Argument("regex", "strings", "Only hits with a line that matches each of these (RE2)."),
    Argument("text", "strings", "Only hits with a line that holds each of these texts."),
    Argument("ignore_case", "boolean", "Match `regex` and `text` in any case."),
    Argument("whole_word", "boolean", "Match `regex` and `text` as whole words."),
    Argument("changed", "boolean", "Only lines that differ from the last git commit."),
    Argument("since", "string", "Only lines that differ from this git commit."),
    Argument("base", "string", "Only lines that differ from where the branch left this one."),
    Argument("min_confidence", "number", "Only hits at least so likely about it.", (), 0, 1),
)
_ROOTS = Argument("roots", "strings", "Only these served folders, or folders and files in them.")
_LIMIT = Argument("limit", "integer", "At most so many hits; 10 by default.", (), 1, _MOST_HITS)
_BUDGET = Argument(
    "max_tokens",
    "integer",
    f"At most so many tokens in the reply; {TOKENS} by default.",
    (),
    LEAST,
    _MOST_TOKENS,
)
_CURSOR = Argument("cursor", "string", "From the last reply, for more of the same answer.")

TOOLS = (
    Tool(
        "search",
        "Search by meaning and by words",
        "Find code and text about something, best first, in any language. Use it for what you can"
        " describe but not spell; use grep for an exact name. Every reply says whether the match is"
        " weak, and what the index does not cover.",
        (
            Argument("query", "string", "What to look for: a question, a name, a snippet."),
            Argument("mode", "string", "By words, by meaning, or both (default).", MODES),
            *_FILTERS,
            *(_ROOTS, _LIMIT, _BUDGET, _CURSOR),
        ),
        ("query",),
    ),
    Tool(
        "get",
        "Read lines of an indexed file",
        "Read lines of a file that is indexed, or a hit as a whole by its id.",
        (
            Argument("path", "string", "A file, as a hit names it."),
            Argument("start_line", "integer", "The first line, from 1.", (), 1, 10**9),
            Argument("end_line", "integer", "The last line, included.", (), 1, 10**9),
            Argument("id", "string", "The id of a hit, instead of a path."),
            _BUDGET,
        ),
    ),
    Tool(
        "similar",
        "Find places like one",
        "Find places like the one at a line of a file: the same idea elsewhere, in any language.",
        (
            Argument("path", "string", "A file, as a hit names it."),
            Argument("line", "integer", "A line of it, from 1.", (), 1, 10**9),
            *_FILTERS,
            *(_ROOTS, _LIMIT, _BUDGET, _CURSOR),
        ),
        ("path", "line"),
    ),
    Tool(
        "status",
        "What is indexed, and how fresh",
        "Tell what the indexes hold, what they leave out and why; of a path, whether it is indexed"
        " and why not.",
        (Argument("path", "string", "A file or folder; without it, every served folder."),),
    ),
    Tool("roots", "Which folders can be searched", "List the served folders that are indexed."),
)
