"""Makes a frozen dataclass from a table of TOML or JSON, and checks names, types and ranges.

The dataclass is the schema. Its annotations may be `int`, `float`, `str`, `bool`, another
dataclass, `Literal`, `X | None`, `tuple[X, ...]`, `tuple[X, Y]`, `Mapping[str, X]`, and
`Annotated[number, Bounds]`.
"""

import dataclasses
import math
import types
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from searchkit.suggestion import did_you_mean
from searchkit_index.errors import ConfigError, SearchkitError

T = TypeVar("T")

Fault = type[SearchkitError]

_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "`true` or `false`",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """The range of a number, ends included.

    Attributes:
        least: The smallest value.
        most: The largest value.
    """

    least: float
    most: float

    def __str__(self) -> str:
        return f"from {self.least:,} to {self.most:,}"


def read_toml(path: Path, fault: Fault = ConfigError) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: The file. Editors of Windows begin it with a byte order mark, which is no part of it.
        fault: The class of the error that is raised.

    Returns:
        What it holds.

    Raises:
        FileNotFoundError: There is no such file.
        SearchkitError: `fault`, when the file cannot be read or is no TOML.
    """
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:  # services have homes such as `/dev/null`
        raise FileNotFoundError(path) from error
    except OSError as error:
        told = f"`{path}` cannot be read: {error.strerror}"
        raise fault(told, "make it a file that you can read") from error
    except (ValueError, RecursionError) as error:
        raise fault(f"`{path}` is no TOML: {error}", "correct the file or remove it") from error


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Checks the values of one table.

    Attributes:
        place: What errors call the table.
        fault: The class of the errors that are raised.
    """

    place: str
    fault: Fault = ConfigError

    def build(
        self,
        kind: type[T],
        written: Any,
        *,
        given: Mapping[str, Any] | None = None,
        strict: bool = True,
    ) -> T:
        """Make a dataclass of the table.

        Args:
            kind: The dataclass.
            written: The table.
            given: Values of fields that the table must not set.
            strict: Whether a name that is no field is an error, or is passed over.

        Returns:
            The dataclass.

        Raises:
            SearchkitError: `fault`, for an unknown or a missing name, a type or a range.
        """
        given = given or {}
        if not isinstance(written, dict):
            raise self.fault(
                f"`{self.place}` is no table", "write it as a table of names and values"
            )
        hints = get_type_hints(kind, include_extras=True)
        names = [name for name in hints if name not in given]
        if strict:
            for name in written:
                self.refuse_unknown(name, names)
        values = {
            name: self.value(hints[name], written[name], name) for name in names if name in written
        }
        missing = [
            f"`{each.name}`"
            for each in dataclasses.fields(kind)  # type: ignore[arg-type]
            if each.default is each.default_factory is dataclasses.MISSING
            and each.name not in {*values, *given}
        ]
        if missing:
            raise self.fault(f"`{self.place}` lacks {' and '.join(missing)}", "add it to the table")
        return kind(**given, **values)

    def refuse_unknown(self, name: str, known: Collection[str]) -> None:
        """Refuse a name that is not among the known ones, and name the nearest of them."""
        if name not in known:
            hint = did_you_mean(name, known, f"known are {', '.join(known)}")
            raise self.fault(f"unknown name `{name}` in `{self.place}`", hint)

    def value(self, hint: Any, written: Any, name: str) -> Any:
        """Check one value against an annotation, and convert it to the annotation's own type.

        Args:
            hint: The annotation.
            written: The value in the table.
            name: What errors call the value.

        Returns:
            The value, as the annotation has it.

        Raises:
            SearchkitError: `fault`, for another type, or a number out of its range.
        """
        if dataclasses.is_dataclass(hint):
            return self._inner(name).build(hint, written)  # type: ignore[arg-type]
        try:
            return self._converted(hint, written, name)
        except ValueError:
            takes = _accepted_values(hint)
            message = f"`{name}` in `{self.place}` cannot be `{written}`"
            raise self.fault(message, f"it takes {takes}") from None

    def _inner(self, name: str) -> "Table":
        return Table(f"{self.place}: {name}", self.fault)

    def _converted(self, hint: Any, written: Any, name: str) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return _bounded(arguments[1], self._converted(arguments[0], written, name))
        if origin is types.UnionType:
            some = next(one for one in arguments if one is not types.NoneType)
            return None if written is None else self.value(some, written, name)
        if origin is Literal:
            same = [one for one in arguments if type(one) is type(written) and one == written]
            return _only(same)
        if origin is tuple:
            return self._row(arguments, written, name)
        if origin is Mapping:
            return self._inner(name)._named(arguments[1], written)
        if hint is float and type(written) is int:
            return float(written)
        if type(written) is not hint or (hint is float and not math.isfinite(written)):
            raise ValueError
        return written

    def _row(self, kinds: tuple[Any, ...], written: Any, name: str) -> Any:
        if not isinstance(written, list):
            raise ValueError
        if kinds[-1] is Ellipsis:
            kinds = kinds[:1] * len(written)
        if len(kinds) != len(written):
            raise ValueError
        return tuple(
            self.value(kind, each, name) for kind, each in zip(kinds, written, strict=True)
        )

    def _named(self, kind: Any, written: Any) -> dict[str, Any]:
        if not isinstance(written, dict):
            raise ValueError
        return {name: self.value(kind, each, name) for name, each in written.items()}


def from_text(hint: Any, text: str) -> Any:
    """Convert the text of an environment variable to the type of a setting.

    Args:
        hint: The setting's annotation.
        text: The value of the variable.

    Returns:
        The number; `text` itself if the setting is not a number, or `text` is not one.
    """
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    try:
        return kind(text) if kind in (int, float) else text
    except ValueError:
        return text


def _bounded(bounds: Bounds, number: Any) -> Any:
    if not bounds.least <= number <= bounds.most:
        raise ValueError
    return number


def _only(found: list[Any]) -> Any:
    if not found:
        raise ValueError
    return found[0]


def _accepted_values(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return f"{_accepted_values(arguments[0])} {arguments[1]}"
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin is types.UnionType:
        return _accepted_values(next(one for one in arguments if one is not types.NoneType))
    if origin is tuple:
        count = "" if arguments[-1] is Ellipsis else f" of {len(arguments)}"
        return f"a list{count}, each {_accepted_values(arguments[0])}"
    if origin is Mapping:
        return f"a table of names, each with {_accepted_values(arguments[1])}"
    return _WORDS.get(hint, "another value")
