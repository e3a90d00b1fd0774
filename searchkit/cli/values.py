"""Parses plain values of options and arguments.

The validators of Typer take as long to load as numpy, and most values need none. A value that is
not plainly right is left to Typer, which words the error.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args, get_origin

import typer

_NUMBER = re.compile(r"-?\d{1,15}")
_FRACTION = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


# How a text is read; None for what is not plainly of that type.
_READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: lambda text: int(text) if _NUMBER.fullmatch(text) else None,
    float: lambda text: float(text) if _FRACTION.fullmatch(text) else None,
    # What cannot be read is for the command to tell: Typer would point to its help.
    Path: Path,
}


def read_plainly(parameters: Iterable[Any]) -> None:
    """Have parameters of a command read plain values by themselves.

    Args:
        parameters: Options and arguments of the library; left as they are where this version of it
            reads values in another way.
    """
    for parameter in parameters:
        if "get_runtime_param" not in vars(parameter):
            _replace(parameter)


def _replace(parameter: Any) -> None:
    library = getattr(parameter, "get_runtime_param", None)
    descriptor = getattr(parameter, "type_descriptor", None)
    info = getattr(descriptor, "parameter_info", None)
    if library is None or descriptor is None or info is None:
        return
    bounds = (getattr(info, name, None) for name in ("min", "max", "parser"))
    if any(bound is not None for bound in bounds):
        return
    plain = _Plain(descriptor.annotation, library)
    parameter.get_runtime_param = lambda: plain


class _Plain:
    """Reads the values of one parameter, with the library behind it.

    Args:
        annotation: The type of a value; `list[str]` for several.
        library: Gives what reads the same values in the library.
    """

    def __init__(self, annotation: Any, library: Callable[[], Any]) -> None:
        self._many = get_origin(annotation) is list
        self._type = get_args(annotation)[0] if self._many else annotation
        self._library = library

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read what was typed, or a default, as the library does."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if self._type is Path and "" in (value if isinstance(value, list | tuple) else [value]):
            # Of a variable that is not set, say; pathlib takes it for the current folder.
            raise typer.BadParameter("a path is empty; `.` is the current folder", ctx, param)
        if not self._many:
            found = self._read(value)
        else:
            each = [self._read(one) for one in value] if isinstance(value, list | tuple) else [None]
            found = None if None in each else each
        return self._library().coerce(value, param=param, ctx=ctx) if found is None else found

    def _read(self, value: Any) -> Any:
        """Read one value; None for what the library is to be asked about."""
        reader = _READERS.get(self._type)
        if reader is None or isinstance(value, bool):
            return None
        if isinstance(value, self._type):
            return value
        return reader(str(value)) if isinstance(value, str | int) else None
