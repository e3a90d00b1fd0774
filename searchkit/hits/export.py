"""Writes hits for others: JSON Lines for programs, Markdown for people, a quickfix list for vi."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from searchkit.hits.hit import Hit
from searchkit.printable import escaped_json
from searchkit.wording import amount


class Format(NamedTuple):
    """A way to write hits.

    Attributes:
        name: What people call it.
        suffix: The ending of its file, with the dot.
        write: Takes what was asked and the hits; returns the text of the file.
    """

    name: str
    suffix: str
    write: Callable[[str, Sequence[Hit]], str]


def json_lines(title: str, hits: Sequence[Hit]) -> str:
    """Return an object for each hit, a line each; see `Hit.record`."""
    lines = (json.dumps(hit.record(), ensure_ascii=False) for hit in hits)
    return "".join(f"{escaped_json(line)}\n" for line in lines)


def markdown(title: str, hits: Sequence[Hit]) -> str:
    """Return a heading for each hit, and its lines in a fence."""
    parts = [f"# {title}\n"]
    for hit in hits:
        symbol = f" {hit.symbol}" if hit.symbol else ""
        ticks = _fence(hit.text)
        parts.append(
            f"## `{hit.path}:{hit.start_line}`{symbol}\n\n"
            f"{ticks}{hit.language or ''}\n{hit.text}\n{ticks}\n"
        )
    return "\n".join(parts)


def quickfix(title: str, hits: Sequence[Hit]) -> str:
    """Return `path:line:1: text` for each hit: `vim -q FILE` goes through them."""
    return "".join(f"{hit.file}:{hit.line}:1: {hit.symbol or hit.excerpt}\n" for hit in hits)


def passages(hits: Sequence[Hit], cut: Sequence[int], shown: Callable[[Hit], str]) -> str:
    """Write hits for a model to read: where, which definition, the lines; nothing else.

    Args:
        hits: The hits, each with the lines to show.
        cut: How many lines of each are not among them.
        shown: Writes the path of a hit.

    Returns:
        The text; empty without hits.
    """
    parts = []
    for hit, missing in zip(hits, cut, strict=True):
        where = " ".join(filter(None, (hit.place, hit.symbol)))
        heading = f"{shown(hit)}:{hit.start_line}-{hit.end_line} {where}".rstrip()
        end = f"… {amount(missing, 'more line')}\n" if missing else ""
        parts.append(f"{heading}\n{hit.text}\n{end}")
    return "\n".join(parts)


def _fence(text: str) -> str:
    """Find backticks that the text does not hold."""
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return ticks


FORMATS = (
    Format("JSON Lines", ".jsonl", json_lines),
    Format("Markdown", ".md", markdown),
    Format("quickfix list", ".qf", quickfix),
)
