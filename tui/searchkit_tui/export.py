"""Hits as a file: JSON Lines for programs, Markdown for people, a quickfix list for vi."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import NamedTuple

from searchkit_tui.desk import Found
from searchkit_tui.question import Question


class Format(NamedTuple):
    """A way to write hits: what people call it, the ending of its file, and the writer."""

    name: str
    suffix: str
    write: Callable[[Question, Sequence[Found]], str]


def json_lines(question: Question, found: Sequence[Found]) -> str:
    """One object for each hit, as `searchkit query --jsonl` prints it."""
    return "".join(
        json.dumps({"file": str(each.path), **asdict(each.hit)}) + "\n" for each in found
    )


def markdown(question: Question, found: Sequence[Found]) -> str:
    """A heading for each hit, and its lines in a fence."""
    parts = [f"# {question.title}\n"]
    for each in found:
        hit = each.hit
        symbol = f" {hit.symbol}" if hit.symbol else ""
        ticks = _fence(hit.text)
        parts.append(
            f"## `{hit.path}:{hit.start_line}`{symbol}\n\n"
            f"{ticks}{hit.language or ''}\n{hit.text}\n{ticks}\n"
        )
    return "\n".join(parts)


def quickfix(question: Question, found: Sequence[Found]) -> str:
    """`path:line:1: symbol` for each hit: `vim -q FILE` goes through them."""
    return "".join(
        f"{each.path}:{each.hit.start_line}:1: {each.hit.symbol or _first_line(each)}\n"
        for each in found
    )


def _first_line(found: Found) -> str:
    return next((line.strip() for line in found.hit.text.split("\n") if line.strip()), "")


def _fence(text: str) -> str:
    """Backticks that the text does not hold."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return ticks


FORMATS = (
    Format("JSON Lines", ".jsonl", json_lines),
    Format("Markdown", ".md", markdown),
    Format("quickfix list", ".qf", quickfix),
)
