"""Turns the error that ended a command into one line, with a hint what to type or do."""

import re
import sys
from typing import Any

import typer

from searchkit.cli import terminal
from searchkit.cli.synonyms import for_loose_words, for_no_command
from searchkit.printable import error_line
from searchkit.wording import system_fault
from searchkit_index.errors import SearchkitError

_NO_COMMAND = re.compile("no such command `(.*)`", re.DOTALL)
_TOO_MANY = r"nothing more is taken after the arguments, not `\1`"
_MORE = re.compile(_TOO_MANY.replace(r"\1", "(.*)"), re.DOTALL)


def exit_code(error: BaseException) -> int:
    """Return the exit code of a command that an error ended."""
    return error.exit_code if isinstance(error, SearchkitError) else 2


def report(error: BaseException) -> None:
    """Say on stderr what ended the command, and with `--json` on stdout too."""
    message, hint = _worded(error)
    terminal.complain(message, hint)
    for line in _paste(error).splitlines():
        terminal.note(line)
    if _wants_json():
        lines = None if "--jsonl" in sys.argv else 2
        terminal.say_json(record(error), indent=lines)


def record(error: BaseException) -> dict[str, Any]:
    """Return what JSON tells of any error, in place of results."""
    message, hint = _worded(error)
    hint = "\n".join(filter(None, (hint, _paste(error))))
    kind = type(error).__name__ if isinstance(error, SearchkitError) else "Error"
    return {"schema": terminal.SCHEMA, "error": {"kind": kind, "message": message, "hint": hint}}


def _paste(error: BaseException) -> str:
    return error.paste if isinstance(error, SearchkitError) else ""


def _worded(error: BaseException) -> tuple[str, str]:
    """Find the message and the hint for any error."""
    if isinstance(error, SearchkitError):
        return error.message, error.hint
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory", "close other programs, or give `index` a `--memory`"
    if isinstance(error, OSError) and error.strerror:
        return system_fault(error)
    line = error_line(error)
    if line == "can't start new thread":
        return "the system allows no further thread", "end other programs, or raise `ulimit -u`"
    return (
        f"unexpected error: {type(error).__name__}{': ' if line else ''}{line}",
        "please report it, with what the same command says with `--verbose`",
    )


def _usage(error: typer.TyperException) -> tuple[str, str]:
    """Say what was typed wrongly, in plain words, and what to type instead."""
    context: Any = getattr(error, "ctx", None)
    help_ = f"type `{getattr(context, 'command_path', 'searchkit')} --help`"
    message = " ".join(error.format_message().split())
    message = re.sub(r"'([^'`]*)'", r"`\1`", message).replace("Value error, ", "")
    message = message.removeprefix("Invalid value: ")
    message = re.sub(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", _TOO_MANY, message)
    message = message.replace("Input should be", "it should be").partition(", unable to parse")[0]
    message = re.sub(r"\(Possible options?: (.*)\)", r"Did you mean \1?", message)
    message, _, near = message.partition("Did you mean")
    message = re.sub(r"(no such option): (\S+)", r"\1 `\2`", message, flags=re.IGNORECASE)
    message = _lower(message.strip().rstrip("."))
    hint = f"did you mean {_quoted(near, message)}?" if near else help_
    typed = getattr(context, "params", {})
    if typed.get("text") and typed.get("path") and (more := _MORE.fullmatch(message)):
        words = typed["text"], str(typed["path"]), more[1]
        is_folder = typed["path"].exists()
        hint = "name each further folder after `--in`" if is_folder else for_loose_words(*words)
    if unknown := _NO_COMMAND.fullmatch(message):
        hint = for_no_command(unknown[1], hint)
    elif not near and message.startswith("no such option"):
        hint += "; a text that begins with `-` goes after `--`"
    return message, hint


def _quoted(names: str, message: str) -> str:
    """Choose, of the names that Typer suggests, those nearest to the one that was typed."""
    from difflib import get_close_matches

    found = re.findall(r"[^\s`,?]+", names.replace(" or ", " "))
    typed = message.partition("`")[2].partition("`")[0]
    near = get_close_matches(typed, found, 1, cutoff=0.75) or found
    return " or ".join(f"`{name}`" for name in near)


def _wants_json() -> bool:
    typed = sys.argv[1:]
    options = typed[: typed.index("--")] if "--" in typed else typed
    return "--json" in options or "--jsonl" in options


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
