"""What all commands share: groups of options, examples, `-h`, `-v` and `--color`."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from searchkit.cli import terminal, trail
from searchkit.cli.values import read_plainly

Function = TypeVar("Function", bound=Callable[..., Any])

SEARCH, MANAGE, MODELS = "Search", "Manage indexes", "Models"
GROUPS = (SEARCH, MANAGE, MODELS)

# The order of the help within a group, whichever module was imported first; others come last.
_ORDER = (
    *("query", "similar", "get", "tui", "mcp"),
    *("index", "list", "status", "forget", "push", "pull", "install", "serve", "doctor"),
    *("guide", "help", "models", "config", "eval", "train"),
)


class OptionGroup:
    """Options that several commands take together.

    A subclass is a dataclass, each of whose fields is an option with a default. A command takes
    them all by one parameter of that type; no two groups of a command share a name. The help lists
    them below `section`.
    """

    section = "Options"


class _ReadsPlainly:
    """Reads plain values of its options and arguments by itself."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return all parameters, `--help` among them."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        read_plainly(parameters)
        return parameters


class Groups(_ReadsPlainly, TyperGroup):
    """Lists the commands in groups, in one order whichever module was imported first."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order of the help."""
        places = {name: place for place, name in enumerate(_ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: places.get(name, len(_ORDER)))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each group."""
        named = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        shown = {name: each for name, each in named.items() if each and not each.hidden}
        width = max(map(len, shown))
        for group in GROUPS:
            rows = [
                (name.ljust(width), each.get_short_help_str(formatter.width - width - 6))
                for name, each in shown.items()
                if getattr(each, "rich_help_panel", MANAGE) == group
            ]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)


class Command(_ReadsPlainly, TyperCommand):
    """Shows its arguments in the plain form that manual pages have: `PATH`, `[PATH]`, `PATH...`."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the name of the command in the line of its usage."""
        return ["[OPTIONS]", *placed_arguments(self, ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section of arguments, and one for each group of options."""
        arguments = [(_named(each), each.help or "") for each in _arguments(self, ctx)]
        sections = {"Arguments": arguments, OptionGroup.section: []}
        for each in self.get_params(ctx):
            record = each.get_help_record(ctx) if each.param_type_name == "option" else None
            if record:
                section = getattr(each, "rich_help_panel", None) or OptionGroup.section
                sections.setdefault(section, []).append(record)
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _arguments(command: TyperCommand, ctx: Any) -> list[Any]:
    return [each for each in command.get_params(ctx) if each.param_type_name == "argument"]


def _named(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).removesuffix("...")
    return str(name) + ("..." if argument.nargs == -1 else "")


def placed_arguments(command: TyperCommand, ctx: Any) -> list[str]:
    """Write the arguments as a usage has them: `PATH`, and `[PATH]` for one to leave out."""
    return [
        _named(each) if each.required else f"[{_named(each)}]" for each in _arguments(command, ctx)
    ]


class Program(typer.Typer):
    """The command line; `command` gives each command what all of them have."""

    _prepared: Any = None

    def prepare(self) -> None:
        """Read the signatures of all commands ahead, for forks of this process."""
        self._prepared = typer.main.get_command(self)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Run the command that was typed."""
        if self._prepared is None:
            return super().__call__(*arguments, **options)
        return self._prepared(*arguments, **options)

    def command(
        self,
        name: str | None = None,
        *,
        group: str = MANAGE,
        examples: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> Callable[[Function], Function]:
        """Add a function as a command.

        Args:
            name: What is typed; by default the function's name.
            group: The section of the help that lists it.
            examples: What can be typed, and what it does.
            **options: As `typer.Typer.command` takes them.

        Returns:
            The decorator, which returns the function as it was.
        """
        if examples:
            options["epilog"] = _examples(examples)
        add = super().command(name, cls=Command, rich_help_panel=group, **options)

        def decorate(function: Function) -> Function:
            add(_with_common_options(function))
            return function

        return decorate


def _examples(examples: Sequence[tuple[str, str]]) -> str:
    lines = [line for typed, does in examples for line in (f"  {does}:", f"    {typed}")]
    return "\b\n" + "\n".join(["Examples:", *lines])


def not_negative(number: int) -> int:
    """Refuse a number below 0."""
    if number < 0:
        raise typer.BadParameter(f"`{number}` is below 0")
    return number


def port_number(number: int | None) -> int | None:
    """Refuse a number that is not a port."""
    if number is not None and not 1 <= number <= 65_535:
        raise typer.BadParameter(f"`{number}` is no port: they go from 1 to 65,535")
    return number


def _colour(when: str) -> str:
    if when not in get_args(terminal.When):
        raise typer.BadParameter(f"`{when}` is not auto, always or never")
    terminal.set_colour(when)  # type: ignore[arg-type]
    return when


_COMMON: dict[str, Any] = {
    "verbose": Annotated[
        bool,
        typer.Option(
            "-v",
            "--verbose",
            help="Say each step on stderr, and where an error comes from.",
            callback=trail.set_verbose,
            is_eager=True,
        ),
    ],
    "color": Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="Colour: auto, always, never.",
            callback=_colour,
            autocompletion=lambda: list(get_args(terminal.When)),
        ),
    ],
}
_DEFAULTS = {"verbose": False, "color": "auto"}


def _with_common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Write out the groups of options, and add the common ones, whose values it never gets."""
    signature = inspect.signature(function, eval_str=True)
    groups = {
        name: each.annotation
        for name, each in signature.parameters.items()
        if _is_group(each.annotation)
    }
    added = {name: kind for name, kind in _COMMON.items() if name not in signature.parameters}

    @functools.wraps(function)
    def run(*arguments: Any, **values: Any) -> Any:
        values = {name: value for name, value in values.items() if name not in added}
        for name, group in groups.items():
            values[name] = _made(group, values)
        return function(*arguments, **values)

    parameters = [
        *(each for name, each in signature.parameters.items() if name not in groups),
        *(each for group in groups.values() for each in _options_of(group)),
        *(_option(name, kind, _DEFAULTS[name]) for name, kind in added.items()),
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, OptionGroup)


def _made(group: Any, values: dict[str, Any]) -> Any:
    """Make a group of options, and the groups in it, of values that are taken out."""
    kinds = get_type_hints(group, include_extras=True).items()
    return group(
        **{
            name: _made(kind, values) if _is_group(kind) else values.pop(name)
            for name, kind in kinds
        }
    )


def _options_of(group: Any) -> Iterator[inspect.Parameter]:
    kinds = get_type_hints(group, include_extras=True)
    for each in dataclasses.fields(group):
        if _is_group(kinds[each.name]):
            yield from _options_of(kinds[each.name])
        else:
            yield _option(each.name, _below(kinds[each.name], group.section), each.default)


def _below(kind: Any, section: str) -> Any:
    """Copy the type of an option, which other commands may take too, for a section of the help."""
    value, option = get_args(kind)
    option = copy(option)
    option.rich_help_panel = section
    return Annotated[value, option]


def _option(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
