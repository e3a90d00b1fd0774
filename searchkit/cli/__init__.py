"""The command line: parses what was typed, calls `searchkit`, prints, and sets the exit code.

Exit codes: 0 hits or done, 1 no hits, 2 error, 130 interrupted.
"""

import contextlib
import importlib

import typer

from searchkit import __version__
from searchkit.cli import completion, faults, terminal, trail
from searchkit.cli.program import Groups, Program

# Each adds its commands when it is imported; the order of the help is in `program`.
_MODULES = (
    *("query", "get", "tui", "mcp", "index", "list", "status", "forget", "push", "pull"),
    *("install", "serve", "doctor", "guide", "help", "models", "config", "eval", "train"),
)

app = Program(
    name="searchkit",
    cls=Groups,
    help="Semantic search over text and source code, on this computer, in every language.",
    epilog="Exit codes: 0 hits or done, 1 no hits, 2 error, 130 interrupted.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        terminal.say(f"searchkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version: bool = typer.Option(
        False, "-V", "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
    verbose: bool = typer.Option(
        False, "-v", "--verbose", help="Say each step on stderr.", callback=trail.set_verbose
    ),
) -> None:
    if context.invoked_subcommand is None:
        terminal.say(context.get_help())


def main() -> int:
    """Run the command that was typed; returns the exit code."""
    try:
        trail.log_by_variable()
        code = _run()
        terminal.flush()
        return code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except terminal.ReaderGoneError:
        return 0  # `| head -1` has read enough
    except Exception as error:
        trail.log_error(error)
        with contextlib.suppress(terminal.OutputError, terminal.ReaderGoneError):
            faults.report(error)
            terminal.flush()
        return faults.exit_code(error)


def load_commands() -> None:
    """Have each module add its commands to `app`."""
    for name in _MODULES:
        importlib.import_module(f"searchkit.cli.{name}")


def _run() -> int:
    load_commands()
    completion.complete_at_first_tab()
    try:
        return int(app(standalone_mode=False) or 0)
    except SystemExit as left:
        # The library leaves so after a completion, and when the reader of its help is gone.
        if terminal.reader_is_gone():
            raise terminal.ReaderGoneError from None
        return int(left.code or 0)
