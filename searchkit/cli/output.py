"""Shows an answer: for people, for pipes, as JSON."""

import sys
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit.cli.layout import layout
from searchkit.cli.pager import paged
from searchkit.cli.terminal import (
    Part,
    hint,
    linked,
    note,
    on_terminal,
    one_line,
    say,
    say_json,
    say_path,
    say_record,
    styled,
)
from searchkit.printable import as_written

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit
    from searchkit.search.answer import Answer

_LINES = 6  # of a hit, on a terminal
_LONGEST = 300  # characters of a line in a pipe
_LEAD = 60  # of these, before what matched


def shown_path(file: Path) -> str:
    """Write a path relative to the current folder when it is below it, else absolute."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def print_hits(hits: "Sequence[Hit]", *, around: tuple[int, int], explain: bool) -> None:
    """Print hits for people on a terminal, one line each in a pipe.

    Args:
        hits: Best first.
        around: How many lines before and after a hit to show; none of both for an excerpt.
        explain: Whether to show the shares of each score.
    """
    if not on_terminal() and not any(around) and not explain:
        for hit in hits:
            say(*_grep_line(hit))
        return
    with paged():
        for number, hit in enumerate(hits):
            if number:
                say()
            say(*_heading(hit))
            if explain:
                say(_explanation(hit))
            for line in _excerpt(hit, around):
                say(*line)


def print_files(hits: "Sequence[Hit]", *, counted: bool, null: bool) -> None:
    """Print the files that hold hits or copies of them, best first, each once.

    Args:
        hits: Best first.
        counted: Whether to print how many each holds.
        null: Whether a NUL ends each path, which is then printed as it is.
    """
    counts = Counter(file for hit in hits for file in (hit.file, *_copies(hit)))
    here = all(hit.origin is None for hit in hits)
    for file, count in counts.items():
        if null:
            say_path(shown_path(file), f"{count}\n" if counted else "")
        else:
            say(_path(shown_path(file), file if here else None), f":{count}" if counted else "")


def _copies(hit: "Hit") -> set[Path]:
    return {hit.root / path for path in hit.copies} - {hit.file}


def print_vimgrep(hits: "Sequence[Hit]", *, null: bool) -> None:
    """Print path, line, column and text of each hit, as editors read them.

    Args:
        hits: Best first.
        null: Whether a NUL ends each path, which is then printed as it is.
    """
    for hit in hits:
        line = hit.text.split("\n")[hit.offset]
        start, end = _stretch(line, [*hit.marks(line)])
        shown = "…" * (start > 0) + line[start:end] + "…" * (end < len(line))
        rest = one_line(f"{hit.line}:{hit.column}:{shown}")
        if null:
            say_path(shown_path(hit.file), f"{rest}\n")
        else:
            say(_path(shown_path(hit.file), _target(hit)), f":{rest}")


def _grep_line(hit: "Hit") -> Iterator[Part]:
    yield _path(f"{shown_path(hit.file)}:{hit.start_line}-{hit.end_line}", _target(hit))
    yield one_line(": " + "".join(f"{part}: " for part in (_place(hit), _symbol(hit)) if part))
    line = as_written(hit.excerpt)
    spans = [*hit.marks(line)]
    last, limit = _stretch(line, spans)
    yield "…" * (last > 0)
    for start, end in spans:
        if last <= start < limit:
            yield one_line(line[last:start])
            yield styled(one_line(line[start : min(end, limit)]), "red", "bold")
            last = min(end, limit)
    yield one_line(line[last:limit]) + "…" * (limit < len(line))


def _stretch(line: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Choose what to show of a line: all, or of a very long one where most of it matched."""
    if len(line) <= _LONGEST:
        return 0, len(line)
    starts = [start for start, _ in spans] or [0]
    ends = [bisect(starts, start + _LONGEST - _LEAD) for start in starts]
    densest = max(range(len(starts)), key=lambda at: ends[at] - at)
    first = min(max(starts[densest] - _LEAD, 0), len(line) - _LONGEST)
    return first, first + _LONGEST


def _path(text: str, target: Path | str | None) -> Part:
    part = styled(one_line(text), "cyan", "bold")
    return linked(part, target) if target else part


def _target(hit: "Hit") -> Path | str | None:
    """Find what a click on its path opens: the file, or where a shared index says that it is."""
    return hit.file if hit.origin is None else hit.origin.link


def _place(hit: "Hit") -> str:
    """Say where in a document it is, unless the symbol says that too."""
    return hit.place if hit.place not in hit.symbol.replace(" > ", ", ").split(", ") else ""


def _symbol(hit: "Hit") -> str:
    """Name what is around it, unless the place says that too, as the subjects of messages."""
    ends = [f"{end}, " for end in hit.place.split(" – ")]
    said = all(any(f": {name}, " in end for end in ends) for name in hit.symbol.split(", "))
    return "" if f": {hit.symbol}, " in f"{hit.place}, " or said else hit.symbol


