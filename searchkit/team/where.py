"""Writes filters as conditions on a shared table, in SQL."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields

from searchkit.query import KINDS, Filter, Kind
from searchkit.search.selection import Languages, below, inner_labels, languages_of, matching
from searchkit.team.schema import CHUNK
from searchkit_index.errors import QueryError

# The fields of a filter that this module can write; others are refused.
_KNOWN = {"languages", "globs", "under", "kinds", "min_confidence", "patterns"}
_WORDED = {"difference": "what differs in git"}


def text(value: str) -> str:
    """Write a text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def equals(column: str, value: str) -> str:
    """Write that a column holds a text."""
    return f"{column} = {text(value)}"


def among(column: str, values: Iterable[str]) -> str:
    """Write that a column holds one of some texts; `false` for none."""
    listed = ", ".join(map(text, sorted(values)))
    return f"{column} IN ({listed})" if listed else "false"


def chunks_of(repository: str) -> str:
    """Write that a row is a chunk of a repository."""
    return f"{equals('repository', repository)} AND {equals('state', CHUNK)}"


def refuse_unknown(filter: Filter) -> None:
    """Raise QueryError for a filter that a shared index cannot be narrowed by."""
    plain = Filter()
    for each in fields(filter):
        if each.name not in _KNOWN and getattr(filter, each.name) != getattr(plain, each.name):
            by = _WORDED.get(each.name, f"`{each.name}`")
            raise QueryError(
                f"a shared index cannot be narrowed by {by}",
                "pull the repository, and ask the index of your own checkout",
            )


def conditions(filter: Filter, known: Callable[[], Sequence[str]]) -> list[str]:
    """Write a filter, but for its globs and those patterns that are not plain texts.

    Args:
        filter: What may answer.
        known: Names of languages that are there, for the hint of an error.

    Returns:
        Conditions, each of which must hold.

    Raises:
        QueryError: A language is unknown.
    """
    found = []
    if filter.under:
        inside = " OR ".join(f"starts_with(path, {text(f'{path}/')})" for path in filter.under)
        found.append(f"({among('path', filter.under)} OR {inside})")
    found += [f"contains(text, {text(each.text)})" for each in filter.patterns if each.plain]
    asked = languages_of(filter.languages, known) if filter.languages else None
    language = _language(asked) if asked else "true"
    if not filter.kinds:
        return [*found, f"({language} OR {_holds(asked, KINDS)})"] if asked else found
    kind = f"{among('kind', filter.kinds)} AND {language} OR {_holds(asked, filter.kinds)}"
    any_kind = f"{language} OR {_holds(asked, KINDS)}" if "test" in filter.kinds else "false"
    return [*found, f"(NOT test AND ({kind}) OR test AND ({any_kind}))"]


def _holds(asked: Languages | None, kinds: Sequence[Kind]) -> str:
    """Write that a chunk holds a part in another language that may answer."""
    held = (f"contains(inner_language, {text(each)})" for each in inner_labels(asked, kinds))
    return " OR ".join(("false", *held)).join("()")


def _language(wanted: Languages) -> str:
    """Write that a chunk is in a language as a whole."""
    prose = ["kind = 'prose'"]
    if wanted.prose or not wanted.natural:
        prose.append(among("language", wanted.prose))
    if wanted.natural:
        prose.append(among("natural_language", wanted.natural))
    code = f"kind <> 'prose' AND {among('language', wanted.whole)}"
    return " OR ".join(f"({each})" for each in (code, " AND ".join(prose))).join("()")


def keys(filter: Filter, all_texts: Callable[[], Iterable[tuple[str, str]]]) -> list[str]:
    """Write the patterns of a filter that are no plain texts, as the chunks that match them.

    Args:
        filter: What may answer.
        all_texts: Reads keys and texts of all chunks that meet the rest of the filter.

    Returns:
        Conditions, each of which must hold; none without such patterns.
    """
    patterns = [each for each in filter.patterns if not each.plain]
    if not patterns:
        return []
    encoded = ((key, text.encode(errors="replace")) for key, text in all_texts())
    return [among("key", [key for key, data in encoded if all(p.matches(data) for p in patterns)])]


def paths(filter: Filter, all_paths: Callable[[], set[str]]) -> list[str]:
    """Write the globs of a filter as conditions on paths, of which `all_paths` reads every one."""
    if not filter.globs:
        return []
    there, matches, is_below = all_paths(), matching(filter.globs), below(filter.under)
    wanted = {path for path in there if is_below(path) and matches(path)}
    if 2 * len(wanted) <= len(there):
        return [among("path", wanted)]
    return [f"NOT {among('path', there - wanted)}"]
