"""What goes to the screen: the only place that writes results, and the words of every note.

Results go to stdout; all else goes to stderr. No path or text of a file ever sends a control
sequence to the terminal.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer

from searchkit.cli.answer import Answer
from searchkit.printable import printable

if TYPE_CHECKING:
    from searchkit.search import Hit
    from searchkit.status import Freshness

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


def shown_path(root: Path, path: str) -> str:
    """Relative to the working folder when it lies below it, else absolute."""
    whole = root / path
    try:
        return str(whole.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(whole)


def print_hits(answer: Answer, *, context: int, explain: bool) -> None:
    """Print hits for people on a terminal, one line each in a pipe."""
    root, hits = answer.root, answer.hits
    if not sys.stdout.isatty() and not context and not explain:
        for hit in hits:
            say(_grep_line(root, hit))
        return
    for number, hit in enumerate(hits):
        if number:
            say()
        say(_heading(root, hit))
        if explain:
            say(_explanation(hit))
        for line in _excerpt(root, hit, context):
            say(line)


def _grep_line(root: Path, hit: "Hit") -> str:
    first = next((line.strip() for line in hit.text.split("\n") if line.strip()), "")
    symbol = f"{hit.symbol}: " if hit.symbol else ""
    return one_line(
        f"{shown_path(root, hit.path)}:{hit.start_line}-{hit.end_line}: {symbol}{first}"
    )


def _heading(root: Path, hit: "Hit") -> str:
    place = one_line(f"{shown_path(root, hit.path)}:{hit.start_line}")
    heading = _linked(styled(place, fg="cyan", bold=True), root / hit.path)
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


def _excerpt(root: Path, hit: "Hit", context: int) -> Iterable[str]:
    start, lines = _lines(root, hit, context)
    cut = lines if context else lines[:_LINES]
    for number, line in enumerate(cut, start):
        yield styled(f"{number:6d} ", dim=True) + printable(line.rstrip())
    if len(cut) < len(lines):
        yield styled(f"       … {len(lines) - len(cut)} more lines", dim=True)


def _lines(root: Path, hit: "Hit", context: int) -> tuple[int, list[str]]:
    """The hit's lines and `context` lines around them, while the file still holds them there."""
    lines = hit.text.split("\n")
    if not context:
        return hit.start_line, lines
    from searchkit_index.reading import text
    from searchkit_index.walk import walker

    try:
        data = text.read(root, walker.File(hit.path, 0, 0), 100_000_000)
        whole = text.decode(data).split("\n")
    except text.Unsuitable:
        return hit.start_line, lines
    if whole[hit.start_line - 1 : hit.end_line] != lines:
        return hit.start_line, lines
    start = max(1, hit.start_line - context)
    return start, whole[start - 1 : hit.end_line + context]


def print_json(answer: Answer) -> None:
    """One object: what was asked, the root, how fresh and how good the answer is, and the hits."""
    say(
        json.dumps(
            {
                "query": answer.asked,
                "root": str(answer.root),
                "freshness": asdict(answer.freshness),
                "weak": answer.weak,
                "hits": [_record(answer.root, hit) for hit in answer.hits],
            },
            indent=2,
        )
    )


def print_jsonl(answer: Answer) -> None:
    """One object for each hit, one line each."""
    for hit in answer.hits:
        say(json.dumps(_record(answer.root, hit)))


def _record(root: Path, hit: "Hit") -> dict[str, Any]:
    return {"file": str(root / hit.path), **asdict(hit)}


def print_freshness(root: Path, freshness: "Freshness") -> None:
    """Say on stderr what the answer does not cover; that it covers all, to people only."""
    if freshness.busy:
        note("searchkit: this folder is being indexed; the answer covers what is done so far")
    if freshness.pending:
        note(
            f"searchkit: {freshness.pending:,} passages are found by their words, "
            "not yet by their meaning"
        )
    if freshness.stale and not freshness.busy:
        note(f"searchkit: {freshness.stale:,} files changed and are not taken in yet")
    if (freshness.stale or freshness.pending) and not freshness.busy:
        hint(f"type `searchkit index {root}`")
    elif not freshness.busy and sys.stderr.isatty():
        note(f"{freshness.files:,} files, {freshness.skipped:,} skipped, up to date")