def _heading(hit: "Hit") -> list[Part]:
    from searchkit.wording import amount

    heading: list[Part] = [_path(f"{shown_path(hit.file)}:{hit.start_line}", _target(hit))]
    if where := _place(hit):
        heading += ["  ", styled(one_line(where), "cyan")]
    if symbol := _symbol(hit):
        heading += ["  ", styled(one_line(symbol), "bold")]
    if count := hit.copy_count:
        heading += ["  ", styled(f"and {amount(count, 'copy', 'copies')}", "dim")]
    return heading


def _explanation(hit: "Hit") -> str:
    from searchkit.wording import near_words

    shares = " ".join(f"{rule} {share:+.3f}" for rule, share in hit.shares.items())
    sides = ", ".join(
        f"{side} rank {part.rank}, score {part.score:.3f}" for side, part in hit.parts.items()
    )
    score = f"    score {hit.score:.3f} = {shares}"
    confidence = "not known" if hit.confidence is None else f"{hit.confidence:.2f}"
    standing = "; ".join(near_words(hit.near))
    near = f"\n    near words: {one_line(standing)}" if standing else ""
    copies = f"\n    also in {one_line(', '.join(hit.copies))}" if hit.copies else ""
    return f"{score}\n    confidence {confidence}; found by: {sides}{near}{copies}"


def _excerpt(hit: "Hit", around: tuple[int, int]) -> Iterator[list[Part]]:
    if any(around):
        lines, start, _ = hit.with_context(*around)
        yield from layout(hit, lines, range(start, start + len(lines)))
        return
    lines = hit.text.split("\n")
    first, last = _window(lines, hit.offset)
    yield from layout(hit, lines[first:last], hit.numbers[first:last])
    above = first if any(map(str.strip, lines[:first])) else 0
    if left := _left(above, len(lines) - last):
        yield [styled(f"       … {left}", "dim")]


def _window(lines: Sequence[str], answer: int) -> tuple[int, int]:
    """Choose lines to show: that which answers among them, the first too, where it is near."""
    before = answer - _LINES // 2
    first = max(min(before if before > 1 else 0, len(lines) - _LINES), 0)
    last = first + _LINES
    while first < answer and not lines[first].strip():
        first, last = first + 1, last + 1
    return first, min(last, len(lines))


def _left(above: int, below: int) -> str:
    """Say how many lines of a hit are not shown, and on which side of those that are."""
    from searchkit import wording

    if not above:
        return wording.amount(below, "more line") if below else ""
    return f"{wording.amount(above, 'more line')} above" + (f", {below:,} below" if below else "")


def record(asked: str, answer: "Answer") -> dict[str, Any]:
    """Return what JSON tells of an answer: what was asked of what, how fresh and good it is, hits.

    Of one root, `root` and `freshness` stand in the object itself; of several, in the list `roots`,
    where `freshness` is null for a root that there was no time to look through, and `fault` says
    why one could not be asked.
    """
    looked = {root: asdict(freshness) for root, freshness in answer.freshness.items()}
    faults = {root: {"fault": fault.message} for root, fault in answer.faults.items()}
    roots = [
        {"root": str(root), "freshness": looked.get(root), **faults.get(root, {})}
        for root in answer.roots
    ]
    return {
        "query": asked,
        **(roots[0] if len(roots) == 1 else {"roots": roots}),
        **answer.record(),
        "weak": answer.weak,
        "hits": [hit.record() for hit in answer.hits],
    }


def print_json(asked: str, answer: "Answer", cut: Mapping[str, int] | None = None) -> None:
    """Print an answer as one object; see `record`, and for `cut` the caller, `Shape.print`."""
    say_record({**record(asked, answer), **({"cut": cut} if cut else {})})


def print_jsonl(answer: "Answer") -> None:
    """Print one object for each hit, one line each; `weak` is of the answer as a whole."""
    for hit in answer.hits:
        say_json({**hit.record(), "weak": answer.weak})


def print_freshness(answer: "Answer") -> None:
    """Say on stderr what the answer does not cover; that it covers all, to people only."""
    from searchkit import wording

    for root, fault in answer.faults.items():
        note(f"searchkit: `{root}` was not asked: {fault.message}")
    for root, freshness in answer.freshness.items():
        for sentence in wording.uncovered(freshness):
            note(f"searchkit: {sentence}")
        if freshness.fault:
            hint(freshness.hint)
        elif wording.can_catch_up(freshness):
            hint(wording.to_index(root))
        elif not freshness.busy and sys.stderr.isatty():
            note(wording.coverage(freshness))
    if answer.unseen:
        note(f"searchkit: {wording.unseen(answer.unseen)}")
