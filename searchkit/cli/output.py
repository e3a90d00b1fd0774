"""What goes to the screen: the only place that writes results, and the words of every note.

Results go to stdout; all else goes to stderr. No path or text of a file ever sends a control
sequence to the terminal.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer

from searchkit.printable import printable

if TYPE_CHECKING:
    from searchkit.answer import Answer
    from searchkit.hit import Hit

_LINES = 6  # of a hit, on a terminal


def one_line(text: str) -> str:
    """`text` as one printable line."""
    return printable(text.replace("\n", "\\n"))


def note(text: str) -> None:
    """Say something about the run, on stderr."""
    typer.echo(printable(text), err=True)


def hint(text: str) -> None:
    """Say what to type, on stderr."""
    typer.echo(f"hint: {printable(text)}", err=True)


def say(text: str = "") -> None:
    """Print a result line."""
    typer.echo(text)


def styled(text: str, **style: Any) -> str:
    """`text` in colour where colour is welcome."""
    return typer.style(text, **style) if _colours() else text


def _colours() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def shown_path(file: Path) -> str:
    """Relative to the working folder when it lies below it, else absolute."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def print_hits(hits: "Sequence[Hit]", *, context: int, explain: bool) -> None:
    """Print hits for people on a terminal, one line each in a pipe."""
    if not sys.stdout.isatty() and not context and not explain:
        for hit in hits:
            say(_grep_line(hit))
        return
    for number, hit in enumerate(hits):
        if number:
            say()
        say(_heading(hit))
        if explain:
            say(_explanation(hit))
        for line in _excerpt(hit, context):
            say(line)


def _grep_line(hit: "Hit") -> str:
    where = "".join(f"{part}: " for part in (_place(hit), hit.symbol) if part)
    lines = f"{hit.start_line}-{hit.end_line}"
    return one_line(f"{shown_path(hit.file)}:{lines}: {where}{hit.excerpt}")


def _place(hit: "Hit") -> str:
    """Where in a document it stands, unless the symbol says that too."""
    return hit.place if hit.place not in hit.symbol.replace(" > ", ", ").split(", ") else ""


def _heading(hit: "Hit") -> str:
    place = one_line(f"{shown_path(hit.file)}:{hit.start_line}")
    heading = _linked(styled(place, fg="cyan", bold=True), hit.file)
    if where := _place(hit):
        heading += "  " + styled(one_line(where), fg="cyan")
    if hit.symbol:
        heading += "  " + styled(one_line(hit.symbol), bold=True)
    return heading


def _linked(text: str, path: Path) -> str:
    if not _colours():
        return text
    return f"\x1b]8;;file://{quote(os.fsencode(path))}\x1b\\{text}\x1b]8;;\x1b\\"


def _explanation(hit: "Hit") -> str:
    shares = " ".join(f"{rule} {share:+.3f}" for rule, share in hit.shares.items())
    sides = ", ".join(
        f"{side} rank {part.rank}, score {part.score:.3f}" for side, part in hit.parts.items()
    )
    score = f"    score {hit.score:.3f} = {shares}"
    confidence = "not known" if hit.confidence is None else f"{hit.confidence:.2f}"
    return f"{score}\n    confidence {confidence}; found by: {sides}"


def _excerpt(hit: "Hit", context: int) -> Iterable[str]:
    lines, start = hit.text.split("\n"), hit.start_line
    if context:
        lines, start, _ = hit.with_context(context)
    cut = lines if context else lines[:_LINES]
    for number, line in enumerate(cut, start):
        yield styled(f"{number:6d} ", dim=True) + printable(line.rstrip())
    if len(cut) < len(lines):
        yield styled(f"       … {len(lines) - len(cut)} more lines", dim=True)


def print_json(asked: str, answer: "Answer") -> None:
    """Print one object: what was asked, the root, how fresh and good the answer is, the hits."""
    ((root, freshness),) = answer.freshness.items()
    say(
        json.dumps(
            {
                "query": asked,
                "root": str(root),
                "freshness": asdict(freshness),
                "weak": answer.weak,
                "hits": [hit.record() for hit in answer.hits],
            },
            indent=2,
        )
    )


def print_jsonl(hits: "Sequence[Hit]") -> None:
    """Print one object for each hit, one line each."""
    for hit in hits:
        say(json.dumps(hit.record()))


def print_freshness(answer: "Answer") -> None:
    """Say on stderr what the answer does not cover; that it covers all, to people only."""
    from searchkit import wording

    for root, freshness in answer.freshness.items():
        for sentence in wording.uncovered(freshness):
            note(f"searchkit: {sentence}")
        if wording.can_catch_up(freshness):
            hint(f"type `searchkit index {root}`")
        elif not freshness.busy and sys.stderr.isatty():
            note(wording.coverage(freshness))
