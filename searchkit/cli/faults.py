"""Turns the error that ended a command into one line, with a hint what to type or do."""

import re
import sys
from typing import Any

import typer

from searchkit.cli import terminal
from searchkit.cli.synonyms import for_loose_words, for_no_command, for_no_option
from searchkit.printable import error_line
from searchkit.wording import system_fault
from searchkit_index.errors import SearchkitError

_NO_OPTION = re.compile("no such option `(.*?)`")
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
    message = " ".join(error.format_message().split())
    message = re.sub(r"'([^'`]*)'", r"`\1`", message).replace("Value error, ", "")
    message = message.removeprefix("Invalid value: ")
    message = re.sub(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", _TOO_MANY, message)
    message = message.replace("Input should be", "it should be").partition(", unable to parse")[0]
    message = re.sub(r"\(Possible options?: (.*)\)", r"Did you mean \1?", message)
    message, _, names = message.partition("Did you mean")
    message = re.sub(r"(no such option): (\S+)", r"\1 `\2`", message, flags=re.IGNORECASE)
    message = _lower(message.strip().rstrip("."))
    return message, _usage_hint(message, names, getattr(error, "ctx", None))


def _usage_hint(message: str, names: str, context: Any) -> str:
    """Say what to type instead, of the names that Typer suggests or as other programs name it."""
    near = _nearest(names, message)
    help_ = f"type `{getattr(context, 'command_path', 'searchkit')} --help`"
    hint = f"did you mean {near}?" if near else help_
    if more := _MORE.fullmatch(message):
        return _hint_for_more(getattr(context, "params", {}), more[1], hint)
    if unknown := _NO_COMMAND.fullmatch(message):
        return for_no_command(unknown[1], hint)
    if context and (unknown := _NO_OPTION.match(message)):
        known = [name for each in context.command.params for name in each.opts]
        after = "" if near else "; a text that begins with `-` goes after `--`"
        return for_no_option(unknown[1], known, hint + after)
    return hint


def _hint_for_more(typed: dict[str, Any], more: str, otherwise: str) -> str:
    """Make the hint for words after a question and what was taken for its folder."""
    text, path = typed.get("text"), typed.get("path")
    if not text or not path:
        return otherwise
    if path.exists():
        return "name each further folder after `--in`"
    return for_loose_words(text, str(path), more)


def _nearest(names: str, message: str) -> str:
    """Choose, of the names that Typer suggests, the one nearest to what was typed; "" for none."""
    from difflib import get_close_matches

    found = re.findall(r"[^\s`,?]+", names.replace(" or ", " "))
    typed = message.partition("`")[2].partition("`")[0].lstrip("-")
    # All options are alike in their dashes, which Typer counts.
    bare = {name.lstrip("-"): name for name in found}
    near = get_close_matches(typed, bare, 1, cutoff=0.65)
    return f"`{bare[near[0]]}`" if near else ""


def _wants_json() -> bool:
    typed = sys.argv[1:]
    options = typed[: typed.index("--")] if "--" in typed else typed
    return "--json" in options or "--jsonl" in options


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
