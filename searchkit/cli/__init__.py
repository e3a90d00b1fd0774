"""The command line: parses what was typed, calls `searchkit.Index`, prints, and sets the exit code.

Exit codes: 0 hits or done, 1 no hits, 2 error, 130 interrupted.
"""

import sys

import typer

from searchkit import __version__
from searchkit_index.errors import SearchkitError

app = typer.Typer(
    name="searchkit",
    help="Semantic search over text and source code, on this computer, in every language.",
    epilog="Exit codes: 0 hits or done, 1 no hits, 2 error, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"searchkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    pass


def main() -> int:
    """Run the command that was typed; returns the exit code."""
    # Each adds its commands to `app`.
    from searchkit.cli import eval, guide, index, models, query, status, train, tui  # noqa: F401

    try:
        return int(app(standalone_mode=False) or 0)
    except SearchkitError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except typer.TyperException as error:
        _complain(_first_lower(error.format_message().rstrip(".")), "")
        return 2


def _complain(message: str, hint: str) -> None:
    print(f"searchkit: {message}", file=sys.stderr)  # noqa: T201
    if hint:
        print(f"\nhint: {hint}", file=sys.stderr)  # noqa: T201


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]
