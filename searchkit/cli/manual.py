"""Writes the manual page, from the texts of the help: `python -m searchkit.cli.manual > FILE`.

The wheel installs `searchkit/cli/searchkit.1`, which is its output; a test compares the two.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import typer.main

from searchkit.cli import app, load_commands
from searchkit.cli.program import GROUPS, placed_arguments

_ENVIRONMENT = {
    "SEARCHKIT_HOME": "The folder of the indexes.",
    "SEARCHKIT_CONFIG": "The configuration file.",
    "SEARCHKIT_LOG": "A file that a trail of each command is added to, for support.",
    "SEARCHKIT_MODEL, SEARCHKIT_LIMIT, ...": "Settings; `searchkit config` lists them all.",
    "SEARCHKIT_SERVE": "`0` answers without a `searchkit serve` that runs.",
    "SEARCHKIT_TOKEN": "The secret that `mcp --http` and `serve --index` ask for.",
    "VISUAL, EDITOR": "What `searchkit tui` opens files with.",
    "NO_COLOR, FORCE_COLOR, FORCE_HYPERLINK": "Whether output has colours, and links.",
    "PAGER": "Shows what is longer than the terminal; `cat` turns that off.",
}
_FILES = {
    "~/.config/searchkit/config.toml": "Settings, on Linux.",
    "~/.local/share/searchkit": "Indexes, on Linux; `searchkit forget` erases them.",
}
_CODES = {"0": "Hits, or done.", "1": "No hits.", "2": "An error.", "130": "Interrupted."}


def page() -> str:
    """Write the manual page in roff's `man` macros."""
    load_commands()
    return "\n".join(_lines(typer.main.get_command(app))) + "\n"


def _lines(group: Any) -> Iterator[str]:
    context = group.context_class(group, info_name="searchkit", **group.context_settings)
    yield '.TH SEARCHKIT 1 "" "searchkit" "User Commands"'
    yield from (".SH NAME", f"searchkit \\- {_text(_first_sentence(group.help))}")
    yield from (".SH SYNOPSIS", ".B searchkit", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGS\fR]...")
    yield from (".SH OPTIONS", *_options(group, context))
    named = {name: group.commands[name] for name in group.list_commands(context)}
    commands = {name: each for name, each in named.items() if not each.hidden}
    for title in GROUPS:
        yield f'.SH "{title.upper()}"'
        for name, command in commands.items():
            if command.rich_help_panel == title:
                inner = command.context_class(command, info_name=name, parent=context)
                yield from _command(name, command, inner)
    yield ".SH ENVIRONMENT"
    yield from _table(_ENVIRONMENT)
    yield ".SH FILES"
    yield from _table(_FILES)
    yield '.SH "EXIT STATUS"'
    yield from _table(_CODES)
    yield ".SH SEE ALSO"
    yield r"\fBsearchkit guide\fR lists pages on ranking, formats, models, trust and more."


def _command(name: str, command: Any, context: Any) -> Iterator[str]:
    pieces = " ".join(["[OPTIONS]", *placed_arguments(command, context)])
    yield f".SS searchkit {name} {_text(pieces)}"
    for paragraph in (command.help or "").split("\n\n"):
        yield from (_text(" ".join(paragraph.split())), ".PP")
    for argument in command.params:
        if argument.param_type_name == "argument":
            yield from _entry(argument.metavar or argument.name.upper(), argument.help or "")
    yield from _options(command, context)
    yield from (".PP", ".nf", _text((command.epilog or "").replace("\b\n", "")), ".fi")


def _options(command: Any, context: Any) -> Iterator[str]:
    for option in command.get_params(context):
        record = option.get_help_record(context) if option.param_type_name == "option" else None
        if record:
            yield from _entry(*record)


def _table(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield from _entry(name, text)


def _entry(name: str, text: str) -> Iterator[str]:
    yield from (".TP", f"\\fB{_text(name)}\\fR", _text(" ".join(text.split())))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text.strip(), maxsplit=1)[0].rstrip(".")


def _text(text: str) -> str:
    """Escape a text so that roff takes it literally, line by line."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(
        f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.split("\n")
    )


if __name__ == "__main__":
    sys.stdout.write(page())
